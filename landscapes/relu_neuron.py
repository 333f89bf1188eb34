from dataclasses import dataclass
from typing import Any

import numpy as np

from landscapes.rectifier import Rectifier


@dataclass(frozen=True, kw_only=True)
class ReluNeuron(Rectifier):
    r"""ReLU neuron: where it is silent for all examples there is no slope at all.

    $$ f(w, b) = \frac{1}{n} \sum_i \left(\max(0,\ w x_i + b) - y_i\right)^2 $$

    points: examples of your own, as input:target;...; the neuron reaches targets from 0 up

    Along x lies the weight w, along y the bias b. A run that steps into the region at the bottom,
    where w x + b is negative for all inputs, stops for good: the neuron has died. As in PyTorch the
    slope at the kink is 0. Nair and Hinton, "Rectified linear units improve restricted Boltzmann
    machines" (2010).
    """

    ORDER = 54
    curve = "relu"

    def activation(self, z: Any) -> Any:
        return np.maximum(z, 0.0)

    def activation_slope(self, z: Any, a: Any) -> Any:
        return np.where(z > 0, 1.0, 0.0)
