"""Link -> page, when Back or another link changes the address, or examples stand beside it.

`opened` is the link with the examples beside it, as the browser finds them (see browser.py); where
they have taken the place of others, also the link ``before`` with those that it ``held`` beside it.
"""

from dataclasses import replace
from typing import Any

from dash import Dash, Input, Output

from app.experiment import Experiment, Pick
from app.link import parse, write
from app.page import TARGETS, notice, shown
from app.rates import resuited


def register(app: Dash) -> None:
    app.callback(
        Output("notices", "children"),
        *(Output(target, "children") for target in TARGETS),
        # Controls that are new are changed ones to edit.py, which has to know what they show.
        Output("experiment", "data", allow_duplicate=True),
        Input("opened", "data"),
        prevent_initial_call=True,  # the layout is made for the link
    )(load)


def load(opened: dict[str, str]) -> list[Any]:
    """The controls of the experiment in a link, and what could not be read of it."""
    experiment, problems = parse(opened["text"], opened.get("beside", ""))
    if before := opened.get("before"):
        experiment = _other_examples(experiment, parse(before, opened.get("held", ""))[0].landscape)
    return [notice(problems), *shown(experiment), write(experiment)]


def _other_examples(experiment: Experiment, old: Pick) -> Experiment:
    """Suggested rates and the usual start are those for the examples that there are now."""
    new = experiment.landscape
    usual = old.key == new.key and experiment.start == old.plain.start
    return replace(
        experiment,
        start=new.plain.start if usual else experiment.start,
        runs=tuple(resuited(run, old, new) for run in experiment.runs),
    )
