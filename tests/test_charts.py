"""A chart is a function of data."""

import numpy as np
import pytest

from app.charts.contour import HIGHEST, TOO_MANY, contour, levels
from app.charts.curves import MOST, curves
from landscapes import LANDSCAPES, regularised, rotated


@pytest.mark.parametrize("key", LANDSCAPES)
def test_contours_show_the_whole_domain_and_tell_true_values(key: str) -> None:
    f = LANDSCAPES[key]()
    surface = contour(f).data[0]
    (x0, x1), (y0, y1) = f.domain
    assert (surface.x[0], surface.x[-1], surface.y[0], surface.y[-1]) == (x0, x1, y0, y1)
    i, j = 30, 70
    assert surface.customdata[i, j] == pytest.approx(
        float(f((surface.x[j], surface.y[i]))), rel=1e-6
    )
    assert np.isfinite(surface.z).all()
    order = np.argsort(surface.customdata.ravel(), kind="stable")
    assert (np.diff(surface.z.ravel()[order]) >= -4e-6).all()  # float32
    bounds = levels(surface.customdata.astype(float))
    for tick, text in zip(surface.colorbar.tickvals, surface.colorbar.ticktext, strict=True):
        assert float(text) == pytest.approx(bounds[tick], rel=0.01, abs=1e-9)


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e3, 1e100])
@pytest.mark.parametrize("key", LANDSCAPES)
def test_contours_of_any_window_tell_true_values(key: str, size: float) -> None:
    f = LANDSCAPES[key]()
    x, y = (0.6 * low + 0.4 * high for low, high in f.domain)
    figure = contour(f, within=((x - size, x + size), (y - size, y + size)), coarse=True)
    assert figure.layout.xaxis.range == f.domain[0]
    surface = figure.data[0]
    assert (surface.x[0], surface.y[-1]) == (x - size, y + size)
    with np.errstate(all="ignore"):
        heights = f(np.stack(np.meshgrid(surface.x, surface.y), axis=-1))
    known = np.isfinite(surface.z)
    assert (known == (np.abs(heights) < HIGHEST)).all()
    np.testing.assert_allclose(surface.customdata[known], heights[known], rtol=1e-6, atol=1e-38)


@pytest.mark.parametrize("key", LANDSCAPES)
def test_levels_increase_and_leave_no_part_of_the_picture_empty(key: str) -> None:
    f = LANDSCAPES[key]()
    (x0, x1), (y0, y1) = f.domain
    x, y = np.meshgrid(np.linspace(x0, x1, 80), np.linspace(y0, y1, 80))
    heights = f(np.stack([x, y], axis=-1))
    bounds = levels(heights)
    assert 10 <= len(bounds) <= 21
    assert (np.diff(bounds) > 0).all()
    shares = np.histogram(heights, bounds)[0] / heights.size
    assert shares.max() < 0.2


@pytest.mark.parametrize("height", [0.0, -3.0, 1e-300])
def test_a_surface_that_is_flat_has_levels_too(height: float) -> None:
    bounds = levels(np.full((5, 5), height))
    assert len(bounds) == 2
    assert bounds[0] == height < bounds[1]


@pytest.mark.parametrize("key", LANDSCAPES)
def test_minima_and_saddles_are_marked(key: str) -> None:
    f = LANDSCAPES[key]()
    _, minima, saddles = contour(f).data
    assert len(minima.x) == len(f.minima)
    assert len(saddles.x) == (len(f.saddles) if len(f.saddles) <= TOO_MANY else 0)


def test_curves_are_bare_axes_over_one_axis_of_steps() -> None:
    figure = curves()
    assert len(figure.layout.annotations) == MOST
    assert [trace.yaxis for trace in figure.data] == ["y", "y2", "y3", "y4"]
    assert {trace.xaxis or "x" for trace in figure.data} == {"x"}


@pytest.mark.parametrize("key", LANDSCAPES)
def test_axes_have_the_names_of_the_landscapes_own_formula(key: str) -> None:
    f = LANDSCAPES[key]()
    layout = contour(f).layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == f.axes
    assert (f.axes == ("x", "y")) == (f.FAMILY != "made of data")
    assert regularised(f, 0.1).axes == f.axes
    assert rotated(f, 30.0).axes == ("x", "y")  # they lie along neither
