"""What can stand between a rule and its landscape, for one run.

To add one, add a file ``name.py`` with a function of that name and an ``ORDER``: the lowest stands
next to the landscape. The contract:

    name(f, *, knobs...) -> f             round the oracle (optimizers/oracle.py)
    name(rule, *, knobs...) -> rule       round the rule

``f`` has ``value``, ``slope`` and ``curvature``, each of (x, y, t) and elementwise, and is replaced
with ``dataclasses.replace``. The surface that is drawn and the loss that is told stay those of the
landscape. Knobs are bound with ``functools.partial``:

    descend(f, start, rule, steps=500, wrappers=[partial(WRAPPERS["clip_norm"], limit=1.0)])

A ``seed`` is a number, or has one value per walker; each of them then meets what it would alone.
"""

from optimizers.catalogue import functions

WRAPPERS = functions(__name__, __path__, "ORDER")
