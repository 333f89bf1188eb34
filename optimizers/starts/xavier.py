from typing import Annotated, Any

ORDER = 3


def xavier(
    f: Any, random: Any, *, gain: Annotated[float, (0.01, 100.0, "log")] = 1.0
) -> tuple[float, float]:
    r"""Xavier (Glorot): weights as large as keeps signals as they are; biases are 0.

    $$ w \sim \mathcal{U}(-a, a), \quad a = g \sqrt{\frac{6}{n_{in} + n_{out}}}, \quad b = 0 $$

    gain: the factor g that makes up for what the activation takes away; 5/3 for tanh

    Of one neuron with one input the fans n are 1, of the small network's hidden weights 1 and 8. A
    landscape that is not made of data has two weights and fans of 1. PyTorch:
    torch.nn.init.xavier_uniform_. Glorot and Bengio, "Understanding the difficulty of training deep
    feedforward neural networks" (2010).
    """
    bound = gain * (6 / sum(getattr(f, "fans", (1, 1)))) ** 0.5
    x, y = (bound * random.uniform(-1, 1, 2)).tolist()
    return x, 0.0 if getattr(f, "biased", False) else y
