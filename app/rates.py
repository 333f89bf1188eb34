"""Learning rates: the one that suits an optimizer on a landscape, and the most a run can bear."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from app.experiment import USUAL, Pick, Run, pick, rules
from app.knobs import Value, knobs
from landscapes import LANDSCAPES, Landscape
from landscapes.landscape import remembered
from optimizers import OPTIMIZERS

# The rules that are a heavy ball.
HEAVY = ("heavy_ball", "momentum")


def suited(optimizer: str, landscape: Pick, convention: str = USUAL) -> Pick:
    """An optimizer with a rate that is sensible on this landscape, and its other defaults."""
    return pick(rules(convention), optimizer, lr=suited_rate(optimizer, landscape))


def suited_rate(optimizer: str, landscape: Pick) -> Value:
    """The rate that a rule's own hint gives on this landscape.

    ("curvature", c): c over the largest curvature at the start and the minima, since what plain
    descent can bear is 2 over the curvature. ("width", c): c times the width of the picture, for
    rules whose steps are about as long as their rate. It is a round number.
    """
    knob = knobs(OPTIMIZERS[optimizer])["lr"]
    if knob.hint is None:
        return knob.default
    f = landscape.unturned  # turned, a surface is as wide and as sharp as it was
    kind, share = knob.hint
    if kind == "width":
        rate = share * max(high - low for low, high in f.domain)
    else:
        rate = share / max(_sharpest(f), 1e-100)  # where nothing is bent, any rate will do
    exponent = np.floor(np.log10(rate))
    mantissa = min((1, 2, 5, 10), key=lambda m: abs(np.log(m) - np.log(rate / 10**exponent)))
    return min(max(float(f"{mantissa}e{int(exponent)}"), knob.low), knob.high)


def resuited(run: Run, old: Pick, new: Pick) -> Run:
    """The run where its landscape has become another.

    A rate that was the suggestion for the old one, as it was picked or as it is now, becomes the
    suggestion for the new one; a rate that somebody chose stays.
    """
    name, values = run.optimizer.key, dict(run.optimizer.knobs)
    if values["lr"] in (suited_rate(name, old), suited_rate(name, pick(LANDSCAPES, old.key))):
        values["lr"] = suited_rate(name, new)
    optimizer = replace(run.optimizer, knobs=tuple(values.items()))
    past = run.past and replace(run.past, run=resuited(run.past.run, old, new))
    return replace(run, optimizer=optimizer, past=past)


def edge(run: Run) -> float:
    """What rate times curvature must stay below: 2, or 2 + 2μ for a heavy ball that nothing dampens
    and whose momentum μ is not cycled; for other rules it is what plain descent can bear.
    """
    values: dict[str, Any] = dict(run.optimizer.knobs)
    return 2 + 2 * float(values["momentum"]) if _heavy(run) else 2.0


def bounded(run: Run) -> bool:
    """Whether a run diverges where rate times curvature stays above its `edge`."""
    return run.optimizer.key == "gradient_descent" or _heavy(run)


def _heavy(run: Run) -> bool:
    cycled = dict(run.schedule.knobs).get("cycle_momentum")
    dampened = dict(run.optimizer.knobs).get("dampening")
    return run.optimizer.key in HEAVY and not cycled and not dampened


def bearable_rate(run: Run, landscape: Pick) -> float | None:
    """The rate at which a run begins to diverge where the landscape bends most, at its start and
    its minima; None for rules that are not bound by the curvature so, and for rates out of range.
    """
    sharp = _sharpest(landscape.unturned)
    if not bounded(run) or run.y_rate != 1 or not sharp:
        return None
    knob, rate = knobs(OPTIMIZERS[run.optimizer.key])["lr"], edge(run) / sharp
    return rate if knob.low <= rate <= knob.high else None


@remembered
def _sharpest(f: Landscape) -> float:
    """The largest curvature at the start and the minima."""
    hessians = f.hessian(np.vstack([[f.start], f.minima]))
    finite = hessians[np.isfinite(hessians).all((-2, -1))]
    return float(np.abs(np.linalg.eigvalsh(finite)).max(initial=0.0))
