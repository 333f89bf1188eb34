"""Empty axes for what is drawn against the step, and what can be."""

from __future__ import annotations

import plotly.graph_objects as go

# What can be drawn, by the key that a link has for it; {x} and {y} are the landscape's axes.
CURVES = {
    "loss": "loss",
    "rate": "learning rate",
    "slope": "|gradient|",
    "distance": "distance to the nearest minimum",
    "x": "{x}",
    "y": "{y}",
    "rate_x": "effective rate along {x}",
    "rate_y": "effective rate along {y}",
    "sharpness": "sharpness",
}
USUAL = ("loss", "rate", "slope")
# As many have room above each other.
MOST = 4
# And against what.
OVER = {
    "steps": "step",
    "epochs": "epoch",
    "evaluations": "gradient evaluations (value: ⅓, Hessian: 2)",
}


def curves() -> go.Figure:
    """Charts to be stacked over one axis; the player says what they show and draws the lines."""
    figure = go.Figure()
    for i in range(MOST):
        figure.add_annotation(
            x=0,
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="top",
            showarrow=False,
            yshift=2,
        )
        number = "" if i == 0 else str(i + 1)
        axis = {
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
            "title": {"font": {"size": 12}, "standoff": 6},
            "zeroline": False,
            "fixedrange": True,
        },
        dragmode=False,
        hovermode=False,
        showlegend=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        meta={"curves": CURVES, "over": OVER},
    )
    return figure
