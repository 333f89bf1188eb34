"""Loss landscapes for points in the plane, as plain NumPy.

To add one, add a file ``name.py`` to this folder. It holds one frozen dataclass, a `Landscape` with
an ``ORDER`` and a ``FAMILY``, whose docstring gives the title, the formula between ``$$`` and a
line per knob. Its knobs, their ranges and its help reach the page, the link and the tests from
there; nothing else is to be edited.

    f = LANDSCAPES["rosenbrock"](b=100.0)
    f(points), f.grad(points), f.hessian(points)      # points (..., 2)
    f.minima, f.saddles, f.lowest, f.domain, f.start
    rotated(regularised(f, l2=0.1), degrees=30)       # a landscape as well
"""

import importlib
import pkgutil
from collections.abc import Mapping

from landscapes.landscape import Landscape
from landscapes.regularised import regularised
from landscapes.rotated import rotated

__all__ = ["LANDSCAPES", "Landscape", "regularised", "rotated"]


def _discover() -> Mapping[str, type[Landscape]]:
    """Every landscape found in this folder, by its file's name, in teaching order."""
    found = {}
    for file in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{file.name}")
        for thing in vars(module).values():
            # What wraps a landscape has no place of its own in the order.
            if isinstance(thing, type) and issubclass(thing, Landscape) and hasattr(thing, "ORDER"):
                found[file.name] = thing
    return dict(sorted(found.items(), key=lambda item: (item[1].ORDER, item[0])))


LANDSCAPES = _discover()
