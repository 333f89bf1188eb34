"""What our rules and schedules were held against, and how closely they agree.

optimizers/verified.json is written by ``python -m tests.data.record``, which measures it.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any


def verified(key: str) -> str:
    """A sentence on a rule or a schedule; "" for what no other library has."""
    entry = _entries().get(key)
    if entry is None:
        return ""
    runs = f", {entry['runs']} runs" if "runs" in entry else ""
    words = (
        f"Verified against {entry['oracle']} ({entry['name']}): within {entry['tolerance']:.0e}"
        f"{runs} of {entry['steps']:,} steps"
    ).replace("e-0", "e-")
    return f"{words}; {entry['except']}." if "except" in entry else f"{words}."


@functools.cache
def _entries() -> Mapping[str, Any]:
    file = resources.files("optimizers") / "verified.json"
    return dict(json.loads(file.read_text("utf-8")))
