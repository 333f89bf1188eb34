"""Link -> page: once at load, and again when Back or another link changes the address."""

from typing import Any

from dash import Dash, Input, Output

from app.experiment import parse
from app.page import TARGETS, notice, shown


def register(app: Dash) -> None:
    app.callback(
        Output("notices", "children"),
        *(Output(target, "children") for target in TARGETS),
        Input("address", "search"),
    )(load)


def load(search: str | None) -> list[Any]:
    """The controls of the experiment in a link, and what could not be read of it."""
    experiment, problems = parse(search or "")
    return [notice(problems), *shown(experiment)]
