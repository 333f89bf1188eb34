"""Link -> page, when Back or another link changes the address, or examples stand beside it.

`opened` is the link with the examples beside it, as the browser finds them; see browser.py.
"""

from typing import Any

from dash import Dash, Input, Output

from app.link import parse
from app.page import TARGETS, notice, shown


def register(app: Dash) -> None:
    app.callback(
        Output("notices", "children"),
        *(Output(target, "children") for target in TARGETS),
        Input("opened", "data"),
        prevent_initial_call=True,  # the layout is made for the link
    )(load)


def load(opened: dict[str, str]) -> list[Any]:
    """The controls of the experiment in a link, and what could not be read of it."""
    experiment, problems = parse(**opened)
    return [notice(problems), *shown(experiment)]
