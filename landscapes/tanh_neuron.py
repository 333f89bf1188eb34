from dataclasses import dataclass
from typing import Any

import numpy as np

from landscapes.data import Neuron


@dataclass(frozen=True, kw_only=True)
class TanhNeuron(Neuron):
    r"""Tanh neuron: steeper than the sigmoid in the middle, and saturated sooner.

    $$ f(w, b) = \frac{1}{n} \sum_i \left(\tanh(w x_i + b) - y_i\right)^2,\quad
       \tanh'(z) = 1 - \tanh^2 z $$

    points: examples of your own, as input:target;...; the neuron reaches targets from -1 to 1

    Along x lies the weight w, along y the bias b. The derivative is 1 in the middle, four times
    that of the sigmoid, and is gone where |z| is 3: the plateaus begin nearer to the origin.
    """

    ORDER = 53
    curve = "tanh"
    truth = (0.7, 0.3)
    reach = (3.0, 3.0)
    begin = (-2.7, 2.4)

    def activation(self, z: Any) -> Any:
        return np.tanh(z)

    def activation_slope(self, z: Any, a: Any) -> Any:
        return 1 - a * a

    def activation_curvature(self, z: Any, a: Any) -> Any:
        return -2 * a * (1 - a * a)
