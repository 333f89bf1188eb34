"""The contract every landscape keeps."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]
Pair = tuple[float, float]
Told = TypeVar("Told")


class Landscape:
    """A surface f(x, y), with its slope, its curvature and its landmarks.

    A landscape is a frozen dataclass whose keyword-only fields are its knobs. It writes down three
    formulas, elementwise in ``x`` and ``y`` so that the same lines serve floats and arrays::

        value(x, y) -> f
        slope(x, y) -> (df/dx, df/dy)
        curvature(x, y) -> (d2f/dx2, d2f/dxdy, d2f/dy2)

    and five facts: ``ORDER`` (its place in the teaching order), ``FAMILY`` ("one minimum", "saddles
    and plateaus", "several minima" or "many minima"), ``domain`` ((x0, x1), (y0, y1)), ``start``
    (x, y), and ``bounded`` (whether f has a floor); and ``axes``, where x and y have other names.
    Its callers use points of shape (..., 2): ``f(p)``, ``f.grad(p)`` and ``f.hessian(p)`` are
    (...), (..., 2) and (..., 2, 2).

    Landmarks are searched for, unless the landscape overrides ``stationary`` or writes down its
    ``minima`` and ``saddles``. A surface with many of them says how fine a ``grid`` the search
    needs. At the tip of a cusp, where the slope jumps, the Hessian is infinite and the slope 0, or
    what is left of it along a crease; ``creases`` are the straight lines on which that happens. One
    that is otherwise not ``smooth`` says so, and finds its ``tips`` itself. ``floats`` tells
    whether the formulas can also be run on Python's own floats.
    """

    ORDER: ClassVar[int]
    FAMILY: ClassVar[str]
    axes: tuple[str, str] = ("x", "y")
    domain: tuple[Pair, Pair]
    start: Pair
    bounded: bool = True
    grid: int = 24
    creases: tuple[tuple[Pair, Pair], ...] = ()
    smooth: bool = True
    floats: bool = True

    def __init__(self, **knobs: Any) -> None:  # replaced by the dataclass
        raise TypeError("a landscape is a dataclass")

    def value(self, x: Any, y: Any) -> Any:
        """f(x, y)."""
        raise NotImplementedError

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        """df/dx and df/dy."""
        raise NotImplementedError

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        """d2f/dx2, d2f/dxdy and d2f/dy2."""
        raise NotImplementedError

    def __call__(self, points: ArrayLike) -> Points:
        """f at points (..., 2)."""
        p = np.asarray(points, float)
        return np.asarray(self.value(p[..., 0], p[..., 1]))

    def grad(self, points: ArrayLike) -> Points:
        """The gradient at points (..., 2), of the same shape."""
        p = np.asarray(points, float)
        return _stack(p, self.slope(p[..., 0], p[..., 1]))

    def hessian(self, points: ArrayLike) -> Points:
        """The Hessian at points (..., 2), of shape (..., 2, 2); not finite at a cusp."""
        p = np.asarray(points, float)
        with np.errstate(invalid="ignore"):
            xx, xy, yy = self.curvature(p[..., 0], p[..., 1])
        return _stack(p, (xx, xy, xy, yy)).reshape(*p.shape, 2)

    def turn(self, points: ArrayLike) -> Points:
        """Where points (..., 2) of the surface lie since it was rotated; here, where they were."""
        return np.array(points, float)

    def unturn(self, points: ArrayLike) -> Points:
        """The inverse of `turn`."""
        return np.array(points, float)

    @property
    def fall(self) -> float:
        """The least c for which f + c'/2 (x² + y²) has a floor whenever c' > c."""
        return 0.0 if self.bounded else math.inf

    @property
    def private(self) -> bool:
        """Whether it is made of somebody's own: nothing remembers it when it is done with."""
        return False

    def stationary(self) -> Points:
        """Where the gradient vanishes inside the domain, in any order: (n, 2).

        Newton's method from a grid of starts; points closer together than a millionth of the
        domain's width are one. The lowest points along valley creases count as well.
        """
        return search(self, over(*(np.linspace(*ends, self.grid) for ends in self.domain)))

    def tips(self) -> Points:
        """The minima at which the slope jumps, besides those at which it is taken as 0: (n, 2)."""
        return np.vstack([points(), *(_tips(self, *crease) for crease in self.creases)])

    @property
    def critical_points(self) -> Points:
        """Where the gradient vanishes inside the domain: (n, 2), lowest first."""
        return _landmarks(self).all

    @property
    def minima(self) -> Points:
        """The minimizers inside the domain, the lowest first: (n, 2)."""
        return _landmarks(self).minima

    @property
    def cusps(self) -> Points:
        """Those of the minima at which the slope jumps, so that the Hessian is not finite."""
        return self.minima[~np.isfinite(self.hessian(self.minima)).all((-2, -1))]

    @property
    def saddles(self) -> Points:
        """The saddle points inside the domain: (n, 2)."""
        return _landmarks(self).saddles

    @cached_property
    def lowest(self) -> float:
        """The lowest known value of f, that of the first minimum, or -inf where there is none."""
        return float(self(self.minima[0])) if len(self.minima) else -math.inf


class Landmarks(NamedTuple):
    all: Points
    minima: Points
    saddles: Points


def remembered(function: Callable[[Any], Told]) -> Callable[[Any], Told]:
    """The same function of a landscape, computed once for all that are equal.

    They are made anew for every request. A private one remembers for itself alone.
    """
    shared = functools.lru_cache(256)(function)
    name = f"remembered {function.__name__}"

    @functools.wraps(function)
    def told(f: Landscape) -> Told:
        if not f.private:
            return shared(f)
        own = vars(f)
        if name not in own:
            own[name] = function(f)
        return own[name]  # type: ignore[no-any-return]

    return told


@remembered
def _landmarks(f: Landscape) -> Landmarks:
    """The stationary points of ``f``, told apart by their curvature, and the tips of cusps."""
    p = f.stationary()
    tips = f.tips()
    (xx, xy), (_, yy) = np.moveaxis(f.hessian(p), 0, -1)
    with np.errstate(invalid="ignore"):
        det = xx * yy - xy * xy
    minimum, saddle = (det > 0) & (xx + yy > 0), det < 0
    return Landmarks(
        _rising(f, np.vstack([p, tips])),
        _rising(f, np.vstack([p[minimum], tips])),
        _rising(f, p[saddle]),
    )


def _rising(f: Landscape, p: Points) -> Points:
    return sealed(p[np.argsort(f(p), kind="stable")])


def points(*pairs: Sequence[float]) -> Points:
    """Landmarks written down by hand, as an (n, 2) array (also for n = 0)."""
    return sealed(np.array(pairs, float).reshape(-1, 2))


def sealed(p: Points) -> Points:
    """The same array, for sharing: nobody can write to it."""
    p.flags.writeable = False
    return p


def over(x: Points, y: Points) -> Points:
    """Every x with every y: (n, 2)."""
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


def roots(function: Callable[[Points], Any], low: float, high: float, cells: int) -> Points:
    """Where ``function`` changes sign between low and high, by halving those of ``cells`` cells in
    which it does.
    """
    x = np.linspace(low, high, cells + 1)
    rises = np.asarray(function(x)) >= 0
    (at,) = np.nonzero(rises[1:] != rises[:-1])
    left, right, up = x[at], x[at + 1], rises[at + 1]
    for _ in range(60):
        middle = (left + right) / 2
        beyond = (np.asarray(function(middle)) >= 0) == up
        left, right = np.where(beyond, left, middle), np.where(beyond, middle, right)
    return np.where(np.abs(function(left)) < np.abs(function(right)), left, right)


def search(f: Landscape, p: Points) -> Points:
    """The stationary points inside the domain that Newton's method finds from points (n, 2)."""
    low, high = np.array(f.domain).T
    size = high - low
    found = [points()]
    # A start of a fine grid has a way to go that is short, or it is another start's way.
    reach = 6 / f.grid
    with np.errstate(all="ignore"):
        for _ in range(80):
            slope = f.grad(p)
            step = _solve(f.hessian(p), slope)
            way = np.max(np.abs(step) / size, axis=-1)
            rest = ~slope.any(-1)
            step[rest] = 0
            found.append((p - step)[rest | (way < 1e-9)])
            on = ~rest & (way >= 1e-9) & (way < reach)
            p = p[on] - step[on] / np.maximum(1.0, 10 * way[on, None])
            p = p[np.all(np.abs(p - (low + high) / 2) < size, axis=-1)]
            if not len(p):
                break
            reach = np.inf
    p = np.vstack(found)
    return _distinct(p[np.all((p >= low) & (p <= high), axis=-1)], 1e-6 * size)


def _distinct(p: Points, near: Points) -> Points:
    """One of each group of points (n, 2) that lie nearer to each other than ``near`` (2,)."""
    p = p[np.argsort(p[:, 0])]
    column = np.cumsum(np.diff(p[:, 0], prepend=-np.inf) > near[0])
    order = np.lexsort((p[:, 1], column))
    p, column = p[order], column[order]
    first = (np.diff(p[:, 1], prepend=-np.inf) > near[1]) | (np.diff(column, prepend=0) > 0)
    return np.compress(first, p, axis=0)


def _tips(f: Landscape, start: Pair, end: Pair) -> Points:
    """The lowest points along a crease that is the bottom of a valley, sharp as a V or sharper."""
    origin, along = np.array(start), np.array(end) - start
    across = np.array([-along[1], along[0]]) * 1e-9

    def at(share: Points) -> Points:
        # With so few digits the points lie on the crease exactly.
        return origin + along * (np.round(share * 2.0**40) / 2.0**40)[..., None]

    p = at(roots(lambda share: f.grad(at(share)) @ along, 0.0, 1.0, 1024))
    higher = [f(p + way) > f(p) for way in (across, -across, 1e-4 * along, -1e-4 * along)]
    return p[np.all(higher, axis=0)]


def _stack(p: Points, parts: Sequence[Any]) -> Points:
    """Components side by side on a new last axis, constants spread over every point."""
    out = np.empty((*p.shape[:-1], len(parts)))
    for i, part in enumerate(parts):
        out[..., i] = part
    return out


def _solve(hessian: Points, grad: Points) -> Points:
    """H^-1 g for many 2 x 2 Hessians at once; not finite where H is singular."""
    a, b, d = hessian[..., 0, 0], hessian[..., 0, 1], hessian[..., 1, 1]
    gx, gy = grad[..., 0], grad[..., 1]
    return np.stack([d * gx - b * gy, a * gy - b * gx], axis=-1) / (a * d - b * b)[..., None]
