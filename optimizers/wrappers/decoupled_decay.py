import functools
from typing import Annotated, Any

ORDER = 5


def decoupled_decay(rule: Any, *, decay: Annotated[float, (0.0, 10.0, "log")] = 0.01) -> Any:
    r"""Decoupled weight decay: a pull to the origin beside the rule's own step.

    $$ x_t \leftarrow x_t - \eta_t \lambda\, x_{t-1} $$

    decay: the pull λ towards (0, 0), in units of the rate

    AdamW is Adam with this. PyTorch: AdamW, and decoupled_weight_decay of Adam, NAdam and RAdam.
    Loshchilov and Hutter, "Decoupled weight decay regularization", arXiv:1711.05101 (2017).
    """

    @functools.wraps(rule)
    def decayed(x: Any, g: Any, t: int, *memory: Any, lr: Any, **knobs: Any) -> Any:
        pull = lr * decay * x
        after = rule(x, g, t, *memory, lr=lr, **knobs)
        return (after[0] - pull, *after[1:]) if memory else after - pull

    return decayed
