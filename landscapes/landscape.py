"""The contract every landscape keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]


class Landscape:
    """A surface f(x, y), with its slope, its curvature and its landmarks.

    A landscape is a frozen dataclass whose keyword-only fields are its knobs. It writes down three
    formulas, elementwise in ``x`` and ``y`` so that the same lines serve floats and arrays::

        value(x, y) -> f
        slope(x, y) -> (df/dx, df/dy)
        curvature(x, y) -> (d2f/dx2, d2f/dxdy, d2f/dy2)

    and four facts: ``ORDER`` (its place in the teaching order), ``domain`` ((x0, x1), (y0, y1)),
    ``start`` (x, y), and ``bounded`` (whether f has a floor). Its callers use points of shape
    (..., 2): ``f(p)``, ``f.grad(p)`` and ``f.hessian(p)`` are (...), (..., 2) and (..., 2, 2).
    """

    ORDER: ClassVar[int]
    domain: ClassVar[tuple[tuple[float, float], tuple[float, float]]]
    start: ClassVar[tuple[float, float]]
    bounded: ClassVar[bool] = True

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
        """The Hessian at points (..., 2), of shape (..., 2, 2)."""
        p = np.asarray(points, float)
        xx, xy, yy = self.curvature(p[..., 0], p[..., 1])
        return _stack(p, (xx, xy, xy, yy)).reshape(*p.shape, 2)

    @cached_property
    def critical_points(self) -> Points:
        """Where the gradient vanishes inside the domain: (n, 2), lowest first.

        Newton's method from a 24 x 24 grid of starts; points closer together than a thousandth of
        the domain's width are one.
        """
        (x0, x1), (y0, y1) = self.domain
        size = np.array([x1 - x0, y1 - y0])
        x, y = np.meshgrid(np.linspace(x0, x1, 24), np.linspace(y0, y1, 24))
        p = np.stack([x.ravel(), y.ravel()], axis=-1)
        with np.errstate(all="ignore"):
            for _ in range(80):
                step = _solve(self.hessian(p), self.grad(p))
                far = np.max(np.abs(step) / size, axis=-1, keepdims=True)
                p = p - step / np.maximum(1.0, 10 * far)
            settled = np.max(np.abs(_solve(self.hessian(p), self.grad(p))) / size, axis=-1) < 1e-9
        inside = np.all((p >= [x0, y0]) & (p <= [x1, y1]), axis=-1)
        found: list[Points] = []
        for q in p[settled & inside]:
            if all(np.max(np.abs(q - other) / size) > 1e-3 for other in found):
                found.append(q)
        points = np.array(found).reshape(-1, 2)
        return points[np.argsort(self(points), kind="stable")]

    @property
    def minima(self) -> Points:
        """The minimizers inside the domain, the lowest first: (n, 2)."""
        return self._where(lambda low, high: low > 0)

    @property
    def saddles(self) -> Points:
        """The saddle points inside the domain: (n, 2)."""
        return self._where(lambda low, high: (low < 0) & (high > 0))

    def _where(self, test: Callable[[Points, Points], NDArray[np.bool_]]) -> Points:
        points = self.critical_points
        low, high = np.linalg.eigvalsh(self.hessian(points)).T
        return points[test(low, high)]


def points(*pairs: Sequence[float]) -> Points:
    """Landmarks written down by hand, as an (n, 2) array (also for n = 0)."""
    return np.array(pairs, float).reshape(-1, 2)


def _stack(p: Points, parts: Sequence[Any]) -> Points:
    """Components side by side on a new last axis, constants spread over every point."""
    return np.stack([np.broadcast_to(part, p.shape[:-1]) for part in parts], axis=-1)


def _solve(hessian: Points, grad: Points) -> Points:
    """H^-1 g for many 2 x 2 Hessians at once; not finite where H is singular."""
    a, b, d = hessian[..., 0, 0], hessian[..., 0, 1], hessian[..., 1, 1]
    gx, gy = grad[..., 0], grad[..., 1]
    return np.stack([d * gx - b * gy, a * gy - b * gx], axis=-1) / (a * d - b * b)[..., None]
