"""Every landscape keeps the contract of landscapes.Landscape, at every end of every knob."""

import dataclasses
import itertools
import re
from typing import Annotated, get_origin, get_type_hints

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES, Landscape

catalogue = pytest.mark.parametrize("kind", LANDSCAPES.values(), ids=LANDSCAPES)


def ranges(kind):
    """The declared (low, high) of every knob."""
    hints = get_type_hints(kind, include_extras=True)
    return {
        name: hint.__metadata__[0][:2]
        for name, hint in hints.items()
        if get_origin(hint) is Annotated
    }


def with_knobs(kind):
    """The landscape with its knobs anywhere in their ranges."""
    return st.builds(kind, **{name: st.floats(*ends) for name, ends in ranges(kind).items()})


def corners():
    """Every landscape with its defaults, and with its knobs at all ends of their ranges."""
    for name, kind in LANDSCAPES.items():
        ends = itertools.product(*ranges(kind).values())
        for knobs in [{}, *(dict(zip(ranges(kind), values, strict=True)) for values in ends)]:
            told = ",".join(f"{knob}={value}" for knob, value in knobs.items())
            yield pytest.param(kind(**knobs), id=f"{name}({told})")


cornered = pytest.mark.parametrize("f", list(corners()))


def points_in(f, count=200):
    low, high = np.array(f.domain).T
    return np.random.default_rng(0).uniform(low, high, (count, 2))


def inside(f, points):
    low, high = np.array(f.domain).T
    return ((low <= points) & (points <= high)).all(-1)


def differences(function, points, h=1e-5):
    """Central differences of ``function`` along x and y, on a new last axis."""
    ways = h * np.eye(2)
    rises = [(function(points + way) - function(points - way)) / (2 * h) for way in ways]
    return np.stack(rises, axis=-1)


def ring(point, radius):
    angle = np.linspace(0, 2 * np.pi, 360, endpoint=False)
    return point + radius * np.stack([np.cos(angle), np.sin(angle)], axis=-1)


@cornered
def test_the_gradient_is_the_slope_of_the_surface(f):
    points = points_in(f)
    scale = np.abs(f(points)).max()
    np.testing.assert_allclose(f.grad(points), differences(f, points), rtol=1e-6, atol=1e-8 * scale)


@cornered
def test_the_hessian_is_the_slope_of_the_gradient(f):
    points = points_in(f)
    scale = np.abs(f.grad(points)).max()
    hessian = f.hessian(points)
    np.testing.assert_allclose(hessian, differences(f.grad, points), rtol=1e-6, atol=1e-8 * scale)
    np.testing.assert_array_equal(hessian, np.swapaxes(hessian, -1, -2))


@catalogue
@pytest.mark.parametrize("shape", [(), (1,), (5,), (3, 4), (0,)], ids=str)
def test_points_may_come_in_any_shape_and_do_not_see_each_other(kind, shape):
    f = kind()
    points = np.random.default_rng(1).uniform(-1, 1, (*shape, 2))
    for function, tail in ((f, ()), (f.grad, (2,)), (f.hessian, (2, 2))):
        values = function(points)
        assert values.shape == (*shape, *tail)
        for where in np.ndindex(shape):
            np.testing.assert_allclose(values[where], function(points[where]), rtol=1e-14)


@catalogue
def test_points_may_be_plain_lists(kind):
    f = kind()
    assert f([0, 1]) == f(np.array([0.0, 1.0]))
    np.testing.assert_array_equal(f.grad([[0, 1]]), f.grad(np.array([[0.0, 1.0]])))


@cornered
def test_every_minimum_is_one(f):
    (x0, x1), _ = f.domain
    minima = f.minima
    assert minima.shape == (len(minima), 2)
    assert inside(f, minima).all()
    scale = np.abs(f.grad(points_in(f))).max()
    np.testing.assert_allclose(f.grad(minima), 0, atol=1e-9 * scale)
    assert (np.linalg.eigvalsh(f.hessian(minima)) > 0).all()
    for minimum in minima:
        assert (f(ring(minimum, 1e-3 * (x1 - x0))) > f(minimum)).all()


@cornered
def test_every_saddle_rises_one_way_and_falls_another(f):
    (x0, x1), _ = f.domain
    saddles = f.saddles
    assert saddles.shape == (len(saddles), 2)
    assert inside(f, saddles).all()
    scale = np.abs(f.grad(points_in(f))).max()
    np.testing.assert_allclose(f.grad(saddles), 0, atol=1e-9 * scale)
    for saddle in saddles:
        rise = f(ring(saddle, 1e-3 * (x1 - x0))) - f(saddle)
        assert rise.max() > 0 > rise.min()


@cornered
def test_the_lowest_minimum_comes_first_and_is_the_floor_of_a_surface_that_has_one(f):
    heights = f(f.minima)
    # Four minima at 0 differ by the square of what is left of Newton's steps.
    assert (np.diff(heights) >= -1e-20).all()
    if f.bounded:
        assert len(heights) > 0
        assert (f(points_in(f, 10_000)) >= heights[0]).all()
        assert (f(1e3 * points_in(f, 10_000)) >= heights[0]).all()


@pytest.mark.parametrize("f", [case for case in corners() if not case.values[0].bounded])
def test_a_surface_without_a_floor_goes_below_every_bound(f):
    for far in (1e3, 1e5, 1e7):
        assert f(ring(np.zeros(2), far)).min() < -far


@cornered
def test_the_start_is_in_the_picture_and_not_at_rest(f):
    assert inside(f, np.array(f.start))
    assert f.grad(f.start).any()


@pytest.mark.parametrize(
    "kind", [kind for kind in LANDSCAPES.values() if kind.minima is Landscape.minima]
)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_minima_less_saddles_plus_maxima_is_one_where_they_are_derived(kind, data):
    """Morse: true in a picture whose edges rise; a point that was missed would break the sum."""
    f = data.draw(with_knobs(kind))
    points = f.critical_points
    curvatures = np.linalg.eigvalsh(f.hessian(points))
    # Where a saddle and a maximum are about to annihilate each other they count as one point.
    assume(np.abs(curvatures).min() > 5e-3 * np.abs(curvatures).max())
    below = (curvatures < 0).sum(-1)
    minima, saddles, maxima = ((below == n).sum() for n in range(3))
    assert minima - saddles + maxima == 1
    assert (minima, saddles) == (len(f.minima), len(f.saddles))
    assert inside(f, points).all()
    assert (np.diff(f(points)) >= 0).all()


@settings(max_examples=25, deadline=None)
@given(f=with_knobs(LANDSCAPES["himmelblau"]))
def test_himmelblau_has_four_equal_minima(f):
    assert len(f.minima) == 4
    np.testing.assert_allclose(f(f.minima), 0, atol=1e-20)


def test_the_classic_himmelblau_surface_is_lowest_at_3_2():
    minima = LANDSCAPES["himmelblau"](a=11.0, b=7.0).minima
    assert np.abs(minima - (3, 2)).max(-1).min() < 1e-12


@settings(max_examples=25, deadline=None)
@given(f=with_knobs(LANDSCAPES["hills"]))
def test_hills_have_one_lowest_minimum_and_several_higher_ones(f):
    heights = f(f.minima)
    assert len(heights) >= 3
    assert heights[1] - heights[0] > 0.1


@catalogue
def test_the_help_holds_a_title_the_formula_and_a_line_for_every_knob(kind):
    text = kind.__doc__
    assert re.fullmatch(r"[^:]+: .+\.", text.splitlines()[0])
    assert re.search(r"\$\$.+\$\$", text, re.DOTALL)
    for field in dataclasses.fields(kind):
        assert re.search(rf"^ *{field.name}: \S", text, re.MULTILINE)


@catalogue
def test_every_knob_is_keyword_only_and_declares_a_range_round_its_default(kind):
    fields = dataclasses.fields(kind)
    assert [field.name for field in fields] == list(ranges(kind))
    for field in fields:
        low, high = ranges(kind)[field.name]
        assert field.kw_only
        assert low <= field.default <= high


@catalogue
def test_a_landscape_is_a_frozen_value(kind):
    f = kind()
    assert f == kind()
    assert hash(f) == hash(kind())
    with pytest.raises(dataclasses.FrozenInstanceError):
        f.anything = 1.0
    with pytest.raises(TypeError):
        kind(no_such_knob=1.0)


def test_the_catalogue_is_in_teaching_order_under_the_names_of_the_files():
    orders = [kind.ORDER for kind in LANDSCAPES.values()]
    assert orders == sorted(orders)
    for name, kind in LANDSCAPES.items():
        assert kind.__module__ == f"landscapes.{name}"
