"""The surface as a run sees it at a step: that of its batch, or tilted by noise."""

from __future__ import annotations

import numpy as np

from app.experiment import Experiment, Run
from app.run import message, oracle

# As fine as lines need to be that change from step to step.
RESOLUTION = 61


def seen(experiment: Experiment, run: Run, step: int) -> bytes:
    """The heights on a grid over the picture, row by row from below, as a message (app/run.py).

    The rule meets them in ``step``, counted from 1. Its head says the ``step`` and the number of
    ``rows``. Raises ValueError for a run that sees the surface as it is.
    """
    surface = experiment.surface
    met = oracle(surface, run)
    if met is None:
        raise ValueError("This run sees the surface as it is drawn.")
    x, y = np.meshgrid(*(np.linspace(*ends, RESOLUTION) for ends in surface.domain))
    with np.errstate(all="ignore"):
        heights = met.value(x, y, step)
    return message({"step": step, "rows": RESOLUTION}, np.broadcast_to(heights, x.shape))
