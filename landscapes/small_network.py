from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from landscapes.data import DataLandscape, Examples, drawn
from landscapes.landscape import Points


@dataclass(frozen=True, kw_only=True)
class SmallNetwork(DataLandscape):
    r"""Small network: two weights of a network with eight hidden neurons, the others fixed.

    $$ f(w_1, w_2) = \frac{1}{n} \sum_i \Bigl(\sum_{j=1}^{8} v_j \tanh(w_j u_i + c_j) + d
       - y_i\Bigr)^2 $$

    points: examples of your own, as input:target;input:target

    Along x and y lie the weights of the first two hidden neurons; u are the inputs, brought to mean
    0 and standard deviation 1. All w and c were random; then v and d were fitted to the examples by
    least squares (a ridge of 0.01), and all but w1 and w2 stay as they were then. The surface is
    not convex: two neurons with v alike can change places, and the way between is over a saddle.
    """

    ORDER = 56
    axes = ("w₁", "w₂")
    curve = "network"
    biased = False
    fans = (1, 8)
    domain = ((-4.0, 4.0), (-4.0, 4.0))
    start = (-3.0, 1.0)

    def predict(self, w: Any, b: Any, x: Any) -> Any:
        _, p, q, rest = self._parts(w, b, x)
        return self.weights["v"][0] * p + self.weights["v"][1] * q + rest

    def loss(self, w: Any, b: Any, x: Any, y: Any) -> Any:
        e = self.predict(w, b, x) - y
        return e * e

    def loss_slope(self, w: Any, b: Any, x: Any, y: Any) -> tuple[Any, Any]:
        u, p, q, rest = self._parts(w, b, x)
        v1, v2 = self.weights["v"][:2]
        e = v1 * p + v2 * q + rest - y
        return 2 * e * v1 * (1 - p * p) * u, 2 * e * v2 * (1 - q * q) * u

    def loss_curvature(self, w: Any, b: Any, x: Any, y: Any) -> tuple[Any, Any, Any]:
        u, p, q, rest = self._parts(w, b, x)
        v1, v2 = self.weights["v"][:2]
        e = v1 * p + v2 * q + rest - y
        dp, dq = v1 * (1 - p * p) * u, v2 * (1 - q * q) * u
        return 2 * dp * (dp - 2 * e * p * u), 2 * dp * dq, 2 * dq * (dq - 2 * e * q * u)

    def _parts(self, w: Any, b: Any, x: Any) -> tuple[Any, Any, Any, Any]:
        """The scaled input, what the first two hidden neurons say, and what the rest adds."""
        middle, deviation, _ = self.spread
        u = (x - middle) / deviation
        fixed = self.weights
        rest = self._fixed if x is self.examples[0] else self._rest(u)
        return u, np.tanh(w * u + fixed["c"][0]), np.tanh(b * u + fixed["c"][1]), rest

    def _rest(self, u: Any) -> Any:
        fixed = self.weights
        others = np.tanh(np.multiply.outer(u, fixed["w"][2:]) + fixed["c"][2:])
        return (others * fixed["v"][2:]).sum(-1) + fixed["d"]

    @cached_property
    def _fixed(self) -> Points:
        """What the rest adds for each of the examples; it does not depend on w1 and w2."""
        middle, deviation, _ = self.spread
        return self._rest((self.examples[0] - middle) / deviation)  # type: ignore[no-any-return]

    @cached_property
    def weights(self) -> Mapping[str, Any]:
        """w, c and v of the hidden neurons, and d."""
        random = np.random.RandomState(32)
        w, c = 1.5 * random.standard_normal(8), random.standard_normal(8)
        middle, deviation, _ = self.spread
        x, y = self.examples
        u = (x - middle) / deviation
        said = np.column_stack([np.tanh(np.multiply.outer(u, w) + c), np.ones_like(u)])
        *v, d = np.linalg.solve(said.T @ said + 0.01 * np.eye(9), said.T @ y)
        return {"w": w, "c": c, "v": np.array(v), "d": float(d)}

    @property
    def curve_knobs(self) -> Mapping[str, Any]:
        middle, deviation, _ = self.spread
        return {**self.weights, "middle": middle, "deviation": deviation}

    def built_in(self) -> tuple[Examples, Examples]:
        return drawn(lambda x: np.sin(2 * x), noise=0.1)
