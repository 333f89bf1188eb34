"""Who may import whom: arrows point down."""

import ast
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for folder in ("landscapes", "optimizers", "app")
    for path in sorted((ROOT / folder).rglob("*.py"))
}

# What each file may import besides the standard library; the first pattern that fits decides.
MAY_IMPORT = {
    "landscapes/__init__.py": ["numpy", "landscapes"],
    "landscapes/*": ["numpy", "landscapes.landscape", "landscapes.data", "landscapes.rectifier"],
    "optimizers/*": ["numpy", "optimizers"],
    "app/knobs.py": [],
    "app/beside.py": ["numpy", "app.knobs"],
    "app/experiment.py": ["numpy", "landscapes", "optimizers", "app.knobs"],
    "app/rates.py": ["numpy", "landscapes", "optimizers", "app.knobs", "app.experiment"],
    "app/link.py": [
        "landscapes",
        "optimizers",
        "app.knobs",
        "app.beside",
        "app.experiment",
        "app.rates",
    ],
    "app/run.py": ["numpy", "landscapes", "optimizers", "app.knobs", "app.experiment"],
    "app/charts/*": ["numpy", "plotly", "landscapes", "app.charts.theme"],
}
# A rule or a schedule, known by the declaration that registers it, stands alone.
REGISTERS = {"YEAR", "ORDER", "RULE"}
STANDS_ALONE = ["numpy"]
# Only these may import the callbacks.
WIRES = ["app/server.py", "app/callbacks/__init__.py"]


def module_of(file):
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported(file, tree, modules):
    """The full names of the modules that ``file`` imports, wherever in it and however written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = file.split("/")[: -node.level] if node.level else []
            source = ".".join([*above, *filter(None, [node.module])])
            for alias in node.names:
                full = f"{source}.{alias.name}"
                yield full if full in modules else source


def allowed(file, tree):
    """What ``file`` may import, or None if that is nobody's business."""
    declared = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    if file.startswith("optimizers/") and declared & REGISTERS:
        return STANDS_ALONE
    return next((names for pattern, names in MAY_IMPORT.items() if fnmatch(file, pattern)), None)


def is_in(module, names):
    return any(f"{module}.".startswith(f"{name}.") for name in names)


def violations(file, source, modules):
    """What ``file`` imports and may not."""
    tree = ast.parse(source)
    names = allowed(file, tree)
    wrong = set()
    for module in imported(file, tree, modules):
        standard = module.partition(".")[0] in sys.stdlib_module_names
        below = names is None or standard or is_in(module, names)
        if not below or (is_in(module, ["app.callbacks"]) and file not in WIRES):
            wrong.add(module)
    return sorted(wrong)


@pytest.mark.parametrize("file", SOURCES)
def test_a_file_imports_only_what_stands_below_it(file):
    assert violations(file, SOURCES[file], {module_of(f) for f in SOURCES}) == []


@pytest.mark.parametrize(
    ("file", "source", "wrong"),
    [
        ("landscapes/new.py", "import optimizers", "optimizers"),
        ("landscapes/new.py", "import numpy as np, plotly.graph_objects", "plotly.graph_objects"),
        ("landscapes/new.py", "from landscapes import hills", "landscapes.hills"),
        ("landscapes/new.py", "from landscapes.hills import Hills", "landscapes.hills"),
        ("landscapes/new.py", "from . import hills", "landscapes.hills"),
        ("landscapes/new.py", "from .hills import Hills", "landscapes.hills"),
        ("landscapes/new.py", "from landscapes import LANDSCAPES", "landscapes"),
        ("landscapes/new.py", "def late():\n    import dash", "dash"),
        ("optimizers/new.py", "import scipy", "scipy"),
        ("optimizers/new.py", "from landscapes import LANDSCAPES", "landscapes"),
        ("optimizers/new.py", "from optimizers.adam import adam\nYEAR = 2", "optimizers.adam"),
        ("optimizers/new.py", "from optimizers import adam\nYEAR = 2", "optimizers.adam"),
        ("optimizers/schedules/new.py", "from .step import step\nORDER = 2", "step"),
        ("app/knobs.py", "import numpy as np", "numpy"),
        ("app/knobs.py", "from app.experiment import Experiment", "app.experiment"),
        ("app/experiment.py", "import dash", "dash"),
        ("app/experiment.py", "from app.run import run", "app.run"),
        ("app/experiment.py", "from app.link import parse", "app.link"),
        ("app/rates.py", "from app.link import parse", "app.link"),
        ("app/run.py", "from app.link import parse", "app.link"),
        ("app/run.py", "from plotly import graph_objects", "plotly"),
        ("app/charts/new.py", "from dash import dcc", "dash"),
        ("app/charts/new.py", "from app.charts.contour import contour", "app.charts.contour"),
        ("app/charts/new.py", "from app.charts import contour", "app.charts.contour"),
        ("app/charts/new.py", "from app.callbacks import load", "app.callbacks.load"),
        ("app/page.py", "import app.callbacks.load", "app.callbacks.load"),
        ("app/page.py", "from app import callbacks", "app.callbacks"),
        ("app/callbacks/new.py", "from .load import load", "app.callbacks.load"),
    ],
)
def test_the_check_sees_what_is_forbidden(file, source, wrong):
    modules = {
        "landscapes.hills",
        "optimizers.adam",
        "optimizers.schedules.step",
        "app.callbacks",
        "app.callbacks.load",
        "app.charts.contour",
    }
    (found,) = violations(file, source, modules)
    assert found.endswith(wrong)


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("landscapes/new.py", "import math\nimport numpy as np\nfrom numpy.typing import NDArray"),
        ("landscapes/new.py", "from landscapes.landscape import Landscape"),
        ("landscapes/new.py", "from .landscape import Landscape"),
        ("optimizers/new.py", "import numpy as np\nYEAR = 2"),
        ("optimizers/new.py", "from optimizers.schedules.constant import constant"),
        ("app/run.py", "from optimizers import stream\nfrom landscapes import LANDSCAPES"),
        ("app/charts/new.py", "from app.charts.theme import INK\nimport plotly.graph_objects"),
        ("app/server.py", "from app.callbacks import load\nimport dash"),
        ("app/page.py", "from dash import html\nfrom app.knobs import Knob"),
    ],
)
def test_the_check_lets_pass_what_is_allowed(file, source):
    assert violations(file, source, {"app.callbacks.load"}) == []


def test_the_check_reads_all_there_is():
    assert {"landscapes/hills.py", "optimizers/schedules/step.py"} <= SOURCES.keys()
