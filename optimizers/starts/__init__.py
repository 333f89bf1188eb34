"""Where a run can begin, besides a point that is given: initialisations.

To add one, add a file ``name.py`` with a function of that name and an ``ORDER`` in the menu. The
contract:

    name(f, *, knobs...) -> (x, y)              the same each time
    name(f, random, *, knobs...) -> (x, y)      drawn

``f`` is the landscape as it is by itself, ``random`` a numpy RandomState, whose numbers NumPy
promises never to change.

    STARTS["normal"](f, np.random.RandomState(0), sigma=1.0)
"""

from optimizers.catalogue import functions

STARTS = functions(__name__, __path__, "ORDER")
