"""Steps of a run, worked out: formulas with their numbers, arrows, effective rates; as messages.

All of it is made by optimizers/explain.py from the rule's own lines; the run is computed up to the
last of these steps only, and once for all of them.

A message tells of some steps one after the other, framed as in app/run.py; all is in its head.
There, "first" is the number of the point from which the first of the "steps" goes on, and each is
what `inspect` says of it, or null where there is none. "rows" are MathML, the rows of a table with
an empty element of the class "slot" for each number; they are counted on from message to message.
A formula is a list of rows, each as its number and what is put in its slots. The last message has
an empty "status".
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.experiment import Experiment, Run
from app.formula import mathml
from app.run import begun, chunks, message, settings, wrappers
from app.step_formula import SIGN, SLOT, Line, Worksheet
from optimizers import Trajectory
from optimizers.explain import Arrow, Part, arrows, effective_rate, explain_steps, step
from optimizers.oracle import oracle_of

# The most steps that are told of in an answer, and in a message: the first has one, so that it is
# there soon.
MOST = 1000
TOGETHER = 64


def steps(experiment: Experiment, run: Run, first: int, count: int) -> Iterator[bytes]:
    """So many steps from point number ``first`` on, no further than the run; the last message."""
    rows: dict[str, int] = {}

    def numbered(line: Line) -> list[Any]:
        return [rows.setdefault(line.latex, len(rows)), *line.texts]

    for together in inspect(experiment, run, first, count):
        known = len(rows)
        for told in filter(None, together):
            told["formulas"] = [[*map(numbered, lines)] for lines in told["formulas"]]
        new = [_row(latex) for latex in itertools.islice(rows, known, None)]
        yield message({"first": first, "rows": new, "steps": together})
        first += len(together)
    yield message({"status": []})


def inspect(
    experiment: Experiment, run: Run, first: int, count: int = 1
) -> Iterator[list[dict[str, Any] | None]]:
    """The steps from point number ``first`` on, in lists that become longer.

    ``formulas`` are lines (app/step_formula.py); ``arrows`` [{name, phase, vector, tail}]; ``rate``
    is the rate of each coordinate that plain descent had needed for the same step, None where the
    slope is 0; ``from``, ``gradient`` and ``move`` are pairs of numbers; ``curvature`` is the
    Hessian of f there as [xx, xy, yy]. ``metric`` is the rule's own, one number per coordinate:
    what it multiplies its mean of the gradients by, or the gradient where it has none; None where
    that is not a positive number, as where a rule turns its direction. A step is None where there
    is none any more, as the run has overflowed or was stopped.
    """
    last = min(first + count, experiment.steps)
    for maker, points in itertools.groupby(range(first, last), lambda k: run.at(k + 1)):
        yield from _made(experiment, maker, list(points))


def _made(
    experiment: Experiment, run: Run, points: list[int]
) -> Iterator[list[dict[str, Any] | None]]:
    """The steps that one run makes from these points."""
    told = settings(experiment, run)
    length, _, _ = told.pop("steps"), told.pop("y_rate"), told.pop("tolerance")
    walked = _until(experiment, run, points[-1], length)
    sheet = Worksheet(run.rule)
    size = 1
    while points:
        now, points = points[:size], points[size:]
        goes = np.isfinite(walked.path[now, 0]).all(-1) & ~np.isnan(walked.lr[now, 0])
        there = [k for k, goes_on in zip(now, goes, strict=True) if goes_on]
        parts = list(explain_steps(walked, there, run.rule, **told))
        with np.errstate(all="ignore"):  # of points that are too far away
            bent = walked.landscape.hessian(walked.path[there, 0])
        written = zip(there, parts, sheet.write(parts), bent, strict=True)
        found = {k: _told(walked, k, *rest) for k, *rest in written}
        yield [found.get(k) for k in now]
        size = min(2 * size, TOGETHER)


def _told(
    walked: Trajectory,
    k: int,
    parts: Sequence[Part],
    formulas: Sequence[Sequence[Line]],
    bent: NDArray[np.float64],
) -> dict[str, Any]:
    drawn = arrows(parts)
    gradient = next((-arrow.vector for arrow in drawn if arrow.name == "-g"), walked.grad[k, 0])
    return {
        "formulas": formulas,
        "arrows": [
            {
                "name": arrow.name,
                "phase": arrow.phase,
                "vector": _finite(arrow.vector),
                "tail": _finite(arrow.tail),
            }
            for arrow in drawn
        ],
        "rate": _finite(effective_rate(parts, gradient)),
        "from": _finite(walked.path[k, 0]),
        "gradient": _finite(gradient),
        "move": _finite(step(parts)),
        "curvature": _finite(bent[[0, 0, 1], [0, 1, 1]]),
        "metric": _metric(drawn),
    }


def _row(latex: str) -> str:
    """A row of a table in MathML, with a slot for each number and sign."""
    table = mathml(rf"\begin{{array}}{{l}} {latex} \end{{array}}")
    row = table[table.index("<mtr>") : table.rindex("</mtr>") + len("</mtr>")]
    for mark, tag in ((SLOT, "mn"), (SIGN, "mo")):
        row = row.replace(f"<mi>{mark}</mi>", f'<{tag} class="slot"></{tag}>')
    return row


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


def _finite(values: NDArray[np.float64]) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in np.ravel(values)]
