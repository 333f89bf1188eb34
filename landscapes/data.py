"""Landscapes made of data: a loss over examples, as a function of two parameters."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from landscapes.landscape import Landscape, Pair, Points, over, remembered, sealed, search

# Inputs and targets, one of each per example.
Examples = tuple[Points, Points]

# So many points times examples are worked on at once; it fits the processor's cache.
BLOCK = 2**15
# So many examples tell where to look for landmarks, and so many points a side find the others.
ENOUGH, SPARSE = 300, 8


@dataclass(frozen=True, kw_only=True)
class DataLandscape(Landscape):
    """f(w, b) is the mean of a loss over examples; x stands for w, and y for b.

    A landscape writes down the loss of one example, elementwise, where x is its input and y its
    target, and the curve that is fitted::

        loss(w, b, x, y), loss_slope(...), loss_curvature(...)     as value, slope, curvature
        predict(w, b, x)

    and three facts: the examples that are ``built_in``, its ``domain`` and its ``start``. ``curve``
    tells who draws the curve what it is called, and ``curve_knobs`` what else it depends on. It is
    ``open`` if its outputs may be of every size, and ``biased`` if b is a bias and no weight;
    ``fans`` are how many inputs and outputs the weight's layer has.
    """

    FAMILY = "made of data"
    axes = ("w", "b")
    curve: ClassVar[str]
    error: ClassVar[str] = "squared"  # or "cross-entropy", for who tells the loss of an example
    open: ClassVar[bool] = False
    biased: ClassVar[bool] = True
    fans: ClassVar[tuple[int, int]] = (1, 1)
    floats = False
    points: Annotated[tuple[tuple[float, float], ...], ((-1e6, 1e6), (-1e6, 1e6))] = ()

    def built_in(self) -> tuple[Examples, Examples]:
        """The examples that are trained on where there are no own ones, and those held out."""
        raise NotImplementedError

    def loss(self, w: Any, b: Any, x: Any, y: Any) -> Any:
        """The loss of an example."""
        raise NotImplementedError

    def loss_slope(self, w: Any, b: Any, x: Any, y: Any) -> tuple[Any, Any]:
        """Its slope along w and b."""
        raise NotImplementedError

    def loss_curvature(self, w: Any, b: Any, x: Any, y: Any) -> tuple[Any, Any, Any]:
        """Its curvature along w, both, and b."""
        raise NotImplementedError

    def predict(self, w: Any, b: Any, x: Any) -> Any:
        """What is told of an input."""
        raise NotImplementedError

    @property
    def curve_knobs(self) -> Mapping[str, Any]:
        """What the curve depends on besides w and b."""
        return {}

    @property
    def private(self) -> bool:
        return bool(self.points)

    @cached_property
    def examples(self) -> Examples:
        """The inputs and targets that are trained on."""
        if not self.points:
            return _sealed(self.built_in()[0])
        inputs, targets = np.array(self.points, float).T
        return _sealed((inputs, targets))

    @cached_property
    def held_out(self) -> Examples:
        """The inputs and targets that are not; none of one's own are."""
        return _sealed((np.empty(0), np.empty(0)) if self.points else self.built_in()[1])

    @cached_property
    def spread(self) -> tuple[float, float, float]:
        """The mean and the standard deviation of the inputs, and the unit of the outputs.

        The last two are 1 where they would be 0.
        """
        inputs, targets = self.examples
        middle, size = float(inputs.mean()), float(np.abs(inputs).max())
        deviation = float(inputs.std())
        if deviation <= 1e-9 * size:
            deviation = 1.0
        unit = float(np.abs(targets).max()) or 1.0
        return middle, deviation, unit if self.open else 1.0

    def mean_losses(self, points: ArrayLike) -> tuple[Points, Points]:
        """The mean loss of an example at points (..., 2), in training and held out."""
        p = np.asarray(points, float)
        w, b = p[..., 0], p[..., 1]
        return _mean(self.loss, w, b, self.examples)[0], _mean(self.loss, w, b, self.held_out)[0]

    def batch(self, indices: ArrayLike) -> Landscape:
        """The same landscape made of some of the examples only.

        The mean over batches that part the examples, each counted with its size, is f.
        """
        return self.batches(np.asarray(indices), np.zeros(1, int))[0]

    def batches(self, indices: NDArray[Any], starts: NDArray[Any]) -> list[Landscape]:
        """The batches that begin at ``starts`` in ``indices``, up to the next one each.

        Of (walkers, n) indices every walker has batches of its own.
        """
        parts = [np.split(part[indices], starts[1:], axis=-1) for part in self.examples]
        return [Batch(self, examples) for examples in zip(*parts, strict=True)]

    def value(self, x: Any, y: Any) -> Any:
        return _mean(self.loss, x, y, self.examples)[0]

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        return _mean(self.loss_slope, x, y, self.examples)

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        return _mean(self.loss_curvature, x, y, self.examples)

    def stationary(self) -> Points:
        some = _some(len(self.examples[0]))
        return _sought(self, None if some is None else self.batch(some))


class Batch(Landscape):
    """A data landscape with other examples; or with (walkers, n) of them, for (..., walkers)."""

    floats = False

    def __init__(
        self, whole: DataLandscape, examples: Examples, domain: tuple[Pair, Pair] | None = None
    ) -> None:
        self.whole, self.examples = whole, examples
        self.domain, self.start, self.grid = domain or whole.domain, whole.start, whole.grid

    @property
    def private(self) -> bool:
        return self.whole.private

    def value(self, x: Any, y: Any) -> Any:
        return _mean(self.whole.loss, x, y, self.examples)[0]

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        return _mean(self.whole.loss_slope, x, y, self.examples)

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        return _mean(self.whole.loss_curvature, x, y, self.examples)


@dataclass(frozen=True, kw_only=True)
class Neuron(DataLandscape):
    """One neuron a(w x + b), and the mean of its squared errors.

    It writes down its activation with two derivatives, which are told what is known by then, as
    that is quicker::

        activation(z) -> a,  activation_slope(z, a) -> a',  activation_curvature(z, a) -> a''

    and ``truth``, the (w, b) of the neuron that made the examples; and what is held of it for
    inputs of mean 0 and standard deviation 1: ``reach``, the largest w and b in the picture, and
    ``begin``, the start. Other inputs have the picture in which the neuron does the same with them;
    where it is ``open``, both count in units of the largest target.
    """

    truth: ClassVar[Pair]
    reach: ClassVar[Pair]
    begin: ClassVar[Pair]

    @cached_property
    def start(self) -> Pair:  # type: ignore[override]
        middle, deviation, unit = self.spread
        w, b = self.begin[0] * unit / deviation, self.begin[1] * unit
        return _short(w), _short(b - w * middle)

    @cached_property
    def domain(self) -> tuple[Pair, Pair]:  # type: ignore[override]
        return _domain(self)

    def activation(self, z: Any) -> Any:
        """a(z)."""
        raise NotImplementedError

    def activation_slope(self, z: Any, a: Any) -> Any:
        """a'(z), where ``a`` is a(z)."""
        raise NotImplementedError

    def activation_curvature(self, z: Any, a: Any) -> Any:
        """a''(z), where ``a`` is a(z)."""
        raise NotImplementedError

    def predict(self, w: Any, b: Any, x: Any) -> Any:
        return self.activation(w * x + b)

    def loss(self, w: Any, b: Any, x: Any, y: Any) -> Any:
        e = self.activation(w * x + b) - y
        return e * e

    def loss_slope(self, w: Any, b: Any, x: Any, y: Any) -> tuple[Any, Any]:
        z = w * x + b
        a = self.activation(z)
        r = 2 * (a - y) * self.activation_slope(z, a)
        return r * x, r

    def loss_curvature(self, w: Any, b: Any, x: Any, y: Any) -> tuple[Any, Any, Any]:
        z = w * x + b
        a = self.activation(z)
        da, dda = self.activation_slope(z, a), self.activation_curvature(z, a)
        q = 2 * (da * da + (a - y) * dda)
        return q * x * x, q * x, q

    def stationary(self) -> Points:
        """Searched for inputs of mean 0 and standard deviation 1: others make the valley askew."""
        middle, deviation, _ = self.spread
        inputs, targets = self.examples
        (_, wide), (_, high) = self.domain
        wide *= deviation
        high = min(high + wide * abs(middle), 2 * wide * self.reach[1] / self.reach[0])
        inputs, around = (inputs - middle) / deviation, ((-wide, wide), (-high, high))
        some = _some(len(inputs))
        few = None if some is None else Batch(self, (inputs[some], targets[some]), around)
        w, b = _sought(Batch(self, (inputs, targets), around), few).T
        p = np.stack([w / deviation, b - w * middle / deviation], axis=-1)
        low, top = np.array(self.domain).T
        return np.compress(((low <= p) & (p <= top)).all(-1), p, axis=0)

    def built_in(self) -> tuple[Examples, Examples]:
        w, b = self.truth
        return drawn(lambda x: self.predict(w, b, x), noise=0.1)


@remembered
def _domain(f: Neuron) -> tuple[Pair, Pair]:
    """The picture in the units of the examples.

    For own examples it is widened until there is a minimum in it; if there is none in one eight
    times as wide, it stays as it is.
    """
    middle, deviation, unit = f.spread
    found = []
    for times in (1, 2, 4, 8):
        wide, high = times * f.reach[0] * unit / deviation, times * f.reach[1] * unit
        wide, high = _short(wide), _short(high + wide * abs(middle))
        found.append(((-wide, wide), (-high, high)))
        vars(f)["domain"] = found[-1]
        if not f.points or len(f.tips()) or _holds_minimum(f):
            return found[-1]
    return found[0]


def _holds_minimum(f: Landscape) -> bool:
    found = f.stationary()
    (xx, xy), (_, yy) = np.moveaxis(f.hessian(found), 0, -1)
    with np.errstate(invalid="ignore"):
        holds = bool(((xx * yy > xy * xy) & (xx + yy > 0)).any())
    if holds:
        vars(f)["stationary"] = lambda: found  # the search takes long, and this is its picture
    return holds


def _some(count: int) -> NDArray[np.intp] | None:
    """Which of the examples tell where to look for landmarks; None where all do."""
    return np.linspace(0, count - 1, ENOUGH).astype(int) if count > ENOUGH else None


def _sought(f: Landscape, few: Landscape | None) -> Points:
    """Stationary points of ``f``, most of them found by way of those of ``few`` of its examples."""
    starts = over(*(np.linspace(*ends, f.grid) for ends in f.domain))
    if few:
        sparse = over(*(np.linspace(*ends, SPARSE) for ends in f.domain))
        starts = np.vstack([search(few, starts), sparse])
    found = search(f, starts)
    # Of the points of a level valley or plain none is a landmark.
    (xx, xy), (_, yy) = np.moveaxis(f.hessian(found), 0, -1)
    alone = np.abs(xx * yy - xy * xy) > 1e-9 * (np.abs(xx * yy) + xy * xy)
    return np.compress(alone, found, axis=0)


def _short(number: float) -> float:
    return float(f"{number:.3g}")


def sigmoid(z: Any) -> Any:
    """1 / (1 + exp(-z)), which cannot overflow and is small to all its digits where it is small."""
    e = np.exp(-np.abs(z))
    return np.where(z < 0, e, 1.0) / (1 + e)


def drawn(curve: Callable[[Points], Points], noise: float) -> tuple[Examples, Examples]:
    """40 noisy examples of a curve, and 10 that are held out; NumPy promises that RandomState
    never changes its numbers.
    """
    random = np.random.RandomState(1)
    x = random.uniform(-2, 2, 50)
    y = curve(x) + noise * random.standard_normal(50)
    return (x[:40], y[:40]), (x[40:], y[40:])


def _mean(formula: Callable[..., Any], w: Any, b: Any, examples: Examples) -> tuple[Any, ...]:
    """The means of a formula's parts over the examples, at points of any shape, a block at once."""
    inputs, targets = examples
    w, b = np.asarray(w), np.asarray(b)
    if w.shape != b.shape:
        w, b = np.broadcast_arrays(w, b)
    count, rows = inputs.shape[-1] or math.nan, max(1, BLOCK // max(inputs.shape[-1], 1))
    if inputs.ndim > 1 or w.size <= rows:
        return _row_means(formula(w[..., None], b[..., None], inputs, targets), count)
    shape, w, b = w.shape, w.reshape(-1, 1), b.reshape(-1, 1)
    found = []
    for first in range(0, max(len(w), 1), rows):
        block = slice(first, first + rows)
        found.append(_row_means(formula(w[block], b[block], inputs, targets), count))
    return tuple(np.concatenate(part).reshape(shape)[()] for part in zip(*found, strict=True))


def _row_means(parts: Any, count: float) -> tuple[Any, ...]:
    """Summed example by example in each row, whatever the number of points."""
    parts = parts if isinstance(parts, tuple) else (parts,)
    return tuple(np.add.reduce(part, -1) / count for part in parts)


def _sealed(examples: Examples) -> Examples:
    inputs, targets = examples
    return sealed(np.array(inputs, float)), sealed(np.array(targets, float))
