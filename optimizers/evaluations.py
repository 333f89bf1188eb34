"""How often a run asks for the value, the gradient and the Hessian, and what that costs."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from optimizers.descend import Checkpoint, Trajectory, descend
from optimizers.oracle import Oracle, oracle_of
from optimizers.schedules.constant import constant
from optimizers.walkers import asks_f

Function = Callable[..., Any]


class Evaluations(NamedTuple):
    """How often a run had asked for the value, the gradient and the Hessian at a point.

    Each is (steps + 1,), up to each step, or a number. Every point counts that was asked for, so a
    rule that tries 60 lengths at once has asked for 60 values, also where the first one will do.
    """

    values: Any
    gradients: Any
    hessians: Any

    def by(self, step: int) -> Evaluations:
        """The numbers up to a step."""
        return Evaluations(*(int(part[step]) for part in self))

    def cost(self, *, value: float = 1 / 3, hessian: float = 2.0) -> Any:
        """All of them in gradients: gradients + ``value`` · values + ``hessian`` · Hessians.

        As it stands a value costs a third, because going backwards through a formula takes about
        twice what going forwards does; and a Hessian in the plane two, as by differences.
        """
        return self.gradients + value * self.values + hessian * self.hessians


class Tally:
    """A wrapper that counts what a rule asks; the last of them stands next to the rule.

    It hands on what it is given, so the walk is the same, bit for bit.
    """

    def __init__(self, walkers: int = 1) -> None:
        self.walkers, self.asked = walkers, Counter[tuple[str, int]]()

    def __call__(self, f: Oracle) -> Oracle:
        def noted(kind: str, function: Function) -> Function:
            def answer(x: Any, y: Any, t: int) -> Any:
                self._count(kind, x, t)
                return function(x, y, t)

            return answer

        return replace(
            f,
            value=noted("values", f.value),
            slope=noted("gradients", f.slope),
            curvature=noted("hessians", f.curvature),
        )

    def _count(self, kind: str, x: Any, t: int) -> None:
        self.asked[kind, t] += np.size(x)

    def evaluations(self, steps: int, first: int = 0) -> Evaluations:
        """What each walker had asked by each of so many steps, from the first on."""
        counts = [
            [self.asked[kind, t] // self.walkers for t in range(first, steps + 1)]
            for kind in Evaluations._fields
        ]
        return Evaluations(*np.cumsum(counts, axis=-1))


def evaluations(
    f: Any, start: ArrayLike | Checkpoint, rule: Function, *, steps: int, **settings: Any
) -> Evaluations:
    """How often a run asks by each step, (steps + 1,) each; takes what `descend` takes.

    From a checkpoint on it is what it asks from there.

    A rule that takes g is given it once a step, and a schedule that reacts hears of one value;
    that is known without a walk. One that asks f is walked anew, and counted: see `counted`.
    """
    if asks_f(rule):
        return counted(f, start, rule, steps=steps, **settings)[1]
    taken = np.arange(steps + 1 - _first(start))
    reacts = "loss" in inspect.signature(settings.get("schedule", constant)).parameters
    return Evaluations(taken if reacts else 0 * taken, taken, 0 * taken)


def counted(
    f: Any,
    start: ArrayLike | Checkpoint,
    rule: Function,
    *,
    steps: int,
    wrappers: Sequence[Function] = (),
    **settings: Any,
) -> tuple[Trajectory, Evaluations]:
    """`descend`, and how often it asked on the way: both of one walk."""
    if not asks_f(rule):
        run = descend(f, start, rule, steps=steps, wrappers=wrappers, **settings)
        return run, evaluations(f, start, rule, steps=steps, **settings)
    points = start.points if isinstance(start, Checkpoint) else start
    tally = Tally(np.size(points) // 2)
    run = descend(f, start, rule, steps=steps, wrappers=[*wrappers, tally], **settings)
    return replace(run, oracle=oracle_of(f, wrappers)), tally.evaluations(steps, _first(start))


def _first(start: ArrayLike | Checkpoint) -> int:
    return start.step if isinstance(start, Checkpoint) else 0
