"""The examples a landscape is made of; the player draws what the runs make of them."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from app.charts.theme import INK

Array = NDArray[np.float64]
Examples = tuple[Array, Array]


def fit(examples: Examples, held_out: Examples) -> go.Figure:
    """Targets over inputs: what is trained on as dots, what is held out as rings."""
    traces = [
        go.Scatter(
            name=name,
            x=inputs.tolist(),
            y=targets.tolist(),
            mode="markers",
            marker={"symbol": symbol, "size": 5, "color": INK, "opacity": 0.55},
            hoverinfo="skip",
        )
        for name, (inputs, targets), symbol in (
            ("example", examples, "circle"),
            ("held out", held_out, "circle-open"),
        )
    ]
    everything = [np.concatenate(pair) for pair in zip(examples, held_out, strict=True)]
    layout = {
        "template": go.layout.Template(),
        "margin": {"l": 52, "r": 10, "t": 6, "b": 34},
        "xaxis": _axis("input", everything[0]),
        "yaxis": _axis("target", everything[1]),
        "dragmode": False,
        "hovermode": False,
        "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
    return go.Figure(traces, layout)


def _axis(title: str, values: Array) -> dict[str, object]:
    """An axis with some room around all values, also where they are all the same."""
    low, high = values.min(), values.max()
    room = 0.12 * (high - low) or max(abs(high), 1.0)
    return {
        "title": {"text": title},
        "range": [low - room, high + room],
        "zeroline": False,
        "fixedrange": True,
        "nticks": 5,
    }
