"""Optimizers and learning-rate schedules for points in the plane, as plain NumPy.

To add an optimizer, add a file ``name.py`` to this folder with a function of that name, the
``YEAR`` it was published and its ``FAMILY`` in the menu. The contract:

    name(x, g, t, memory=0.0, ..., *, lr, knobs...) -> (x, memory, ...)

``x`` is the point, ``g`` the gradient there, ``t`` counts steps from 1; positional parameters with
a default are the rule's memory, keyword-only ones its knobs. Nothing is written in place, and all
is elementwise: the same lines run on floats and on arrays of many walkers. A rule that needs more
than the gradient at ``x`` names its second parameter ``f`` and is given the landscape itself, with
``x`` of shape (walkers, 2). Knobs are annotated ``Annotated[float, (low, high, "log")]``; a rate
may say how it scales with the landscape, ``("curvature", 0.5)`` or ``("width", 0.01)``, and that it
is read at the ``"first step only"``. The docstring gives the title, the formula between ``$$`` and
a line per knob.

    run = descend(f, start, OPTIMIZERS["adam"], steps=500, schedule=SCHEDULES["cosine"], lr=0.05)
"""

from optimizers.catalogue import functions
from optimizers.conventions import CONVENTIONS
from optimizers.descend import Checkpoint, Chunk, Trajectory, descend, ends, stream, visits
from optimizers.schedules import SCHEDULES
from optimizers.starts import STARTS
from optimizers.status import Status
from optimizers.warmup import warmup
from optimizers.wrappers import WRAPPERS

__all__ = [
    "CONVENTIONS",
    "OPTIMIZERS",
    "SCHEDULES",
    "STARTS",
    "WRAPPERS",
    "Checkpoint",
    "Chunk",
    "Status",
    "Trajectory",
    "descend",
    "ends",
    "stream",
    "visits",
    "warmup",
]

OPTIMIZERS = functions(__name__, __path__, "YEAR")
