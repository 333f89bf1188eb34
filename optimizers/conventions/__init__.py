"""The same rules as others define them: Keras, or the paper that proposed them.

Those in the folder above are PyTorch's. To add a variant of one, add a file ``rule_key.py`` with a
function of that name, the ``RULE`` that it is a variant of, and in ``CONVENTION`` who defines it
so. The contract is that of `optimizers`. The knobs are called as the rule's where they mean the
same, and have the same range, but their own defaults: those of who defines it so.

    run = descend(f, start, CONVENTIONS["rmsprop"]["keras"], steps=500, lr=0.01)
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any

from optimizers.catalogue import functions

# Every variant by its own name.
VARIANTS = functions(__name__, __path__, "RULE")


def conventions(variants: Mapping[str, Callable[..., Any]]) -> dict[str, dict[str, Any]]:
    """{rule: {key: variant}}; the key is what the name of the variant has behind the rule's."""
    found: dict[str, dict[str, Any]] = {}
    for name, variant in variants.items():
        rule = sys.modules[variant.__module__].RULE
        found.setdefault(rule, {})[name.removeprefix(f"{rule}_")] = variant
    return found


def definer(variant: Callable[..., Any]) -> str:
    """Who defines a variant so, as one says it."""
    return str(sys.modules[variant.__module__].CONVENTION)


CONVENTIONS: Mapping[str, Mapping[str, Callable[..., Any]]] = conventions(VARIANTS)
