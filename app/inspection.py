"""One step of a run, worked out: its formulas with their numbers, its arrows, its effective rates.

All of it is made by optimizers/explain.py from the rule's own lines; the run is computed up to that
step only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.experiment import Experiment, Run
from app.formula import mathml
from app.run import begun, chunks, settings, wrappers
from app.step_formula import formulas
from optimizers import Trajectory
from optimizers.explain import Arrow, arrows, effective_rate, explain_step, step
from optimizers.oracle import oracle_of

# How many formulas are kept as MathML is bounded; those with numbers are not worth keeping.
PLAIN_MATHML = mathml.__wrapped__


def inspect(experiment: Experiment, run: Run, k: int) -> dict[str, Any]:
    """The step from point number ``k`` to the next, ready for JSON.

    ``formulas`` are MathML; ``arrows`` [{name, phase, vector, tail}]; ``rate`` is the rate of each
    coordinate that plain descent had needed for the same step, None where the slope is 0;
    ``from``, ``gradient`` and ``move`` are pairs of numbers; ``curvature`` is the Hessian of f
    there as [xx, xy, yy]. ``metric`` is the rule's own, one number per coordinate: what it
    multiplies its mean of the gradients by, or the gradient where it has none; None where that is
    not a positive number, as where a rule turns its direction. Raises ValueError where there is no
    such step any more, as the run has overflowed or was stopped.
    """
    run = run.at(k + 1)
    rule = run.rule
    told = settings(experiment, run)
    steps, _, _ = told.pop("steps"), told.pop("y_rate"), told.pop("tolerance")
    walked = _until(experiment, run, k, steps)
    if not np.isfinite(walked.path[k]).all() or np.isnan(walked.lr[k]).any():
        raise ValueError("There is no next step: the run has stopped, or overflowed.")
    parts = explain_step(walked, k, rule, **told)
    drawn = arrows(parts)
    gradient = next((-arrow.vector for arrow in drawn if arrow.name == "-g"), None)
    known = walked.grad[k, 0] if gradient is None else gradient
    (xx, xy), (_, yy) = walked.landscape.hessian(walked.path[k, 0])
    return {
        "step": k + 1,
        "formulas": [PLAIN_MATHML(latex) for latex in formulas(rule, parts)],
        "phases": list(dict.fromkeys(part.phase for part in parts)),
        "arrows": [
            {
                "name": arrow.name,
                "phase": arrow.phase,
                "vector": _pair(arrow.vector),
                "tail": _pair(arrow.tail),
            }
            for arrow in drawn
        ],
        "rate": _pair(effective_rate(parts, known)),
        "from": _pair(walked.path[k, 0]),
        "gradient": _pair(known),
        "move": _pair(step(parts)),
        "curvature": _pair(np.array([xx, xy, yy])),
        "metric": _metric(drawn),
    }


def _metric(drawn: Sequence[Arrow]) -> list[float] | None:
    kinds = {arrow.phase: arrow.vector for arrow in reversed(drawn)}
    direction = kinds.get("memory", kinds.get("gradient"))
    if direction is None:
        return None
    with np.errstate(all="ignore"):
        found = kinds["step"] / direction
    return found.tolist() if np.isfinite(found).all() and (found > 0).all() else None


def _until(experiment: Experiment, run: Run, k: int, steps: int) -> Trajectory:
    """The run up to the step after point ``k``; later rates are not known."""
    parts = []
    for chunk in chunks(experiment, run):
        parts.append(chunk)
        if chunk.first + len(chunk.path) > k + 1:
            break
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("path", "loss", "grad", "lr")
    }
    rates = np.full((steps, 1), np.nan)
    rates[: len(joined["lr"]) - 1] = joined["lr"][1:]
    # Before it began to remember, another rule may have remembered other things.
    state = {
        name: np.concatenate([part.state.get(name, part.path * np.nan) for part in parts])
        for name in parts[-1].state
    }
    surface = experiment.surface
    return Trajectory(
        joined["path"],
        joined["loss"],
        joined["grad"],
        rates,
        state,
        surface,
        oracle_of(surface, wrappers(run)),
        run.y_rate,
        begun=begun(run),
    )


def _pair(values: NDArray[np.float64]) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in np.ravel(values)]
