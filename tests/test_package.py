"""The wheel, installed outside the checkout, is the whole app."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "-w",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return next(folder.glob("ravine-*.whl"))


def test_the_wheel_holds_the_assets_and_no_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {f"assets/{path.relative_to(ROOT / 'assets')}" for path in ROOT.glob("assets/**/*.*")}
    assert wanted | {"optimizers/verified.json"} <= names
    assert not any(name.startswith("tests/") for name in names)


def test_the_ravine_command_works_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    install = ["-m", "pip", "install", "-q", "--no-deps", "--target", str(target), str(wheel)]
    subprocess.run([sys.executable, *install], check=True, capture_output=True)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import app; from app.server import wsgi;"
        "assert app.__file__.startswith(sys.argv[1]);"
        "client = wsgi().test_client();"
        "assert client.get('/assets/ravine.mjs').status_code == 200;"
        "assert client.get('/stream?').status_code == 200"
    )
    subprocess.run([sys.executable, "-c", code, str(target)], check=True, cwd=tmp_path)
    assert (target / "bin" / "ravine").exists()
