"""The landscape -> its contours, drawn once."""

from typing import Any

from dash import Dash, Input, Output
from dash.exceptions import PreventUpdate

from app.charts.contour import contour
from app.experiment import parse


def register(app: Dash) -> None:
    app.callback(
        Output("surface", "data"),
        Input("landscape", "data"),
        Input("address", "search"),
    )(draw)


def draw(landscape: str | None, search: str | None) -> dict[str, Any]:
    """The contours of the landscape on the page or, before there is one, in the link."""
    experiment, problems = parse(f"landscape={landscape}" if landscape else search or "")
    if landscape and problems:
        raise PreventUpdate
    surface = experiment.surface
    figure: dict[str, Any] = contour(surface).to_dict()
    figure["landscape"] = str(experiment.landscape)
    figure["bounded"] = bool(len(surface.minima))
    return figure
