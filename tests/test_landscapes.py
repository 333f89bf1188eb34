"""Every landscape keeps the contract of landscapes.Landscape, at every end of every knob."""

import dataclasses
import importlib
import itertools
import re
from typing import Annotated, get_origin, get_type_hints

import numpy as np
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES, regularised, rotated
from optimizers import OPTIMIZERS, descend
from optimizers.walkers import on_floats

engine = importlib.import_module("optimizers.descend")

catalogue = pytest.mark.parametrize("kind", LANDSCAPES.values(), ids=LANDSCAPES)
FAMILIES = ["one minimum", "saddles and plateaus", "several minima", "many minima", "made of data"]


def hints(kind):
    """The annotations of all knobs."""
    found = get_type_hints(kind, include_extras=True)
    return {name: hint for name, hint in found.items() if get_origin(hint) is Annotated}


def ranges(kind):
    """The declared (low, high) of every knob that is a number and not a list of them."""
    return {
        name: hint.__metadata__[0][:2]
        for name, hint in hints(kind).items()
        if get_origin(hint.__origin__) is not tuple
    }


def with_knobs(kind):
    """The landscape with its knobs anywhere in their ranges."""
    kinds = {int: st.integers, float: st.floats}
    drawn = {
        name: kinds[hints(kind)[name].__origin__](*ends) for name, ends in ranges(kind).items()
    }
    return st.builds(kind, **drawn)


def corners():
    """Every landscape with its defaults, and with its knobs at all ends of their ranges."""
    for name, kind in LANDSCAPES.items():
        ends = itertools.product(*ranges(kind).values())
        for knobs in [{}, *(dict(zip(ranges(kind), values, strict=True)) for values in ends)]:
            told = ",".join(f"{knob}={value}" for knob, value in knobs.items())
            yield pytest.param(kind(**knobs), id=f"{name}({told})")


def wrapped():
    """Every landscape with its defaults, turned, regularised, and both."""
    for name, kind in LANDSCAPES.items():
        yield pytest.param(rotated(kind(), 30.0), id=f"rotated({name})")
        yield pytest.param(regularised(kind(), 0.3), id=f"regularised({name})")
        yield pytest.param(rotated(regularised(kind(), 0.3), 200.0), id=f"both({name})")


plain = pytest.mark.parametrize("f", list(corners()))
cornered = pytest.mark.parametrize("f", [*corners(), *wrapped()])


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


def solid(f):
    """Which minima have a slope and a curvature, and are not the tip of a cusp."""
    # A turn moves a tip off its crease by a rounding error.
    unturned = f.inner if hasattr(f, "degrees") else f
    return np.isfinite(unturned.hessian(unturned.minima)).all((-2, -1))


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
    np.testing.assert_allclose(f.grad(minima[solid(f)]), 0, atol=1e-9 * scale)
    assert (np.linalg.eigvalsh(f.hessian(minima[solid(f)])) > 0).all()
    for minimum in minima:
        assert (f(ring(minimum, 0.024 * (x1 - x0) / f.grid)) > f(minimum)).all()


@cornered
def test_every_saddle_rises_one_way_and_falls_another(f):
    (x0, x1), _ = f.domain
    saddles = f.saddles
    assert saddles.shape == (len(saddles), 2)
    assert inside(f, saddles).all()
    scale = np.abs(f.grad(points_in(f))).max()
    np.testing.assert_allclose(f.grad(saddles), 0, atol=1e-9 * scale)
    for saddle in saddles:
        rise = f(ring(saddle, 0.024 * (x1 - x0) / f.grid)) - f(saddle)
        assert rise.max() > 0 > rise.min()


@plain
def test_the_lowest_minimum_comes_first_and_is_the_floor_of_a_surface_that_has_one(f):
    heights = f(f.minima)
    # Four minima at 0 differ by the square of what is left of Newton's steps.
    assert (np.diff(heights) >= -1e-20).all()
    assert f.lowest == (heights[0] if len(heights) else -np.inf)
    if f.bounded:
        assert len(heights) > 0
        assert (f(points_in(f, 10_000)) >= heights[0]).all()
        assert (f(1e3 * points_in(f, 10_000)) >= heights[0]).all()


@pytest.mark.parametrize("f", [case for case in corners() if not case.values[0].bounded])
def test_a_surface_without_a_floor_goes_below_every_bound(f):
    for far in (1e3, 1e5, 1e7):
        assert f(ring(np.zeros(2), 2 * far)).min() < -far


@cornered
def test_the_picture_and_its_slopes_are_finite_everywhere(f):
    x, y = np.meshgrid(*(np.linspace(*ends, 141) for ends in f.domain))
    points = np.stack([x, y], axis=-1)
    assert np.isfinite(f(points)).all()
    assert np.isfinite(f.grad(points)).all()


@cornered
def test_landmarks_are_found_once_and_cannot_be_written_to(f):
    again = dataclasses.replace(f)
    assert again is not f
    for landmarks in ("critical_points", "minima", "saddles"):
        assert not getattr(again, landmarks).flags.writeable
        np.testing.assert_array_equal(getattr(again, landmarks), getattr(f, landmarks))
    if not hasattr(f, "degrees"):
        assert again.critical_points is f.critical_points


@cornered
def test_the_start_is_in_the_picture_and_not_at_rest(f):
    assert inside(f, np.array(f.start))
    assert f.grad(f.start).any()


def winding(f):
    """How often the gradient turns round on the way round the edge of the picture."""
    (x0, x1), (y0, y1) = f.domain
    corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)])
    share = np.linspace(0, 1, 1001)[:-1, None]
    sides = [a + share * (b - a) for a, b in itertools.pairwise(corners)]
    way = np.vstack([*sides, corners[-1]])
    for _ in range(20):
        gx, gy = f.grad(way).T
        turns = (np.diff(np.arctan2(gy, gx)) + np.pi) % (2 * np.pi) - np.pi
        (wide,) = np.nonzero(np.abs(turns) > 1)
        if not len(wide):
            return round(turns.sum() / (2 * np.pi))
        way = np.insert(way, wide + 1, (way[wide] + way[wide + 1]) / 2, axis=0)
    return reject()  # a critical point lies on the edge


def is_degenerate(f):
    """Whether critical points are about to meet, or already have met in one without curvature."""
    hessians = f.hessian(f.critical_points)
    curvatures = np.abs(np.linalg.eigvalsh(hessians[np.isfinite(hessians).all((-2, -1))]))
    typical = np.abs(f.hessian(points_in(f))).max()
    return (curvatures.min(-1) <= np.maximum(1e-4 * curvatures.max(-1), 1e-8 * typical)).any()


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for kind in LANDSCAPES.values()
        if kind.smooth and not kind.creases and not is_degenerate(kind())
    ],
)
@settings(max_examples=15)
@given(data=st.data())
def test_minima_less_saddles_plus_maxima_is_the_turns_of_the_gradient_round_the_edge(kind, data):
    """Poincaré and Hopf's law; a point that was missed would break the sum."""
    f = regularised(data.draw(with_knobs(kind)), data.draw(st.just(0.0) | st.floats(0.01, 3.0)))
    points = f.critical_points
    assume(not is_degenerate(f))
    hessians = f.hessian(points)
    tips = ~np.isfinite(hessians).all((-2, -1))
    hessians[tips] = np.eye(2)
    below = (np.linalg.eigvalsh(hessians) < 0).sum(-1)
    minima, saddles, maxima = ((below == n).sum() for n in range(3))
    assert minima - saddles + maxima == winding(f)
    assert (minima, saddles) == (len(f.minima), len(f.saddles))
    assert inside(f, points).all()
    assert (np.diff(f(points)) >= 0).all()


@pytest.mark.parametrize("name", [n for n, k in LANDSCAPES.items() if k.FAMILY == "many minima"])
def test_whatever_is_lower_than_all_round_it_on_a_fine_grid_is_a_listed_minimum(name):
    f = LANDSCAPES[name]()
    x, y = (np.linspace(*ends, 1201) for ends in f.domain)
    cell = np.array([x[1] - x[0], y[1] - y[0]])
    heights = f(np.stack(np.meshgrid(x, y), axis=-1))
    middle = heights[1:-1, 1:-1]
    ways = [way for way in itertools.product((0, 1, 2), repeat=2) if way != (1, 1)]
    low = np.all([middle < heights[i : i + 1199, j : j + 1199] for i, j in ways], axis=0)
    found = np.stack([x[1:-1][np.nonzero(low)[1]], y[1:-1][np.nonzero(low)[0]]], axis=-1)
    for start, end in np.array(f.creases).reshape(-1, 2, 2):
        # A grid cannot follow the bottom of a crease.
        along = (end - start) / np.linalg.norm(end - start)
        off = np.abs((found - start) @ (-along[1], along[0]))
        found = found[off > 4 * cell.max()]
    assert len(found) > 10
    for point in found:
        assert (np.abs(f.minima - point) <= 2 * cell).all(-1).any(), point


@settings(max_examples=25)
@given(f=with_knobs(LANDSCAPES["himmelblau"]))
def test_himmelblau_has_four_equal_minima(f):
    assert len(f.minima) == 4
    np.testing.assert_allclose(f(f.minima), 0, atol=1e-20)


# What the literature gives for the classic surfaces: (x, y, f), to the digits that are printed.
KNOWN = {
    "sphere": [(0, 0, 0)],
    "booth": [(1, 3, 0)],
    "matyas": [(0, 0, 0)],
    "rosenbrock": [(1, 1, 0)],
    "beale": [(3, 0.5, 0)],
    "easom": [(np.pi, np.pi, -1)],
    "three_hump_camel": [(0, 0, 0), (1.74755, -0.87378, 0.298638), (-1.74755, 0.87378, 0.298638)],
    "six_hump_camel": [
        (0.089842, -0.712656, -1.031628),
        (-0.089842, 0.712656, -1.031628),
        (1.703607, -0.796084, -0.215464),
        (-1.703607, 0.796084, -0.215464),
        (1.607105, 0.568651, 2.104250),
        (-1.607105, -0.568651, 2.104250),
    ],
    "himmelblau": [
        (3, 2, 0),
        (-2.805118, 3.131313, 0),
        (-3.779310, -3.283186, 0),
        (3.584428, -1.848127, 0),
    ],
    "styblinski_tang": [(-2.903534, -2.903534, -78.332331)],
    "mccormick": [(-0.547198, -1.547198, -1.913223)],
    "goldstein_price": [(0, -1, 3), (-0.6, -0.4, 30), (1.8, 0.2, 84), (1.2, 0.8, 840)],
    "rastrigin": [(0, 0, 0), (0.994959, 0, 0.994959)],
    "ackley": [(0, 0, 0)],
    "griewank": [(0, 0, 0), (3.140023, 4.438445, 0.007396)],
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_minima_of_the_classic_surfaces_are_where_the_literature_has_them(name):
    f = LANDSCAPES[name]()
    for x, y, height in KNOWN[name]:
        gaps = np.abs(f.minima - (x, y)).max(-1)
        assert gaps.min() < 6e-6
        assert f(f.minima[gaps.argmin()]) == pytest.approx(height, abs=1e-6)
    assert f.lowest == pytest.approx(KNOWN[name][0][2], abs=1e-6)


def test_the_best_of_the_eggholders_square_is_at_its_edge_and_goes_on_falling():
    f = LANDSCAPES["eggholder"]()
    assert f((512, 404.2319)) == pytest.approx(-959.6407, abs=1e-4)
    assert f((513, 405.0)) < f((512, 404.2319)) < f.lowest
    tips = f.minima[~solid(f)]
    assert len(tips) == 9
    x, y = tips.T
    np.testing.assert_array_equal((x / 2 + y + 47) * (x - y - 47), 0)


@settings(max_examples=25)
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
    assert [field.name for field in fields] == list(hints(kind))
    for field in fields:
        assert field.kw_only
        if field.name in ranges(kind):
            low, high = ranges(kind)[field.name]
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


def test_families_stand_together_in_the_teaching_order():
    families = [family for family, _ in itertools.groupby(k.FAMILY for k in LANDSCAPES.values())]
    assert families == FAMILIES


def test_the_catalogue_is_in_teaching_order_under_the_names_of_the_files():
    orders = [kind.ORDER for kind in LANDSCAPES.values()]
    assert orders == sorted(orders)
    for name, kind in LANDSCAPES.items():
        assert kind.__module__ == f"landscapes.{name}"


angles = st.floats(-720.0, 720.0)
plane = st.tuples(st.floats(-10.0, 10.0), st.floats(-10.0, 10.0))


@catalogue
@settings(max_examples=10)
@given(degrees=angles.filter(bool))
def test_a_rotated_surface_is_the_same_at_the_turned_points(kind, degrees):
    f = kind()
    g = rotated(f, degrees)
    points = points_in(f)
    heights = f(points)
    # What a rounding error of the point is worth there.
    slack = 1e-12 * (1 + np.abs(heights) + np.abs(f.grad(points)).sum(-1))
    assert (np.abs(g(g.turn(points)) - heights) <= slack).all()
    np.testing.assert_allclose(g.unturn(g.turn(points)), points, atol=1e-12 * np.ptp(f.domain))
    assert g.start == tuple(g.turn(f.start))
    for landmarks in ("critical_points", "minima", "saddles"):
        expected = g.turn(getattr(f, landmarks))
        np.testing.assert_array_equal(getattr(g, landmarks), expected)
    assert inside(g, g.turn(points)).all()
    assert (g.bounded, g.lowest) == (f.bounded, f.lowest)


@given(degrees=angles, points=st.lists(plane, max_size=3))
def test_turning_keeps_lengths_and_turns_counter_clockwise(degrees, points):
    g = rotated(LANDSCAPES["sphere"](), degrees or 360.0)
    p = np.array(points, float).reshape(-1, 2)
    q = g.turn(p)
    np.testing.assert_allclose(g.unturn(q), p, atol=1e-14)
    np.testing.assert_allclose(np.hypot(*q.T), np.hypot(*p.T), atol=1e-14)
    angle = np.deg2rad(degrees)
    np.testing.assert_allclose(g.turn((1, 0)), (np.cos(angle), np.sin(angle)), atol=1e-13)


@pytest.mark.parametrize("quarters", [-1, 1, 2, 3, 4])
def test_quarters_of_a_turn_are_exact(quarters):
    f = LANDSCAPES["mccormick"]()
    g = rotated(f, 90.0 * quarters)
    (x0, x1), (y0, y1) = f.domain
    (cx, cy), (wide, high) = ((x0 + x1) / 2, (y0 + y1) / 2), ((x1 - x0) / 2, (y1 - y0) / 2)
    dx, dy = {0: (1, 2), 1: (-2, 1), 2: (-1, -2), 3: (2, -1)}[quarters % 4]
    np.testing.assert_array_equal(g.turn((cx + 1, cy + 2)), (cx + dx, cy + dy))
    wide, high = (high, wide) if quarters % 2 else (wide, high)
    assert g.domain == ((cx - wide, cx + wide), (cy - high, cy + high))


def test_the_picture_grows_smoothly_with_the_angle():
    f = LANDSCAPES["rosenbrock"]()
    for degrees in (1e-9, 90 - 1e-9, 180 + 1e-9):
        np.testing.assert_allclose(rotated(f, degrees).domain, f.domain, atol=1e-9)
    np.testing.assert_allclose(np.ptp(rotated(f, 45).domain, axis=-1), 4 * 2**0.5)


@catalogue
@settings(max_examples=5)
@given(l2=st.floats(1e-6, 10.0))
def test_regularising_adds_its_terms_and_nothing_else(kind, l2):
    f, g = kind(), regularised(kind(), l2)
    p = points_in(f)
    np.testing.assert_array_equal(g(p), f(p) + 0.5 * l2 * (p[:, 0] * p[:, 0] + p[:, 1] * p[:, 1]))
    np.testing.assert_array_equal(g.grad(p), f.grad(p) + l2 * p)
    np.testing.assert_array_equal(g.hessian(p)[:, 0, 0], f.hessian(p)[:, 0, 0] + l2)
    np.testing.assert_array_equal(g.hessian(p)[:, 1, 1], f.hessian(p)[:, 1, 1] + l2)
    np.testing.assert_array_equal(g.hessian(p)[:, 0, 1], f.hessian(p)[:, 0, 1])
    assert (g.domain, g.start) == (f.domain, f.start)
    far = g(ring(np.zeros(2), 1e9))
    assert (far.min() > 0) == g.bounded


def test_the_minimum_of_a_regularised_bowl_moves_to_the_origin():
    # (A + λ 1) p = A (1, 3), with the curvatures A of Booth's bowl.
    A = np.array([[10.0, 8.0], [8.0, 10.0]])
    for l2 in (0.1, 1.0, 100.0):
        f = regularised(LANDSCAPES["booth"](), l2)
        expected = np.linalg.solve(A + l2 * np.eye(2), A @ (1, 3))
        np.testing.assert_allclose(f.minima, [expected], atol=1e-12)


def test_a_regularised_saddle_is_a_bowl_once_the_cost_wins():
    f = LANDSCAPES["saddle"](a=1.0)
    below, above = regularised(f, 1.9), regularised(f, 2.1)
    assert (below.bounded, len(below.minima), len(below.saddles)) == (False, 0, 1)
    assert (above.bounded, len(above.minima), len(above.saddles)) == (True, 1, 0)
    assert not regularised(LANDSCAPES["cubic"](), 1e6).bounded
    assert rotated(above, 30).bounded


def test_wrappers_that_do_nothing_give_the_landscape_itself():
    f = LANDSCAPES["hills"]()
    assert rotated(f, 0) is f
    assert regularised(f, 0.0) is f


def test_wrapped_landscapes_are_values_that_say_what_they_are():
    f = LANDSCAPES["quadratic"](condition=4.0)
    g = rotated(regularised(f, 0.5), 30)
    assert g == rotated(regularised(LANDSCAPES["quadratic"](condition=4), 0.5), 30)
    assert hash(g) == hash(rotated(regularised(f, 0.5), 30))
    assert len({g, rotated(f, 30), rotated(f, 31), regularised(f, 0.5), regularised(f, 30), f}) == 6
    assert repr(g) == "rotated(regularised(Quadratic(condition=4.0), 0.5), 30)"
    with pytest.raises(dataclasses.FrozenInstanceError):
        g.degrees = 3.0
    assert not {"rotated", "regularised", "landscape"} & LANDSCAPES.keys()


@pytest.mark.parametrize("f", [case for case in (*corners(), *wrapped()) if case.values[0].floats])
def test_one_point_on_plain_floats_gives_what_arrays_give(f):
    """The engine's quick way: the same code with Python's own functions."""
    points = np.vstack([points_in(f, 20), f.minima[:3], f.saddles[:3]])
    x, y = points.T
    with np.errstate(invalid="ignore"):
        whole = [f.value(x, y), *f.slope(x, y), *f.curvature(x, y)]
    value, slope, curvature = map(on_floats, (f.value, f.slope, f.curvature))
    each = [(value(*p), *slope(*p), *curvature(*p)) for p in points.tolist()]
    assert {type(number) for row in each for number in row} <= {float, int}
    for many, single in zip(whole, zip(*each, strict=True), strict=True):
        scale = np.abs(many)[np.isfinite(many)].max() if np.ndim(many) else 1.0
        np.testing.assert_allclose(single, np.broadcast_to(many, x.shape), 1e-9, 1e-12 * scale)


@pytest.mark.parametrize("f", [LANDSCAPES[name]() for name in LANDSCAPES] + [*wrapped()])
def test_a_few_walkers_and_many_take_the_same_steps(f, monkeypatch):
    starts = np.vstack([f.start, points_in(f, 2)])
    hessians = f.hessian(points_in(f))
    lr = 0.1 / np.abs(np.linalg.eigvalsh(hessians)).max()
    paths = []
    for few in (0, 10):
        monkeypatch.setattr(engine, "FEW", few)
        paths.append(descend(f, starts, OPTIMIZERS["momentum"], steps=40, lr=lr).path)
    np.testing.assert_allclose(*paths, atol=1e-9 * np.ptp(f.domain))
