"""Loss landscapes for points in the plane, as plain NumPy.

To add one, add a file ``name.py`` to this folder. It holds one frozen dataclass, a `Landscape`,
whose docstring gives the title, the formula between ``$$`` and a line per knob. Its knobs, their
ranges and its help reach the page, the link and the tests from there; nothing else is to be edited.

    f = LANDSCAPES["rosenbrock"](b=100.0)
    f(points), f.grad(points), f.hessian(points)      # points (..., 2)
    f.minima, f.saddles, f.domain, f.start
"""

import importlib
import pkgutil
from collections.abc import Mapping

from landscapes.landscape import Landscape

__all__ = ["LANDSCAPES", "Landscape"]


def _discover() -> Mapping[str, type[Landscape]]:
    """Every landscape found in this folder, by its file's name, in teaching order."""
    found = {}
    for file in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{file.name}")
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, Landscape) and thing is not Landscape:
                found[file.name] = thing
    return dict(sorted(found.items(), key=lambda item: (item[1].ORDER, item[0])))


LANDSCAPES = _discover()
