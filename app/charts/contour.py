"""The surface from above, with its minima and saddles: what stands still on the stage."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from app.charts.theme import INK, LINE, RAMP
from landscapes import Landscape
from landscapes.landscape import Pair

Array = NDArray[np.float64]
Window = tuple[Pair, Pair]
RESOLUTION = 141
# A landscape that asks very many examples at each point is drawn from fewer points.
COARSE, VERY_MANY = 61, 2000
BANDS = 20
# Beyond, differences of heights and float32 fail.
HIGHEST = 1e38
# More minima than this are drawn small, and so many saddles not at all.
MANY = 12
TOO_MANY = 40


def contour(surface: Landscape, *, coarse: bool = False, within: Window | None = None) -> go.Figure:
    """Contours of a landscape over its domain, or over a window of the plane.

    What is drawn is the height counted in levels, so that valley and walls are both readable; the
    colour bar and the labels under the pointer give the true values of f. Where f is beyond what a
    float holds, nothing is drawn.
    """
    side = COARSE if coarse else resolution(surface)
    x, y = (np.linspace(*ends, side) for ends in within or surface.domain)
    with np.errstate(all="ignore"):
        heights = surface(np.stack(np.meshgrid(x, y), axis=-1))
    heights = np.where(np.abs(heights) < HIGHEST, heights, np.nan)
    across, up = surface.axes
    bounds = levels(heights)
    marks = np.arange(0, len(bounds), 3)
    filled = go.Contour(
        name="surface",
        x=x,
        y=y,
        z=np.interp(heights, bounds, np.arange(len(bounds))).astype(np.float32),
        customdata=heights.astype(np.float32),
        hovertemplate=f"{across} %{{x:.4g}}<br>{up} %{{y:.4g}}<br>"
        "f %{customdata:.5g}<extra></extra>",
        contours={"start": 0, "end": len(bounds) - 1, "size": 1},
        line={"width": 0.6, "color": LINE},
        colorscale=RAMP,
        colorbar={
            "title": {"text": "f"},
            "tickvals": marks,
            "ticktext": texts(bounds[marks]),
            "thickness": 10,
            "outlinewidth": 0,
            "len": 0.9,
        },
    )
    saddles = surface.saddles if len(surface.saddles) <= TOO_MANY else surface.saddles[:0]
    minima = _landmarks("minimum", surface, surface.minima, "star")
    # Plotly takes ten times as long to update a layout as to begin with it.
    layout = {
        "template": go.layout.Template(),
        "margin": {"l": 44, "r": 8, "t": 8, "b": 32},
        "xaxis": _axis(across, surface.domain[0]),
        "yaxis": _axis(up, surface.domain[1]),
        "dragmode": False,
        "hovermode": "closest",
        "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "meta": {"levels": bounds.tolist(), "axes": surface.axes, "domain": surface.domain},
    }
    return go.Figure([filled, minima, _landmarks("saddle", surface, saddles, "x-thin")], layout)


def _axis(name: str, ends: Pair) -> dict[str, Any]:
    title = {"text": name, "standoff": 0, "font": {"size": 12}}
    return {"title": title, "range": list(ends), "zeroline": False, "showgrid": False}


def resolution(surface: Landscape) -> int:
    """How many points a side the contours are drawn from."""
    examples = 0 if surface.floats else len(getattr(surface, "examples", [()])[0])
    return COARSE if examples > VERY_MANY else RESOLUTION


def levels(heights: Array) -> Array:
    """Increasing values of f, from lowest to highest, between which the bands lie; NaN is no value.

    They part the picture's area, more finely where the surface is low, because that is where runs
    end up: level i is the quantile (i / n)^1.6, to two significant digits, or to as many more as
    tell the levels apart.
    """
    shares = (np.arange(BANDS + 1) / BANDS) ** 1.6
    known = heights[np.isfinite(heights)]
    cuts = np.unique(np.quantile(known, shares)) if known.size else np.zeros(1)
    low, *inner, high = cuts if len(cuts) > 1 else [cuts[0], cuts[0] + (abs(cuts[0]) or 1.0)]
    for digits in range(2, 17):
        rounded = np.unique([float(f"{value:.{digits}g}") for value in inner])
        if len(rounded) == len(inner):
            break
    return np.unique([low, *rounded[(rounded > low) & (rounded < high)], high])


def texts(bounds: Array) -> list[str]:
    """Levels as the colour bar tells them: three significant digits, or more to tell them apart."""
    for digits in range(3, 17):
        told = [f"{value:.{digits}g}" for value in bounds]
        if len(set(told)) == len(told):
            break
    return told


def _landmarks(kind: str, surface: Landscape, points: Array, symbol: str) -> Any:
    heights = surface(points)
    lowest = heights <= surface.lowest + 1e-9 * (1 + abs(surface.lowest))
    sizes = np.where(lowest, 12, 11 if len(points) <= MANY else 6)
    return go.Scatter(
        name=kind,
        x=points[:, 0],
        y=points[:, 1],
        customdata=heights,
        mode="markers",
        marker={
            "symbol": symbol,
            "size": sizes,
            "color": INK,
            "line": {"width": 1.5 if symbol == "x-thin" else 0, "color": INK},
        },
        hovertemplate=f"{kind}<br>(%{{x:.5g}}, %{{y:.5g}})<br>f %{{customdata:.5g}}<extra></extra>",
    )
