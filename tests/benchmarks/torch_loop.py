"""What torch's users would write; engine.py and sweeps.py start this where torch is.

Answers every line, a task as JSON, with the seconds that it took: ``{"runs": [[name, knobs], ...],
"start": [x, y], "steps": n}`` is one loop after another over Rosenbrock, each recorded;
``{"sweep": name, "knobs": ..., "side": n, "steps": n}`` n x n starts at once on Himmelblau. Runs
with ``"inputs"``, ``"targets"`` and ``"size"`` fit a straight line to batches of that size.
"""

import json
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.benchmarks.torch_rules import Written, written

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

# Our key: torch's class, and what stands for the rule there.
KINDS = {
    "gradient_descent": ("SGD", {}),
    "momentum": ("SGD", {}),
    "nesterov": ("SGD", {"nesterov": True}),
    "rprop": ("Rprop", {}),
    "asgd": ("ASGD", {}),
    "adagrad": ("Adagrad", {}),
    "adadelta": ("Adadelta", {}),
    "rmsprop": ("RMSprop", {}),
    "centered_rmsprop": ("RMSprop", {"centered": True}),
    "adam": ("Adam", {}),
    "adamax": ("Adamax", {}),
    "nadam": ("NAdam", {}),
    "adamw": ("AdamW", {}),
    "amsgrad": ("Adam", {"amsgrad": True}),
    "radam": ("RAdam", {}),
    "lbfgs": ("LBFGS", {"max_iter": 1}),
}
PAIRS = {"betas": ("beta1", "beta2"), "etas": ("etaminus", "etaplus")}
PAIRS["step_sizes"] = ("step_min", "step_max")


def rosenbrock(p):
    return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2


def regression(inputs, targets, size):
    x, y = torch.tensor(inputs), torch.tensor(targets)

    def batches():
        while True:
            yield from torch.randperm(len(x)).split(size)

    drawn = batches()

    def loss(p):
        i = next(drawn)
        return ((p[0] * x[i] + p[1] - y[i]) ** 2).sum() * (len(x) / len(i))

    return loss


def himmelblau(p):
    x, y = p[:, 0], p[:, 1]
    return ((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2).sum()


def optimizer(name, knobs, p):
    if name not in KINDS:
        return Written(name, knobs, p)
    kind, fixed = KINDS[name]
    knobs = {**knobs, **fixed}
    for pair, names in PAIRS.items():
        if names[0] in knobs:
            knobs[pair] = tuple(knobs.pop(each) for each in names)
    return getattr(torch.optim, kind)([p], **knobs)


def run(name, knobs, start, steps, surface=rosenbrock):
    p = torch.tensor(start, requires_grad=True)
    rule = optimizer(name, knobs, p)
    record = []

    def closure():
        rule.zero_grad()
        loss = surface(p)
        loss.backward()
        return loss

    for _ in range(steps):
        if name == "lbfgs":
            loss = rule.step(closure)
        else:
            loss = closure()
            rule.step()
        x, y = p.tolist()
        record.append((x, y, loss.item(), p.grad.norm().item(), rule.param_groups[0]["lr"]))
    return record


def sweep(name, knobs, side, steps):
    grid = torch.linspace(-5, 5, side)
    p = torch.cartesian_prod(grid, grid).requires_grad_()
    rule = optimizer(name, knobs, p)
    for _ in range(steps):
        rule.zero_grad()
        himmelblau(p).backward()
        rule.step()


def do(task):
    if "sweep" in task:
        sweep(task["sweep"], task["knobs"], task["side"], task["steps"])
    else:
        for name, knobs in task["runs"]:
            surface = rosenbrock
            if "size" in task:
                surface = regression(task["inputs"], task["targets"], task["size"])
            run(name, knobs, task["start"], task["steps"], surface)


def main():
    print(json.dumps([list(KINDS), sorted({*KINDS, *written()})]), flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        begun = time.perf_counter()
        do(task)
        print(time.perf_counter() - begun, flush=True)


if __name__ == "__main__":
    main()
