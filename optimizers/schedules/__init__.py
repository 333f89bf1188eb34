"""Learning-rate schedules: the rate of each step as a function of time, or of the loss.

To add one, add a file ``name.py`` with a function of that name and an ``ORDER`` (its place in the
menu). The contract:

    name(lr, k, steps, *, knobs...) -> rate
    name(lr, k, steps, *, knobs...) -> (rate, momentum)
    name(lr, k, steps, loss, memory=..., *, knobs...) -> (rate, memory, ...)

``lr`` is the rate that was asked for, ``k`` the number of steps already taken (0 before the first)
and ``steps`` how many there will be, 1 or more. A momentum goes to the rule's knob ``momentum``, or
else ``beta1``, if it has one; None leaves the rule its own. A schedule that asks for ``loss`` is
told f where the step before it began (from k = 1 on), and is given back what it returned as memory.
Everything is elementwise in ``lr`` and ``loss``.

Knobs are annotated as a rule's are, and bound with ``functools.partial``. A schedule may also have
lists: whole numbers, ``Annotated[tuple[int, ...], (low, high)]``, or pairs,
``Annotated[tuple[tuple[int, float], ...], ((low, high), (low, high))]``.
"""

from optimizers.catalogue import functions

SCHEDULES = functions(__name__, __path__, "ORDER")
