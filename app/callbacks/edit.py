"""Picks and buttons that change which controls there are."""

from dataclasses import replace
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from app.controls import POINT
from app.experiment import (
    LONGEST_NAME,
    MOST_FORKS,
    MOST_RUNS,
    TOO_DEEP,
    TRANSFORMS,
    USUAL,
    Experiment,
    Pick,
    Run,
    forked,
    free_look,
    pick,
    redefined,
    titles,
)
from app.link import parse
from app.page import TARGETS, pick_id, shown
from app.rates import resuited, suited
from landscapes import LANDSCAPES
from optimizers import SCHEDULES, STARTS, WRAPPERS


def register(app: Dash) -> None:
    every = {"run": ALL, "part": ALL, "of": ALL, "knob": ALL}
    app.callback(
        *(Output(target, "children", allow_duplicate=True) for target in TARGETS),
        Output("notices", "children", allow_duplicate=True),
        Output(pick_id("add"), "value"),
        Input({"kind": "pick", **every}, "value"),
        Input({"kind": "duplicate", **every}, "n_clicks"),
        Input({"kind": "remove", **every}, "n_clicks"),
        Input({"kind": "fork", **every}, "value"),
        State("experiment", "data"),
        State("beside", "data"),
        prevent_initial_call=True,
    )(edit)


def edit(*args: Any) -> list[Any]:
    """Apply the one control that was touched to the experiment on the page."""
    text, beside = args[-2:]
    cause, value = ctx.triggered_id, ctx.triggered[0]["value"]
    if not cause or not value or not text:
        raise PreventUpdate
    experiment, problems = parse(text, beside or "")
    # What could not be found is not edited away.
    if lost := [one.sentence for one in problems if one.where == "landscape.points"]:
        return [*[no_update] * len(TARGETS), lost[0], None]
    more = cause["part"] == "add" or cause["kind"] in ("duplicate", "fork")
    if more and len(experiment.runs) == MOST_RUNS:
        words = f"{MOST_RUNS} runs are the most; remove one first."
        return [*[no_update] * len(TARGETS), words, None]
    changed = apply(experiment, value=value, **cause)
    if changed == experiment and cause["kind"] == "fork":
        return [*[no_update] * len(TARGETS), TOO_DEEP, None]
    # The browser asks for the boxes of a point that was set on the plot in place of a drawn start.
    if changed == experiment and cause["part"] != "start":
        raise PreventUpdate
    parts = shown(changed)
    if changed.landscape == experiment.landscape:
        kept = {"runs"} if cause["part"] != "start" else {"start-controls"}
        parts = [
            part if target in kept else no_update
            for target, part in zip(TARGETS, parts, strict=True)
        ]
    return [*parts, [], None]


def apply(
    experiment: Experiment, *, kind: str, part: str, run: str, of: str, knob: str, value: Any
) -> Experiment:
    """The experiment after one pick, duplication or removal; a wrong one changes nothing."""
    runs = experiment.runs
    at = next((i for i, each in enumerate(runs) if str(each.look) == run), None)
    if part == "landscape" and value in LANDSCAPES:
        return on_landscape(experiment, value)
    if part == "start" and value in STARTS:
        return replace(experiment, start=pick(STARTS, value))
    if part == "start" and value == POINT and isinstance(experiment.start, Pick):
        first = runs[0] if runs else Run(experiment.start)
        return replace(experiment, start=experiment.start_of(first))
    if part == "add" and len(runs) < MOST_RUNS:
        new = Run(suited(value, experiment.landscape), look=free_look(runs))
        return replace(experiment, runs=(*runs, new))
    if at is None:
        return experiment
    new = runs[at]
    if kind == "remove" and part == "run":
        return replace(experiment, runs=runs[:at] + runs[at + 1 :])
    if kind == "duplicate" and len(runs) < MOST_RUNS:
        twin = replace(new, look=free_look(runs), name="")
        return replace(experiment, runs=(*runs[: at + 1], twin, *runs[at + 1 :]))
    if kind == "fork" and len(runs) < MOST_RUNS:
        branch = _branch(experiment, at, value)
        if branch.forks > MOST_FORKS:
            return experiment
        return replace(experiment, runs=(*runs[: at + 1], branch, *runs[at + 1 :]))
    if kind == "remove" and part == "wrapper":
        kept = tuple(each for each in new.wrappers if each.key != of)
        new = replace(new, wrappers=kept, past=None if of == "past" else new.past)
    elif part == "add-wrapper":
        picks = {each.key: each for each in (*new.wrappers, pick(WRAPPERS, value))}
        new = replace(new, wrappers=tuple(picks[key] for key in WRAPPERS if key in picks))
    elif part == "optimizer" and value != new.optimizer.key:
        picked = suited(value, experiment.landscape)
        new = replace(new, optimizer=picked, convention=USUAL)
    elif part == "convention":
        new = redefined(new, value)
    elif part == "schedule" and value != new.schedule.key:
        new = replace(new, schedule=pick(SCHEDULES, value))
    return replace(experiment, runs=(*runs[:at], new, *runs[at + 1 :]))


def _branch(experiment: Experiment, at: int, value: Any) -> Run:
    """A run that goes on from another at a step, as that would; its knobs can be changed then."""
    runs = experiment.runs
    step = min(int(value), experiment.steps)
    tail = f" from {step}"
    name = titles(runs)[at][: LONGEST_NAME - len(tail)].rstrip() + tail
    return replace(runs[at], past=forked(runs[at], step), name=name, look=free_look(runs))


def on_landscape(experiment: Experiment, key: str) -> Experiment:
    """The same runs on another landscape, turned and regularised alike, from its own start.

    Rates that were suggestions become those for the new one.
    """
    if key == experiment.landscape.key:
        return experiment
    old, values = experiment.landscape, dict(experiment.landscape.knobs)
    new = pick(LANDSCAPES, key, **{name: values[name] for name in TRANSFORMS})
    start = experiment.start if isinstance(experiment.start, Pick) else LANDSCAPES[key]().start
    runs = tuple(resuited(run, old, new) for run in experiment.runs)
    return replace(experiment, landscape=new, start=start, runs=runs)
