"""Controls stand where their values are, on the server as in the browser."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dash._utils import to_json

from app.callbacks.edit import apply
from app.components import Choice
from app.controls import CATALOGUES, about, landscape_controls, menu, run_card, unused
from app.experiment import STEPS, WARMUP, Y_RATE, Run, knobs_of
from app.experiment import pick as choose
from app.knobs import knobs
from app.link import default, parse
from app.rates import bearable_rate, suited
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS, descend
from tests.test_player import node

ASSETS = Path(__file__).parent.parent / "assets"
KNOBS = [
    knob
    for catalogue in CATALOGUES.values()
    for key in catalogue
    for knob in knobs_of(catalogue, key).values()
    if not knob.parts
]


def test_every_slider_runs_from_one_end_to_the_other() -> None:
    ranges, values = [], []
    for knob in [*KNOBS, STEPS, WARMUP, Y_RATE]:
        between = np.linspace(float(knob.low), float(knob.high), 7)
        ordered = sorted({*between.tolist(), float(knob.default)})  # type: ignore[arg-type]
        ranges.append([knob.low, knob.high, knob.scale, knob.whole])
        values.append(ordered)
    script = (
        f"import {{ toPosition }} from {json.dumps((ASSETS / 'scales.mjs').as_uri())};"
        "import { readFileSync } from 'node:fs';"
        "const cases = JSON.parse(readFileSync(0, 'utf8'));"
        "const places = cases.map(([range, values]) => values.map((v) => toPosition(range, v)));"
        "console.log(JSON.stringify(places));"
    )
    command = [*node(), "--input-type=module", "-e", script]
    given = json.dumps(list(zip(ranges, values, strict=True)))
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    for places in json.loads(done.stdout):
        assert places[0] == pytest.approx(0)
        assert places[-1] == pytest.approx(1)
        assert places == sorted(set(places))


def ids(component: Any) -> list[dict[str, str]]:
    """All ids of controls in a part of the page."""
    found = [getattr(component, "id", None)]
    children = getattr(component, "children", None)
    for child in children if isinstance(children, (list, tuple)) else [children]:
        if hasattr(child, "to_plotly_json"):
            found += ids(child)
    return [each for each in found if isinstance(each, dict)]


@pytest.mark.parametrize(
    ("optimizer", "schedule"),
    [(name, "constant") for name in OPTIMIZERS] + [("adam", name) for name in SCHEDULES],
)
def test_a_card_has_a_slider_and_a_box_for_every_knob(optimizer: str, schedule: str) -> None:
    landscape = choose(LANDSCAPES, "quadratic")
    wrappers = tuple(choose(WRAPPERS, key) for key in WRAPPERS)
    run = Run(suited(optimizer, landscape), choose(SCHEDULES, schedule), wrappers, look=3)
    found = ids(run_card(run, "it", landscape))
    things = [OPTIMIZERS[optimizer], SCHEDULES[schedule], *WRAPPERS.values()]
    wanted = [knob for thing in things for knob in knobs(thing).values()] + [WARMUP, Y_RATE]
    dials = [dial for dial in found if dial["kind"] == "knob"]
    assert sorted(dial["knob"] for dial in dials) == sorted(knob.name for knob in wanted)
    assert {each["run"] for each in found} == {"3"}
    unique = [json.dumps(each, sort_keys=True) for each in found]
    assert len(unique) == len(set(unique))


def test_what_has_two_values_is_a_switch() -> None:
    rows = landscape_controls(parse("landscape=regression,mean=1")[0])
    parts = [part for row in rows for part in getattr(row, "children", [])]
    switches = [part for part in parts if isinstance(part, Choice)]
    assert [(each.id["knob"], each.value) for each in switches] == [
        ("dataset", "1"),
        ("mean", "1"),
        ("standard", "0"),
    ]
    labels = [[option["label"] for option in each.options] for each in switches]
    assert labels == [["1", "2"], ["off", "on"], ["off", "on"]]


def test_menus_and_help_come_from_the_declarations() -> None:
    for part, catalogue in CATALOGUES.items():
        groups = menu(part)
        options = [one for group in groups for one in group.get("items", [group])]
        assert sorted(option["value"] for option in options) == sorted(catalogue)
        for thing in catalogue.values():
            assert "data-mathml" in json.dumps(str(about(thing)))


def touched(**cause: Any) -> dict[str, Any]:
    return {"kind": "pick", "run": "0", "part": "", "of": "", "knob": "", **cause}


def test_what_stands_before_the_gradient_is_added_in_its_order_and_taken_away() -> None:
    experiment = default()
    for key in ("clip_norm", "noise", "clip_norm"):
        experiment = apply(experiment, **touched(part="add-wrapper", value=key))
    assert [wrapper.key for wrapper in experiment.runs[0].wrappers] == ["noise", "clip_norm"]
    assert experiment.runs[1:] == default().runs[1:]
    gone = touched(kind="remove", part="wrapper", of="noise", value=1)
    experiment = apply(experiment, **gone)
    assert [wrapper.key for wrapper in experiment.runs[0].wrappers] == ["clip_norm"]
    assert len(experiment.runs) == len(default().runs)


@pytest.mark.parametrize(
    ("optimizer", "schedule", "warmup", "words"),
    [
        ("rprop", "constant", 0, []),
        ("rprop", "cosine", 0, ["reads its rate at the first step only"]),
        ("rprop", "constant", 5, ["reads its rate at the first step only"]),
        ("adam", "one_cycle", 0, []),
        ("momentum", "cyclic", 0, []),
        ("adagrad", "one_cycle", 0, ["has no momentum"]),
        ("rprop", "cyclic", 0, ["reads its rate at the first step only", "has no momentum"]),
    ],
)
def test_what_has_no_effect_is_said(
    optimizer: str, schedule: str, warmup: int, words: list[str]
) -> None:
    run = Run(choose(OPTIMIZERS, optimizer), choose(SCHEDULES, schedule), warmup=warmup)
    said = unused(run)
    assert len(said) == len(words)
    for sentence, part in zip(said, words, strict=True):
        assert part in sentence


def test_another_landscape_is_turned_alike_and_brings_its_own_rates() -> None:
    experiment, _ = parse("landscape=rosenbrock,b=1,rotation=30&run=momentum&run=adam,lr=0.123")
    usual = default().runs[1].optimizer
    experiment = replace(experiment, runs=(replace(experiment.runs[0], optimizer=usual),) * 2)
    moved = apply(experiment, **touched(run="", part="landscape", value="ackley"))
    assert dict(moved.landscape.knobs)["rotation"] == 30
    assert moved.start == LANDSCAPES["ackley"].start
    assert moved.runs[0].optimizer == suited("momentum", choose(LANDSCAPES, "ackley"))


def test_a_rate_that_was_chosen_stays_on_another_landscape() -> None:
    experiment, _ = parse("landscape=rosenbrock&run=adam,lr=0.123")
    moved = apply(experiment, **touched(run="", part="landscape", value="ackley"))
    assert dict(moved.runs[0].optimizer.knobs)["lr"] == 0.123


@pytest.mark.parametrize(
    ("link", "rate"),
    [
        ("landscape=sphere&run=gradient_descent", 1.0),
        ("landscape=sphere,rotation=30&run=momentum,momentum=0.5", 1.5),
        ("landscape=sphere&run=heavy_ball,momentum=0.8", 1.8),
        ("landscape=sphere&run=momentum,momentum=0.5,dampening=0.5", None),
        ("landscape=quadratic,condition=50&run=gradient_descent", 0.04),
        ("landscape=sphere&run=adam", None),
        ("landscape=sphere&run=gradient_descent/y_rate=0.1", None),
    ],
)
def test_the_rate_at_which_a_run_begins_to_diverge_is_a_mark_on_its_slider(link, rate):
    experiment, problems = parse(link)
    assert not problems
    (run,) = experiment.runs
    found = bearable_rate(run, experiment.landscape)
    assert found == (rate if rate is None else pytest.approx(rate))
    card = str(to_json(run_card(run, "it", experiment.landscape)))
    assert ("where it begins to diverge" in card) == (rate is not None)
    if rate is None:
        return
    f = experiment.surface
    lasts = []
    for share in (0.99, 1.01):
        knobs = {**dict(run.optimizer.knobs), "lr": share * rate}
        walk = descend(f, f.start, OPTIMIZERS[run.optimizer.key], steps=3000, **knobs)
        lasts.append(walk.loss[-1, 0] < walk.loss[0, 0])
    assert lasts == [True, False]
