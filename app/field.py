"""Which way is down: the field of -gradient over the picture."""

from __future__ import annotations

import numpy as np

from app.run import message
from landscapes import Landscape

# Points a side; the page draws every so many of them as there is room for.
RESOLUTION = 65


def field(surface: Landscape) -> bytes:
    """-gradient f on a grid over the picture, as a message (app/run.py): (2, rows, rows).

    First along x, then along y, each row by row from below. Its head says the number of ``rows``.
    """
    x, y = np.meshgrid(*(np.linspace(*ends, RESOLUTION) for ends in surface.domain))
    downhill = -surface.grad(np.stack([x, y], axis=-1))
    return message({"rows": RESOLUTION}, np.moveaxis(downhill, -1, 0))
