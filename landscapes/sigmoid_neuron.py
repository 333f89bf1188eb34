from dataclasses import dataclass
from typing import Any

from landscapes.data import Neuron, sigmoid


@dataclass(frozen=True, kw_only=True)
class SigmoidNeuron(Neuron):
    r"""Sigmoid neuron: flat wherever the sigmoid is saturated, so the slope vanishes there.

    $$ f(w, b) = \frac{1}{n} \sum_i \left(a(w x_i + b) - y_i\right)^2,\quad
       a(z) = \frac{1}{1 + e^{-z}},\quad a'(z) = a\,(1 - a) $$

    points: examples of your own, as input:target;...; the neuron reaches targets from 0 to 1

    Along x lies the weight w, along y the bias b. The derivative of the sigmoid is 1/4 at the most.
    At the start most outputs are near 1, where it is hardly anything: plain descent creeps, and
    rules that scale the slope away do not notice.
    """

    ORDER = 52
    curve = "sigmoid"
    truth = (1.2, -0.6)
    reach = (6.0, 6.0)
    begin = (-3.6, 3.6)

    def activation(self, z: Any) -> Any:
        return sigmoid(z)

    def activation_slope(self, z: Any, a: Any) -> Any:
        return a * (1 - a)

    def activation_curvature(self, z: Any, a: Any) -> Any:
        return a * (1 - a) * (1 - 2 * a)
