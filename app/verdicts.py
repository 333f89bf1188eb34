"""The verdict on each run of an experiment, and who was best, as messages (see app/run.py).

Each run is walked once more and what it asks is counted; the head of its message has "run", "said",
the sentence, and the numbers of the leaderboard. The last head has an empty "status", "order", the
runs from the best on, and "target", the loss that all of them were to reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.experiment import Experiment, Run
from app.run import fork, message, settings, walked
from optimizers import Trajectory
from optimizers.leaderboard import leaderboard
from optimizers.post_mortem import PostMortem, post_mortem
from optimizers.sentence import sentence
from optimizers.verdict import aim, verdict


def verdicts(experiment: Experiment) -> Iterator[bytes]:
    """A message for each run, as soon as it is known, and the last one."""
    surface = experiment.surface
    starts = [surface.turn(experiment.start_of(run)) for run in experiment.runs]
    target = aim(surface, [float(surface(start)) for start in starts]) if starts else None
    found = []
    for i, run in enumerate(experiment.runs):
        walk, asked = walked(experiment, run)
        path, loss, grad = walk.path[:, 0], walk.loss[:, 0], walk.grad[:, 0]
        rates, status = walk.lr[:, 0], walk.status[0]
        one = verdict(
            surface,
            path,
            loss,
            grad,
            rates,
            status,
            evaluations=asked,
            target=target,
            y_rate=run.y_rate,
        )
        why = _post_mortem(experiment, run, walk)
        found.append(one)
        numbers: dict[str, Any] = {
            "loss": one.final_loss,
            "steps": one.target_step,
            "gradients": one.target_asked and round(float(one.target_asked.cost()), 1),
            "length": one.length,
            "sideways": one.sideways,
            "crossings": one.crossings,
        }
        yield message({"run": i, "said": sentence(one, why), "numbers": numbers})
    yield message({"status": [], "order": leaderboard(found), "target": target})


def _post_mortem(experiment: Experiment, run: Run, walk: Trajectory) -> PostMortem | None:
    """Why a run diverged: of whoever made that step, from where it began."""
    status = walk.status[0]
    if status.kind != "diverged":
        return None  # and its past need not be walked again
    maker = run.at(status.step)
    start = None
    if maker.past:
        step = maker.past.step
        past, _ = walked(experiment, maker.past.run)
        start = fork(experiment, maker, past, step, past.loss[: step + 1])
    told = settings(experiment, maker)
    del told["steps"]
    rule = maker.rule
    path, rates = walk.path[:, 0], walk.lr[:, 0]
    return post_mortem(experiment.surface, path, rates, status, rule, start=start, **told)
