"""Adding a landscape, an optimizer, its variant, a schedule or a wrapper is adding one file."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

LANDSCAPE = '''
from dataclasses import dataclass
from typing import Annotated, Any

from landscapes.landscape import Landscape


@dataclass(frozen=True, kw_only=True)
class Dish(Landscape):
    r"""Dish: the same slope in all directions.

    $$ f(x, y) = c\\,(x^2 + y^2) $$

    c: half of the curvature
    """

    ORDER = 1
    FAMILY = "one minimum"
    c: Annotated[float, (0.1, 10.0, "log")] = 1.0

    domain = ((-1.0, 1.0), (-1.0, 1.0))
    start = (0.5, -0.5)

    def value(self, x: Any, y: Any) -> Any:
        return self.c * (x * x + y * y)

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        return 2 * self.c * x, 2 * self.c * y

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        return 2 * self.c, 0.0, 2 * self.c
'''

OPTIMIZER = '''
from typing import Annotated, Any

import numpy as np

YEAR = 2018
FAMILY = "sign"


def sign_steps(
    x: Any,
    g: Any,
    t: int,
    *,
    lr: Annotated[float, (1e-5, 10.0, "log"), ("width", 0.01)] = 1e-2,
) -> Any:
    r"""Sign steps: steps of one length, whatever the slope; not in PyTorch.

    $$ x_t = x_{t-1} - \\eta\\,\\mathrm{sign}(g_t) $$

    lr: the learning rate η

    Bernstein et al. (2018).
    """
    return x - lr * np.sign(g)
'''

SCHEDULE = '''
from typing import Annotated, Any

ORDER = 99


def harmonic(
    lr: Any, k: int, steps: int, *, decay: Annotated[float, (0.01, 10.0, "log")] = 0.1
) -> Any:
    r"""Harmonic: the rate shrinks like one over the step.

    $$ \\eta_k = \\frac{\\eta}{1 + \\delta k} $$

    decay: how soon the rate shrinks
    """
    return lr / (1 + decay * k)
'''

WRAPPER = '''
from dataclasses import replace
from typing import Annotated, Any

ORDER = 9


def amplified(f: Any, *, gain: Annotated[float, (0.1, 10.0, "log")] = 2.0) -> Any:
    r"""Amplified: every gradient is made longer.

    $$ g \\leftarrow a\\, g $$

    gain: the factor a
    """
    slope = f.slope
    return replace(f, slope=lambda x, y, t: tuple(gain * part for part in slope(x, y, t)))
'''

CONVENTION = '''
from typing import Annotated, Any

import numpy as np

RULE = "sign_steps"
CONVENTION = "Keras"


def sign_steps_keras(
    x: Any,
    g: Any,
    t: int,
    *,
    lr: Annotated[float, (1e-5, 10.0, "log"), ("width", 0.01)] = 1e-3,
) -> Any:
    r"""Sign steps (Keras): it forgets where zero is, as PyTorch would not.

    $$ x_t = x_{t-1} - \\eta\\,(2\\,[g_t > 0] - 1) $$

    lr: the learning rate η

    Nobody does this (2026).
    """
    return x - lr * np.where(g > 0, 1.0, -1.0)
'''

# What a user of the five would see: controls, help, formula, link, numbers.
USE = """
import json
from app.callbacks.load import load
from app.link import parse, write
from app.server import wsgi
from dash._utils import to_json

link = "landscape=dish,c=2&steps=40&run=sign_steps/harmonic,decay=0.5/amplified,gain=3/as=keras"
experiment, problems = parse(link)
assert not problems, problems
assert parse(write(experiment)) == (experiment, [])
assert dict(experiment.runs[0].optimizer.knobs)["lr"] == 0.02
page = json.dumps(json.loads(to_json(load({"text": "?" + link}))), ensure_ascii=False)
for words in ("Dish", "half of the curvature", "Sign steps", "Harmonic",
              "how soon the rate shrinks", "Amplified", "the factor a", "<math",
              "Sign steps (Keras)", "It forgets where zero is"):
    assert words in page, words
answer = wsgi().test_client().get("/stream?" + write(experiment))
assert answer.status_code == 200
print(len(answer.data))
"""


def test_one_file_each_brings_controls_help_link_and_tests(tmp_path: Path) -> None:
    for folder in ("app", "assets", "landscapes", "optimizers", "tests"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "landscapes/dish.py").write_text(LANDSCAPE, encoding="utf-8")
    (tmp_path / "optimizers/sign_steps.py").write_text(OPTIMIZER, encoding="utf-8")
    variant = tmp_path / "optimizers/conventions/sign_steps_keras.py"
    variant.write_text(CONVENTION, encoding="utf-8")
    (tmp_path / "optimizers/schedules/harmonic.py").write_text(SCHEDULE, encoding="utf-8")
    (tmp_path / "optimizers/wrappers/amplified.py").write_text(WRAPPER, encoding="utf-8")

    used = subprocess.run([sys.executable, "-c", USE], cwd=tmp_path, capture_output=True, text=True)
    assert used.returncode == 0, used.stderr
    assert int(used.stdout) > 1000

    names = "dish or sign_steps or harmonic or amplified or structure"
    suites = [
        f"tests/test_{name}.py"
        for name in (
            "landscapes", "optimizers", "schedules", "wrappers", "descend", "laws", "torch",
            "torch_schedules", "structure", "knobs", "rates", "controls", "charts", "conventions",
        )
    ]  # fmt: skip
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", names, *suites]
    tested = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert tested.returncode == 0, tested.stdout[-3000:]
    passed = int(tested.stdout.split(" passed")[0].split()[-1])
    assert passed >= 60, tested.stdout[-500:]
