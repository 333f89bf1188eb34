"""What a Dash app usually does: a callback returns a figure, with the animation as its frames.

    python -m tests.benchmarks.usual animation --port 8051

``animation`` is a contour with 8 runs; its button computes them by the same engine and returns 100
frames of growing trails, which Plotly plays. ``plain`` is the least page: a contour, a slider and a
menu. Both are served as Dash does it by default: whole plotly.js, not compressed.
"""

from __future__ import annotations

import argparse
from typing import Any

import plotly.graph_objects as go
import waitress
from dash import Dash, Input, Output, dcc, html

from app.charts.contour import contour
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, descend
from tests.benchmarks.engine import KNOBS

FRAMES = 100
SIZE = {"width": "720px", "height": "720px"}
SURFACE = LANDSCAPES["rosenbrock"]()
# Plays the figure that a click has brought, as soon as Plotly has it and its frames.
PLAY = """(figure) => {
  const play = () => {
    const chart = document.querySelector(".js-plotly-plot");
    const same = chart?.layout?.meta === figure.layout.meta;
    if (!same || !chart._transitionData?._frames.length) return requestAnimationFrame(play);
    const shown = () => globalThis.watched?.animated.push([figure.layout.meta, performance.now()]);
    chart.removeAllListeners("plotly_animatingframe");
    chart.on("plotly_animatingframe", shown);
    const how = { frame: { duration: 0, redraw: true }, transition: { duration: 0 } };
    Plotly.animate(chart, null, { ...how, mode: "immediate", fromcurrent: false });
  };
  if (figure?.frames?.length) play();
  return "";
}"""


def animation() -> Dash:
    app = Dash(__name__)
    app.layout = html.Div(
        [
            html.Button("run", id="run"),
            dcc.Graph(id="graph", figure=contour(SURFACE), style=SIZE),
            html.Div(id="sink"),
        ]
    )
    app.callback(Output("graph", "figure"), Input("run", "n_clicks"), prevent_initial_call=True)(
        animated
    )
    app.clientside_callback(PLAY, Output("sink", "children"), Input("graph", "figure"))
    return app


def animated(clicks: int, steps: int = 1000) -> go.Figure:
    """The contour with all runs, and frames in which their trails grow."""
    figure = contour(SURFACE)
    still = len(figure.data)
    start = (-1.2 + 0.01 * clicks, 1.0)
    paths = [
        descend(SURFACE, start, OPTIMIZERS[name], steps=steps, **knobs).path[:, 0]
        for name, knobs in KNOBS.items()
    ]
    moving = list(range(still, still + len(paths)))
    figure.add_traces([_line(path, 1) for path in paths])
    figure.frames = [
        go.Frame(data=[_line(path, 1 + steps * i // FRAMES) for path in paths], traces=moving)
        for i in range(1, FRAMES + 1)
    ]
    figure.update_layout(meta=clicks)
    return figure


def _line(path: Any, points: int) -> go.Scatter:
    return go.Scatter(x=path[:points, 0], y=path[:points, 1], mode="lines")


def plain() -> Dash:
    app = Dash(__name__)
    app.layout = html.Div(
        [
            dcc.Dropdown(list(LANDSCAPES), "rosenbrock", id="menu"),
            dcc.Slider(0, 1, 0.1, value=0.5, id="slider"),
            dcc.Graph(id="graph", style=SIZE),
            html.Div(id="told"),
        ]
    )

    def draw(name: str, value: float) -> tuple[go.Figure, str]:
        return contour(LANDSCAPES[name]()), f"{value}"

    app.callback(
        Output("graph", "figure"),
        Output("told", "children"),
        Input("menu", "value"),
        Input("slider", "value"),
    )(draw)
    return app


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("page", choices=["animation", "plain"])
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    app = animation() if options.page == "animation" else plain()
    app._setup_server()
    server = waitress.create_server(app.server, host="127.0.0.1", port=options.port, threads=32)
    print(f"http://127.0.0.1:{options.port}/", flush=True)
    server.run()


if __name__ == "__main__":
    main()
