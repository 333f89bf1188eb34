"""Rules that torch has not, on torch's tensors: the very same lines, with torch in NumPy's place.

That is what a user of torch would write for them; torch_loop.py runs those that take the gradient.
"""

import inspect
import types

import torch

from optimizers import OPTIMIZERS


def tensor(value):
    return value if isinstance(value, torch.Tensor) else torch.tensor(float(value))


NUMPY = types.SimpleNamespace(
    abs=torch.abs,
    maximum=lambda a, b: torch.maximum(tensor(a), tensor(b)),
    minimum=lambda a, b: torch.minimum(tensor(a), tensor(b)),
    sign=torch.sign,
    sqrt=torch.sqrt,
    where=lambda c, a, b: torch.where(torch.as_tensor(c), tensor(a), tensor(b)),
)


def written():
    """The rules that take the gradient."""
    return [
        n for n, rule in OPTIMIZERS.items() if list(inspect.signature(rule).parameters)[1] == "g"
    ]


class Written:
    """One of our rules as an optimizer of a tensor."""

    def __init__(self, name, knobs, point):
        rule = OPTIMIZERS[name]
        parameters = inspect.signature(rule).parameters.values()
        self.rule = types.FunctionType(rule.__code__, {**rule.__globals__, "np": NUMPY})
        self.knobs, self.point, self.t = knobs, point, 0
        self.memory = [
            tensor(p.default) for p in parameters if p.kind == 1 and p.default is not p.empty
        ]
        self.param_groups = [{"lr": knobs["lr"]}]

    def zero_grad(self):
        self.point.grad = None

    @torch.no_grad()
    def step(self):
        self.t += 1
        after = self.rule(self.point.clone(), self.point.grad, self.t, *self.memory, **self.knobs)
        x, *self.memory = after if isinstance(after, tuple) else (after,)
        self.point.copy_(x)
