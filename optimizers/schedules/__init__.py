"""Learning-rate schedules: the rate of each step as a function of time, or of the loss.

To add one, add a file ``name.py`` with a function of that name and an ``ORDER`` (its place in the
menu). The contract:

    name(lr, k, steps, *, knobs...) -> rate
    name(lr, k, steps, loss, memory=..., *, knobs...) -> (rate, memory, ...)

``lr`` is the rate that was asked for, ``k`` the number of steps already taken (0 before the first)
and ``steps`` how many there will be. A schedule that asks for ``loss`` is told f where the step
before it began (from k = 1 on), and is given back what it returned as memory. Everything is
elementwise in ``lr`` and ``loss``. Knobs are bound with ``functools.partial``.
"""

from optimizers.catalogue import functions

SCHEDULES = functions(__name__, __path__, "ORDER")
