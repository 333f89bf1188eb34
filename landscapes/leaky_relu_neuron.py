from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from landscapes.rectifier import Rectifier


@dataclass(frozen=True, kw_only=True)
class LeakyReluNeuron(Rectifier):
    r"""Leaky ReLU neuron: a slope is left everywhere, so no neuron dies.

    $$ f(w, b) = \frac{1}{n} \sum_i \left(a(w x_i + b) - y_i\right)^2,\quad
       a(z) = \max(\alpha z,\ z) $$

    points: examples of your own, as input:target;input:target
    leak: the slope α that is left where z is negative

    The data and the start are those of the ReLU neuron. Where that one is silent for good, this one
    goes on hearing of its errors, if only α as loud, and finds the way out. PyTorch: LeakyReLU.
    Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models" (2013).
    """

    ORDER = 55
    curve = "leaky_relu"
    leak: Annotated[float, (0.001, 0.5, "log")] = 0.1

    def activation(self, z: Any) -> Any:
        return np.maximum(self.leak * z, z)

    def activation_slope(self, z: Any, a: Any) -> Any:
        return np.where(z > 0, 1.0, self.leak)

    @property
    def curve_knobs(self) -> Mapping[str, Any]:
        return {"leak": self.leak}
