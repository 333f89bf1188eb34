"""Picks and buttons that change which controls there are."""

from dataclasses import replace
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from app.experiment import (
    MOST_RUNS,
    TRANSFORMS,
    Experiment,
    Run,
    free_look,
    parse,
    pick,
    suited,
    suited_rate,
)
from app.page import TARGETS, pick_id, shown
from landscapes import LANDSCAPES
from optimizers import SCHEDULES, WRAPPERS


def register(app: Dash) -> None:
    every = {"run": ALL, "part": ALL, "of": ALL, "knob": ALL}
    app.callback(
        *(Output(target, "children", allow_duplicate=True) for target in TARGETS),
        Output("notices", "children", allow_duplicate=True),
        Output(pick_id("add"), "value"),
        Input({"kind": "pick", **every}, "value"),
        Input({"kind": "duplicate", **every}, "n_clicks"),
        Input({"kind": "remove", **every}, "n_clicks"),
        State("experiment", "data"),
        prevent_initial_call=True,
    )(edit)


def edit(*args: Any) -> list[Any]:
    """Apply the one control that was touched to the experiment on the page."""
    text = args[-1]
    cause, value = ctx.triggered_id, ctx.triggered[0]["value"]
    if not cause or not value or not text:
        raise PreventUpdate
    experiment, _ = parse(text)
    more = cause["part"] == "add" or cause["kind"] == "duplicate"
    if more and len(experiment.runs) == MOST_RUNS:
        words = f"{MOST_RUNS} runs are the most; remove one first."
        return [*[no_update] * len(TARGETS), words, None]
    changed = apply(experiment, value=value, **cause)
    if changed == experiment:
        raise PreventUpdate
    parts = shown(changed)
    if changed.landscape == experiment.landscape:
        parts[:-1] = [no_update] * (len(parts) - 1)
    return [*parts, [], None]


def apply(
    experiment: Experiment, *, kind: str, part: str, run: str, of: str, knob: str, value: Any
) -> Experiment:
    """The experiment after one pick, duplication or removal; a wrong one changes nothing."""
    runs = experiment.runs
    at = next((i for i, each in enumerate(runs) if str(each.look) == run), None)
    if part == "landscape" and value in LANDSCAPES:
        return on_landscape(experiment, value)
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
    if kind == "remove" and part == "wrapper":
        kept = tuple(each for each in new.wrappers if each.key != of)
        new = replace(new, wrappers=kept)
    elif part == "add-wrapper":
        picks = {each.key: each for each in (*new.wrappers, pick(WRAPPERS, value))}
        new = replace(new, wrappers=tuple(picks[key] for key in WRAPPERS if key in picks))
    elif part == "optimizer" and value != new.optimizer.key:
        new = replace(new, optimizer=suited(value, experiment.landscape))
    elif part == "schedule" and value != new.schedule.key:
        new = replace(new, schedule=pick(SCHEDULES, value))
    return replace(experiment, runs=(*runs[:at], new, *runs[at + 1 :]))


def on_landscape(experiment: Experiment, key: str) -> Experiment:
    """The same runs on another landscape, turned and regularised alike, from its own start.

    A rate that was the suggestion for the old landscape, as it was picked or as it is now, becomes
    the suggestion for the new one; a rate that somebody chose stays.
    """
    if key == experiment.landscape.key:
        return experiment
    old, values = experiment.landscape, dict(experiment.landscape.knobs)
    new = pick(LANDSCAPES, key, **{name: values[name] for name in TRANSFORMS})
    plain = pick(LANDSCAPES, old.key)
    runs = []
    for run in experiment.runs:
        name, values = run.optimizer.key, dict(run.optimizer.knobs)
        if values["lr"] in (suited_rate(name, old), suited_rate(name, plain)):
            values["lr"] = suited_rate(name, new)
        runs.append(replace(run, optimizer=replace(run.optimizer, knobs=tuple(values.items()))))
    return Experiment(new, LANDSCAPES[key]().start, experiment.steps, tuple(runs))
