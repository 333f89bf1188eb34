from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from landscapes.data import DataLandscape, Examples
from landscapes.landscape import Landscape, Pair, Points, points

# Rows of: data set, whether it is held out, input, target.
FILE = Path(__file__).with_name("regression.csv")


@dataclass(frozen=True, kw_only=True)
class Regression(DataLandscape):
    r"""Linear regression: the squared errors of a straight line, over its slope and intercept.

    $$ f(k, b) = c \sum_i (k x_i + b - y_i)^2 $$

    points: examples of your own, as input:target;input:target
    dataset: 1 has 160 examples of y = 2x + 3 with noise to train on, 2 has 80; not of own ones
    mean: on takes the mean of the squared errors (c = 1/n; rates n times as large), off their sum
    shift: moves the inputs, so that they are not centred; own ones stay where they are
    standard: on brings the inputs, own ones too, to mean 0 and standard deviation 1

    Along x lies the slope k, along y the intercept b. The slope of f along k is multiplied by the
    inputs, so that k is found long before b. Inputs that are not centred turn the valley askew and
    make it narrower; those that are brought to a standard make it round.
    """

    ORDER = 50
    axes = ("k", "b")
    curve = "linear"
    floats = True
    dataset: Annotated[int, (1, 2)] = 1
    mean: Annotated[int, (0, 1)] = 0
    shift: Annotated[float, (0.0, 10.0)] = 0.0
    standard: Annotated[int, (0, 1)] = 0

    start = (0.0, 0.0)

    def __post_init__(self) -> None:
        # As far round the best line as descent with small steps goes from 0, which is first across
        # the valley and then along it, or as the errors that the line leaves are worth.
        (k, b), (xx, x, _, _, _, ee) = self.best, self.terms.mean(1)
        _, ways = np.linalg.eigh([[xx, x], [x, 1.0]])
        far_k, far_b = np.abs(ways * (ways.T @ [k, b])).sum(1).tolist()
        typical, error = float(np.sqrt(xx)) or 1.0, float(np.sqrt(ee))
        wide = 1.5 * max(far_k, error / typical, 1e-3 * abs(b) / typical) or 1.0
        high = 1.5 * max(far_b, error, 1e-3 * abs(k) * typical) or 1.0
        vars(self)["domain"] = ((k - wide, k + wide), (b - high, b + high))

    def loss(self, w: Any, b: Any, x: Any, y: Any) -> Any:
        e = self.predict(w, b, x) - y
        return e * e

    def predict(self, w: Any, b: Any, x: Any) -> Any:
        return w * self._input(x) + b

    def _input(self, x: Any) -> Any:
        """An input as the line is told of it."""
        middle, deviation, _ = self.spread
        return (x - middle) / deviation if self.standard else x

    @property
    def curve_knobs(self) -> Mapping[str, Any]:
        middle, deviation, _ = self.spread
        return {"middle": middle, "deviation": deviation} if self.standard else {}

    def value(self, x: Any, y: Any) -> Any:
        return self.bowl.value(x, y)

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        return self.bowl.slope(x, y)

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        return self.bowl.curvature(x, y)

    def built_in(self) -> tuple[Examples, Examples]:
        rows = np.loadtxt(FILE, delimiter=",", comments="#")
        rows = rows[rows[:, 0] == self.dataset]
        train, test = (rows[rows[:, 1] == held].T for held in (0, 1))
        return (train[2] + self.shift, train[3]), (test[2] + self.shift, test[3])

    @cached_property
    def best(self) -> Pair:
        """The slope and the intercept of the best line; the nearest to (0, 0) if many are."""
        inputs, y = self.examples
        x = self._input(inputs)
        middle, height = _sum(x) / len(x), _sum(y) / len(y)
        away = x - middle
        if _sum(away * away) <= 1e-24 * _sum(x * x):
            share = height / (middle * middle + 1)
            return middle * share, share
        k = _sum(away * (y - height)) / _sum(away * away)
        return k, height - k * middle

    @cached_property
    def terms(self) -> Points:
        """What the sums of a `Bowl` are made of, for each example: (6, n)."""
        (inputs, y), (k, b) = self.examples, self.best
        x = self._input(inputs)
        e = y - (k * x + b)
        return np.stack([x * x, x, np.ones_like(x), x * e, e, e * e])

    @cached_property
    def bowl(self) -> Bowl:
        count = self.terms.shape[1] if self.mean else 1
        return Bowl(self, [_sum(term) / count for term in self.terms])

    def batches(self, indices: NDArray[Any], starts: NDArray[Any]) -> list[Landscape]:
        sums = np.add.reduceat(self.terms.take(indices, 1), starts, -1)
        sums *= (1 if self.mean else self.terms.shape[1]) / sums[2]
        each = np.moveaxis(sums, -1, 0)
        return [Bowl(self, six) for six in (each if indices.ndim > 1 else each.tolist())]

    @property
    def minima(self) -> Points:
        # Examples with one input leave a valley of lines that all fit as well.
        x, _ = self.examples
        return points(self.best) if np.ptp(x) > 1e-9 * np.abs(x).max() else points()

    @property
    def saddles(self) -> Points:
        return points()

    @cached_property
    def lowest(self) -> float:
        return float(self.bowl.ee)


def _sum(numbers: Points) -> float:
    """To the last bit, whatever the machine: after a divergence nothing less is the same."""
    return math.fsum(numbers.tolist())


class Bowl(Landscape):
    """Squared errors as a function of u = k - k* and v = b - b*, the way from the best line.

    Six sums over the examples say all, so that a step costs the same for any number of them. Those
    with e = y - (k* x + b*) are hardly anything over all examples, but by how much k* and b* were
    rounded: at no point that floats can hold is the slope quite 0, and a rate above 2/λ diverges
    from everywhere.
    """

    def __init__(self, whole: Regression, sums: Iterable[Any]) -> None:
        self.xx, self.x, self.n, self.xe, self.e, self.ee = sums
        self.k, self.b = whole.best
        self.domain, self.start = whole.domain, whole.start

    def value(self, x: Any, y: Any) -> Any:
        u, v = x - self.k, y - self.b
        bent = self.xx * u * u + 2 * self.x * u * v + self.n * v * v
        return bent - 2 * (self.xe * u + self.e * v) + self.ee

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        u, v = x - self.k, y - self.b
        along_k = self.xx * u + self.x * v - self.xe
        along_b = self.x * u + self.n * v - self.e
        return 2 * along_k, 2 * along_b

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        return 2 * self.xx, 2 * self.x, 2 * self.n
