"""Who was best."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from optimizers.evaluations import Evaluations
from optimizers.verdict import Verdict


def leaderboard(
    verdicts: Sequence[Verdict], cost: Callable[[Evaluations], float] | None = None
) -> tuple[int, ...]:
    """Which run is best, which next: those that reached the target, the soonest first; then by
    their final loss, the lowest first; then those that overflowed; last those that diverged.

    The soonest is the one in the fewest steps, or at the least ``cost`` of what it had asked by
    then, as by `Evaluations.cost`. Of equals the one that was given first stands first.
    """

    def rank(i: int) -> tuple[int, float]:
        v = verdicts[i]
        if v.status.kind == "diverged":
            return 3, 0.0
        if v.target_step is not None and v.target_asked is not None:
            return 0, cost(v.target_asked) if cost else v.target_step
        return (2, 0.0) if v.final_loss is None else (1, v.final_loss)

    return tuple(sorted(range(len(verdicts)), key=rank))
