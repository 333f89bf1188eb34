"""Link -> page: once at load, and again when Back or another link changes the address."""

from typing import Any

from dash import Dash, Input, Output, html

from app.controls import about, landscape_controls, run_card, start_controls
from app.experiment import Experiment, Problem, parse
from app.formula import formula
from app.knobs import describe
from app.page import pick_id
from landscapes import LANDSCAPES


def register(app: Dash) -> None:
    app.callback(
        Output("notices", "children"),
        *(Output(*target) for target in TARGETS),
        Input("address", "search"),
    )(load)


# What shows an experiment, in the order of `shown`.
TARGETS: tuple[tuple[Any, str], ...] = (
    (pick_id("landscape"), "value"),
    ("landscape-about", "children"),
    ("formula", "children"),
    ("landscape-controls", "children"),
    ("start-controls", "children"),
    ("runs", "children"),
)


def load(search: str | None) -> list[Any]:
    experiment, problems = parse(search or "")
    return [notice(problems), *shown(experiment)]


def shown(experiment: Experiment) -> list[Any]:
    """The controls of an experiment."""
    thing = LANDSCAPES[experiment.landscape.key]
    return [
        experiment.landscape.key,
        about(thing),
        [formula(latex) for latex in describe(thing).formulas],
        landscape_controls(experiment),
        start_controls(experiment),
        [run_card(run, experiment.landscape) for run in experiment.runs]
        or html.P("No runs. Add one below, and it starts at once.", className="quiet"),
    ]


def notice(problems: list[Problem]) -> Any:
    """What could not be read of a link."""
    if not problems:
        return []
    return html.Div(
        [
            html.P("Not all of this link could be read. What could not is at its default:"),
            html.Ul([html.Li(problem.sentence) for problem in problems[:20]]),
        ],
        className="notice",
    )
