"""Controls stand where their values are, on the server as in the browser."""

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.controls import CATALOGUES, about, declarations, menu, position, run_card
from app.experiment import STEPS, WARMUP, Run, suited
from app.experiment import pick as choose
from app.knobs import Knob, knobs
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES
from tests.test_player import node

ASSETS = Path(__file__).parent.parent / "assets"
KNOBS = [
    knob for c in CATALOGUES.values() for thing in c.values() for knob in knobs(thing).values()
]


def samples(knob: Knob) -> list[float]:
    """Ends, default, and some between."""
    between = np.linspace(knob.low, knob.high, 7)[1:-1]
    values = [knob.low, *between, knob.default, knob.high]
    return [int(v) if knob.whole else float(v) for v in values]


def test_sliders_are_where_the_browser_would_put_them() -> None:
    cases = [
        ([knob.low, knob.high, knob.scale, knob.whole], value, position(knob, value))
        for knob in [*KNOBS, STEPS, WARMUP]
        for value in samples(knob)
    ]
    script = (
        f"import {{ toPosition }} from {json.dumps((ASSETS / 'scales.mjs').as_uri())};"
        "const text = require('fs').readFileSync(0, 'utf8');"
    ).replace("require('fs')", "(await import('node:fs'))")
    script += "console.log(JSON.stringify(JSON.parse(text).map(([r, v]) => toPosition(r, v))));"
    command = [*node(), "--input-type=module", "-e", script]
    given = json.dumps([case[:2] for case in cases])
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    np.testing.assert_allclose(json.loads(done.stdout), [case[2] for case in cases], atol=1e-12)


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.name)
def test_a_slider_runs_from_one_end_to_the_other(knob: Knob) -> None:
    ordered = sorted(samples(knob))
    places = [position(knob, value) for value in ordered]
    assert places[0] == pytest.approx(0)
    assert places[-1] == pytest.approx(1)
    assert places == sorted(places)


def ids(component: Any) -> list[dict[str, str]]:
    """All ids of controls in a part of the page."""
    found = [getattr(component, "id", None)]
    children = getattr(component, "children", None)
    for child in children if isinstance(children, (list, tuple)) else [children]:
        if hasattr(child, "to_plotly_json"):
            found += ids(child)
    return [each for each in found if isinstance(each, dict)]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_card_has_a_slider_and_a_box_for_every_knob(optimizer: str, schedule: str) -> None:
    landscape = choose(LANDSCAPES, "quadratic")
    run = Run(suited(optimizer, landscape), choose(SCHEDULES, schedule), look=3)
    found = ids(run_card(run, "it", landscape))
    for kind in ("slider", "knob"):
        names = [each["knob"] for each in found if each["kind"] == kind]
        wanted = [*knobs(OPTIMIZERS[optimizer]), *knobs(SCHEDULES[schedule]), "warmup"]
        assert sorted(names) == sorted(wanted)
    assert {each["run"] for each in found} == {"3"}
    unique = [json.dumps(each, sort_keys=True) for each in found]
    assert len(unique) == len(set(unique))


def test_menus_and_help_come_from_the_declarations() -> None:
    for part, catalogue in CATALOGUES.items():
        assert [option["value"] for option in menu(part)] == list(catalogue)
        assert set(declarations()[part]) == set(catalogue)
        for thing in catalogue.values():
            assert "data-mathml" in json.dumps(str(about(thing)))
