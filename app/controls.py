"""Experiment -> controls and help, all from the declarations.

Every control's id says what it sets: ``kind`` (knob, slider, pick or name), ``run`` (the run's
look, or "" for what all share), ``part`` (landscape, start, experiment, optimizer, schedule or
run), ``of`` (the key of the thing it belongs to) and ``knob``.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import html

from app.experiment import STEPS, WARMUP, Experiment, Pick, Run, suited_rate
from app.formula import formula
from app.knobs import Knob, Number, describe, knobs, write_number
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES

Catalogue = Mapping[str, Callable[..., Any]]
CATALOGUES: Mapping[str, Catalogue] = {
    "landscape": LANDSCAPES,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
}


def declarations() -> dict[str, Any]:
    """Every knob's low, high, scale and whether it is whole, as {part: {of: {knob: ...}}}."""
    plain = {
        part: {
            key: {name: _range(knob) for name, knob in knobs(thing).items()}
            for key, thing in catalogue.items()
        }
        for part, catalogue in CATALOGUES.items()
    }
    plain["experiment"] = {"": {STEPS.name: _range(STEPS)}}
    plain["run"] = {"": {WARMUP.name: _range(WARMUP)}}
    return plain


def landscape_controls(experiment: Experiment) -> list[Any]:
    """The knobs of the landscape that is picked."""
    key = experiment.landscape.key
    return [
        *_knobs("", "landscape", experiment.landscape, {}),
        html.P(describe(LANDSCAPES[key]).summary, className="quiet"),
    ]


def start_controls(experiment: Experiment) -> list[Any]:
    """Where all runs start, and for how many steps they go."""
    axes = [
        _text_input("", "start", "", axis, f"start {axis}", write_number(value))
        for axis, value in zip("xy", experiment.start, strict=True)
    ]
    return [
        html.Div(axes, className="pair"),
        _control("", "experiment", "", STEPS, experiment.steps),
    ]


def run_card(run: Run, name: str, landscape: Pick) -> Any:
    """All that can be set of one run."""
    look = str(run.look)
    rate = suited_rate(run.optimizer.key, landscape)
    optimizer = _knobs(look, "optimizer", run.optimizer, {"lr": rate})
    return html.Section(
        [
            html.Div(
                [
                    html.Span(className="swatch", **{"data-look": look}),
                    dmc.TextInput(
                        id=_id("name", look, "run", "", "name"),
                        value=run.name,
                        placeholder=name,
                        debounce=400,
                        size="xs",
                        variant="unstyled",
                        className="run-name",
                        attributes={"input": {"aria-label": f"name of run {name}"}},
                    ),
                    _button("hide", f"hide {name}", look),
                    _button("solo", f"show {name} alone", look),
                    _button("duplicate", f"duplicate {name}", look, server=True),
                    _button("remove", f"remove {name}", look, server=True),
                ],
                className="run-head",
            ),
            html.Div(
                [
                    _select(look, "optimizer", run.optimizer.key, f"optimizer of {name}"),
                    about(OPTIMIZERS[run.optimizer.key]),
                    _select(look, "schedule", run.schedule.key, f"schedule of {name}"),
                    about(SCHEDULES[run.schedule.key]),
                ],
                className="picks",
            ),
            *optimizer[:1],
            *_knobs(look, "schedule", run.schedule, {}),
            html.Details(
                [
                    html.Summary("more knobs"),
                    *optimizer[1:],
                    _control(look, "run", "", WARMUP, run.warmup),
                ]
            ),
            html.P(className="status", **{"data-status": look}),
        ],
        key=look,
        className="run",
        **{"data-run": look, "aria-label": name},
    )


def about(thing: Callable[..., Any]) -> Any:
    """A button that opens the help of a landscape, an optimizer or a schedule."""
    said = describe(thing)
    return dmc.Popover(
        [
            dmc.PopoverTarget(
                html.Button(
                    "?",
                    className="icon help",
                    **{"aria-label": f"about {said.title}", "aria-haspopup": "dialog"},
                )
            ),
            dmc.PopoverDropdown(
                html.Div(
                    _help(thing),
                    role="dialog",
                    tabIndex=0,
                    **{"aria-label": f"help on {said.title}", "data-autofocus": "true"},
                ),
                className="help-text",
            ),
        ],
        width=360,
        position="right-start",
        withArrow=True,
        shadow="md",
        trapFocus=True,
        returnFocus=True,
        withRoles=False,  # they would go to a wrapper that may not have them
    )


def menu(part: str) -> list[dict[str, str]]:
    """A catalogue as the options of a select."""
    return [{"value": key, "label": describe(v).title} for key, v in CATALOGUES[part].items()]


def position(knob: Knob, value: Number) -> float:
    """Where a value stands on its slider, from 0 to 1; assets/scales.mjs has the way back."""
    low, high = float(knob.low), float(knob.high)
    if knob.scale == "near one":
        ends = [-math.log10(1 - v) for v in (low, high, float(value))]
    elif knob.scale == "log":
        if value <= 0:
            return 0.0
        zero = knob.low == 0
        if zero:
            low = 1.0 if knob.whole else high * 1e-6
        ends = [math.log10(v) for v in (low, high, max(float(value), low))]
        share = (ends[2] - ends[0]) / (ends[1] - ends[0])
        return 0.05 + 0.95 * share if zero else share
    else:
        ends = [low, high, float(value)]
    return (ends[2] - ends[0]) / (ends[1] - ends[0])


def _knobs(run: str, part: str, pick: Pick, suited: Mapping[str, Number]) -> list[Any]:
    declared = knobs(CATALOGUES[part][pick.key])
    return [
        _control(run, part, pick.key, declared[name], value, suited.get(name))
        for name, value in pick.knobs
    ] + [html.Span(id=_id("pick-now", run, part, pick.key, ""), hidden=True)]


def _control(
    run: str, part: str, of: str, knob: Knob, value: Number, suited: Number | None = None
) -> Any:
    """A name, a slider, and a box to type into; the slider's mark is the value that suits."""
    marks = [] if suited is None else [{"value": position(knob, suited)}]
    label = f"{knob.name}, {knob.help}" if knob.help else knob.name
    hint = label if suited is None else f"{label}; {write_number(suited)} suits this landscape"
    return html.Div(
        [
            html.Label(knob.name, title=hint),
            dmc.Slider(
                id=_id("slider", run, part, of, knob.name),
                value=position(knob, value),
                min=0,
                max=1,
                step=0.002,
                marks=marks,
                label=None,
                updatemode="drag",
                size="xs",
                thumbSize=14,
                thumbLabel=label,
                attributes={"root": {"title": hint}},
            ),
            _text_input(run, part, of, knob.name, label, write_number(value)),
        ],
        className="knob",
    )


def _text_input(run: str, part: str, of: str, knob: str, label: str, value: str) -> Any:
    bare = part == "start"
    return dmc.TextInput(
        id=_id("knob", run, part, of, knob),
        value=value,
        label=knob if bare else None,
        debounce=300,
        size="xs",
        className="number",
        attributes={"input": {"aria-label": label, "inputMode": "decimal", "spellCheck": "false"}},
    )


def _select(run: str, part: str, key: str, label: str) -> Any:
    return dmc.Select(
        id=_id("pick", run, part, "", ""),
        data=menu(part),
        value=key,
        allowDeselect=False,
        size="xs",
        checkIconPosition="right",
        rightSectionWidth=22,
        comboboxProps={"width": "max-content", "position": "bottom-start"},
        attributes={"input": {"aria-label": label}},
    )


def _button(action: str, label: str, look: str, server: bool = False) -> Any:
    """Some act on the view, in the browser; the others change the experiment."""
    names = {"aria-label": label, "data-act": action, "data-of": look}
    if server:
        return html.Button(
            id=_id(action, look, "run", "", ""), className=f"icon {action}", title=label, **names
        )
    return html.Button(className=f"icon {action}", title=label, **names)


def _id(kind: str, run: str, part: str, of: str, knob: str) -> dict[str, str]:
    return {"kind": kind, "run": run, "part": part, "of": of, "knob": knob}


def _range(knob: Knob) -> list[Any]:
    return [knob.low, knob.high, knob.scale, knob.whole]


def _help(thing: Callable[..., Any]) -> list[Any]:
    return list(_help_parts(thing))


@functools.cache
def _help_parts(thing: Callable[..., Any]) -> tuple[Any, ...]:
    said = describe(thing)
    terms = [
        part for name, knob in knobs(thing).items() for part in (html.Dt(name), html.Dd(knob.help))
    ]
    return (
        html.Strong(said.title),
        html.P(said.summary),
        *(formula(latex) for latex in said.formulas),
        html.Dl(terms),
        *(html.P(part) for part in said.notes.split("\n\n") if part),
    )
