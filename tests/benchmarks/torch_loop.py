"""The loop over torch.optim as its users write it; engine.py starts this where torch is.

Is given the start, the steps and the optimizers with their knobs as JSON; then answers every line
with the seconds that all of them took.
"""

import json
import sys
import time

import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

KINDS = {
    "gradient_descent": torch.optim.SGD,
    "momentum": torch.optim.SGD,
    "nesterov": torch.optim.SGD,
    "adagrad": torch.optim.Adagrad,
    "adadelta": torch.optim.Adadelta,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


def rosenbrock(p):
    return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2


def run(name, knobs, start, steps):
    knobs = dict(knobs)
    if "beta1" in knobs:
        knobs["betas"] = (knobs.pop("beta1"), knobs.pop("beta2"))
    if name == "nesterov":
        knobs["nesterov"] = True
    p = torch.tensor(start, requires_grad=True)
    optimizer = KINDS[name]([p], **knobs)
    record = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = rosenbrock(p)
        loss.backward()
        optimizer.step()
        x, y = p.tolist()
        lr = optimizer.param_groups[0]["lr"]
        record.append((x, y, loss.item(), p.grad.norm().item(), lr))
    return record


def main():
    given = json.loads(sys.argv[1])
    print("ready", flush=True)
    for _ in sys.stdin:
        begun = time.perf_counter()
        for name, knobs in given["optimizers"].items():
            run(name, knobs, given["start"], given["steps"])
        print(time.perf_counter() - begun, flush=True)


if __name__ == "__main__":
    main()
