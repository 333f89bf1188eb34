"""Our side of a recording of schedules, and how far our rates are from the others'.

A recording is a file of arrays, beside it in ``about`` the settings and versions as JSON:

    rates      (settings, steps)     the rate of each step; nan where none is kept
    momenta    (settings, steps)     the momentum that goes with it; nan where there is none
    losses     (kinds, steps)        what a reactive schedule is told

A setting tells ``schedule``, ``knobs``, ``lr``, ``warmup``, ``steps`` and ``losses``, which of the
kinds. Rates are compared relative to ``lr``.
"""

import functools
import inspect
import json
from pathlib import Path

import numpy as np

from optimizers import SCHEDULES, warmup

TOLERANCE = 1e-12


class Recording:
    def __init__(self, file):
        with np.load(Path(file)) as arrays:
            self.arrays = dict(arrays)
        self.about = json.loads(str(self.arrays["about"]))
        self.settings = self.about["settings"]

    @functools.cache  # noqa: B019, one recording lives as long as the tests
    def error(self, index):
        """The worst error of the rates, relative to lr, and of the momentum of one setting."""
        setting = self.settings[index]
        ours = follow(setting, self.arrays["losses"][setting["losses"]])
        rates, momenta = (self.arrays[n][index][: setting["steps"]] for n in ("rates", "momenta"))
        kept = np.isfinite(rates)
        if (np.isnan(ours[1]) != np.isnan(momenta))[kept].any():
            return np.inf
        worst = np.abs(ours[0] - rates)[kept].max() / setting["lr"]
        return float(max(worst, np.abs(ours[1] - momenta)[np.isfinite(momenta)].max(initial=0)))

    def verified(self):
        """{schedule: what can be said of it}, from rates that are really computed here and now."""
        return {name: self._verified(name) for name in self.about["names"]}

    def _verified(self, name):
        mine = [i for i, setting in enumerate(self.settings) if setting["schedule"] == name]
        worst = max(self.error(i) for i in mine)
        return {
            "oracle": self.about["oracle"],
            "name": self.about["names"][name],
            "tolerance": TOLERANCE if worst <= TOLERANCE else worst,
            "runs": len(mine),
            "steps": max(self.settings[i]["steps"] for i in mine),
        }


def follow(setting, losses):
    """The rate and the momentum of each step of one of our schedules: two of (steps,)."""
    bound = functools.partial(SCHEDULES[setting["schedule"]], **setting["knobs"])
    schedule = warmup(bound, setting["warmup"])
    reacts = "loss" in inspect.signature(schedule).parameters
    rates, momenta, memory = [], [], ()
    for k in range(setting["steps"]):
        momentum = None
        if reacts:
            told = losses[k - 1] if k else np.nan
            rate, *memory = schedule(setting["lr"], k, setting["steps"], told, *memory)
        else:
            rate = schedule(setting["lr"], k, setting["steps"])
            rate, momentum = rate if isinstance(rate, tuple) else (rate, None)
        rates.append(float(rate))
        momenta.append(np.nan if momentum is None else momentum)
    return np.array(rates), np.array(momenta)


def name_of(setting):
    """A setting in a few words."""
    knobs = ",".join(f"{knob}={value}" for knob, value in setting["knobs"].items())
    ends = [f"{k}={setting[k]}" for k in ("warmup", "losses") if setting[k]]
    return "-".join(part for part in [setting["schedule"], knobs, *ends, str(setting["steps"])])
