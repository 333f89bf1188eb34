"""Empty axes for what is drawn against the step: loss, learning rate, |gradient|."""

from __future__ import annotations

import plotly.graph_objects as go

ROWS = ("loss", "learning rate", "|gradient|")


def curves() -> go.Figure:
    """Three stacked charts over one axis of steps; the player draws the lines."""
    figure = go.Figure()
    height = 1 / len(ROWS)
    for i, name in enumerate(ROWS):
        top = 1 - i * height
        figure.add_annotation(
            text=name,
            x=0,
            y=top,
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="top",
            showarrow=False,
            yshift=2,
        )
        number = "" if i == 0 else str(i + 1)
        axis = {
            "domain": [top - height + 0.05, top - 0.05],
            "type": "log",
            "exponentformat": "power",
            "nticks": 5,
            "zeroline": False,
            "fixedrange": True,
        }
        figure.update_layout({f"yaxis{number}": axis})
        # An axis without a trace is not drawn.
        figure.add_trace(go.Scatter(x=[None], y=[None], yaxis=f"y{number}", hoverinfo="skip"))
    figure.update_layout(
        template=go.layout.Template(),
        margin={"l": 52, "r": 10, "t": 4, "b": 34},
        xaxis={
            "anchor": "free",
            "position": 0,
            "title": {"text": "step"},
            "zeroline": False,
            "fixedrange": True,
        },
        dragmode=False,
        hovermode=False,
        showlegend=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    return figure
