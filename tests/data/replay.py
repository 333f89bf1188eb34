"""Our side of a recording: the same runs by our rules, and how far they end up from the others'.

A recording is a file of arrays, beside it in ``about`` the settings and versions as JSON:

    kept       (kept,)               the steps whose points are kept
    paths      (runs, kept, 2)       whole runs, each along its own path; nan after an overflow
    slopes     (sequences, steps, 2) gradients that are the same for everybody
    fed        (meals, kept, 2)      the points of rules that were fed with such a sequence
    averages   (..., kept, 2)        the mean that ASGD keeps, for its runs and then its meals

A run tells ``landscape``, ``surface`` (its knobs), ``start``, ``optimizer``, ``knobs``,
``schedule``, ``schedule_knobs``, ``warmup``, ``wrappers`` and ``until``, the last step up to which
the other side agrees with itself when its start and slopes are moved by one bit; and ``l2`` and
``degrees``, if its landscape is regularised and rotated. ``names`` says what the other side calls
each rule, and ``oracle`` who it is.
"""

import functools
import inspect
import json
from pathlib import Path

import numpy as np

from landscapes import LANDSCAPES, regularised, rotated
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS, descend, warmup
from optimizers.conventions import VARIANTS

TOLERANCE = 1e-12
RULES = {**OPTIMIZERS, **VARIANTS}
# A run on which nothing else acts.
PLAIN = {"schedule": "constant", "schedule_knobs": {}, "warmup": 0, "wrappers": []}


class Recording:
    def __init__(self, file):
        with np.load(Path(file)) as arrays:
            self.arrays = dict(arrays)
        self.about = json.loads(str(self.arrays["about"]))
        self.runs, self.meals = self.about["runs"], self.about["meals"]
        self.kept = self.arrays["kept"]
        self.steps = int(self.kept[-1])
        averaged = [("runs", i) for i, run in enumerate(self.runs) if run["optimizer"] == "asgd"]
        averaged += [("meals", i) for i, run in enumerate(self.meals) if run["optimizer"] == "asgd"]
        self.averages = dict(zip(averaged, self.arrays["averages"], strict=True))

    @functools.cache  # noqa: B019, one recording lives as long as the tests
    def error(self, index):
        """The worst error of one of our runs, over the steps that are compared."""
        run = self.runs[index]
        soon = self.kept[self.kept <= run["until"]]
        ours = walk(run, self.steps)
        worst = error(ours.path[soon, 0], self.arrays["paths"][index][: len(soon)])
        if ("runs", index) in self.averages:
            theirs = self.averages["runs", index][: len(soon)]
            worst = max(worst, error(ours.state["ax"][soon, 0], theirs))
        return worst

    @functools.cache  # noqa: B019
    def fed_error(self, index):
        """The worst error of one of our rules when it is fed with the same gradients."""
        meal = self.meals[index]
        points, memory = feed(meal, self.arrays["slopes"][meal["slopes"]])
        worst = error(points[self.kept - 1], self.arrays["fed"][index])
        if ("meals", index) in self.averages:
            worst = max(worst, error(memory[self.kept - 1, 0], self.averages["meals", index]))
        return worst

    def verified(self):
        """{rule: what can be said of it}, from runs that are really taken here and now."""
        return {name: self.entry(name, self.worst(name)) for name in self.about["names"]}

    def worst(self, name):
        """The worst error of all runs and meals of a rule."""
        runs = [self.error(i) for i, run in enumerate(self.runs) if run["optimizer"] == name]
        fed = [self.fed_error(i) for i, meal in enumerate(self.meals) if meal["optimizer"] == name]
        return max(runs + fed)

    def entry(self, name, worst):
        """What can be said of a rule whose worst error is this."""
        runs = [run for run in self.runs if run["optimizer"] == name]
        meals = [meal for meal in self.meals if meal["optimizer"] == name]
        entry = {
            "oracle": self.about["oracle"],
            "name": self.about["names"][name],
            "tolerance": TOLERANCE if worst <= TOLERANCE else worst,
            "runs": len(runs),
            "fed": len(meals),
            "steps": self.steps,
        }
        short = sorted(run["until"] for run in runs if run["until"] < self.steps)
        if short:
            spread = f"{short[0]} to {short[-1]}" if short[0] < short[-1] else str(short[0])
            many = "1 chaotic run is" if len(short) == 1 else f"{len(short)} chaotic runs are"
            entry["except"] = f"{many} compared for the first {spread} steps"
        return entry


def surface_of(run):
    plain = LANDSCAPES[run["landscape"]](**run["surface"])
    return rotated(regularised(plain, run.get("l2", 0.0)), run.get("degrees", 0.0))


def unfed(kept):
    """The arrays of a recording in which no rule is fed."""
    return {
        "slopes": np.zeros((0, kept[-1], 2)),
        "fed": np.zeros((0, len(kept), 2)),
        "averages": np.zeros((0, len(kept), 2)),
    }


def walk(run, steps):
    schedule = functools.partial(SCHEDULES[run["schedule"]], **run["schedule_knobs"])
    return descend(
        surface_of(run),
        run["start"],
        RULES[run["optimizer"]],
        steps=steps,
        schedule=warmup(schedule, run["warmup"]) if run["warmup"] else schedule,
        wrappers=[functools.partial(WRAPPERS[name], **knobs) for name, knobs in run["wrappers"]],
        **run["knobs"],
    )


def feed(meal, slopes):
    """The points (steps, 2) and the memories (steps, memories, 2) of a rule given these slopes."""
    rule = RULES[meal["optimizer"]]
    knobs = {"lr": inspect.signature(rule).parameters["lr"].default, **meal["knobs"]}
    x, memory, path, memories = np.array(meal["start"]), (), [], []
    with np.errstate(all="ignore"):
        for t, g in enumerate(slopes, start=1):
            after = rule(x, g, t, *memory, **knobs)
            x, *memory = after if isinstance(after, tuple) else (after,)
            path.append(x)
            memories.append([np.broadcast_to(part, x.shape) for part in memory])
    return np.array(path), np.array(memories)


def error(ours, theirs):
    """The worst of |ours - theirs| / max(1, |theirs|), up to where theirs overflowed."""
    alive = np.isfinite(theirs).all(-1)
    if not alive[0]:
        return np.inf
    worst = np.abs(ours[alive] - theirs[alive]) / np.maximum(1, np.abs(theirs[alive]))
    return float(np.inf if np.isnan(worst).any() else worst.max())


def name_of(run):
    """A run in a few words."""
    knobs = ",".join(f"{knob}={value}" for knob, value in run["knobs"].items())
    parts = [run.get("landscape"), run["optimizer"], knobs]
    if "slopes" in run:
        parts.append(f"slopes {run['slopes']}")
    elif run["schedule"] != "constant":
        parts += [run["schedule"], f"warmup={run['warmup']}" if run["warmup"] else None]
    parts += [name for name, _ in run.get("wrappers", [])]
    return "-".join(part for part in parts if part)
