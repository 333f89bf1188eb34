from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from landscapes.data import Examples, Neuron, sigmoid
from landscapes.landscape import sealed


@dataclass(frozen=True, kw_only=True)
class LogisticRegression(Neuron):
    r"""Logistic regression: one class or the other, and how sure of it, by cross-entropy.

    $$ f(w, b) = \frac{1}{n} \sum_i \log\left(1 + e^{z_i}\right) - y_i z_i,\quad z_i = w x_i + b $$

    points: examples of your own, as input:target;input:target; from 0.5 on a target is class 1

    Along x lies the weight w, along y the bias b; an input is of class 1 with the probability
    1 / (1 + exp(-z)). The surface is convex. It has a minimum as the classes overlap; where a
    threshold tells them apart it falls for ever, as the weight can always be larger.
    Cox, "The regression analysis of binary sequences" (1958).
    """

    ORDER = 51
    curve = "sigmoid"
    error = "cross-entropy"
    reach = (6.0, 6.0)
    begin = (0.0, 1.5)

    def activation(self, z: Any) -> Any:
        return sigmoid(z)

    def activation_slope(self, z: Any, a: Any) -> Any:
        return a * (1 - a)

    def activation_curvature(self, z: Any, a: Any) -> Any:
        return a * (1 - a) * (1 - 2 * a)

    def loss(self, w: Any, b: Any, x: Any, y: Any) -> Any:
        z = w * x + b
        # log(1 + exp(z)), and cannot overflow
        return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z))) - y * z

    def loss_slope(self, w: Any, b: Any, x: Any, y: Any) -> tuple[Any, Any]:
        e = self.activation(w * x + b) - y
        return e * x, e

    def loss_curvature(self, w: Any, b: Any, x: Any, y: Any) -> tuple[Any, Any, Any]:
        z = w * x + b
        da = self.activation_slope(z, self.activation(z))
        return da * x * x, da * x, da

    @cached_property
    def examples(self) -> Examples:
        inputs, targets = super().examples
        return inputs, sealed(np.where(targets < 0.5, 0.0, 1.0))

    def built_in(self) -> tuple[Examples, Examples]:
        random = np.random.RandomState(3)
        y = random.randint(0, 2, 75).astype(float)
        x = 2 * y - 1 + 1.2 * random.standard_normal(75)
        return (x[:60], y[:60]), (x[60:], y[60:])
