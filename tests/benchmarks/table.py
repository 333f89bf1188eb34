"""One line per bar."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

WIDTH = 58


@dataclass(frozen=True)
class Row:
    """What was measured in each repetition, against a bar as ">= 50", "<= 1/10" or "<= 60 ms".

    A ``bar`` of "" is none, for what is only told.
    """

    what: str
    bar: str
    values: Sequence[float]
    note: str = ""


@dataclass(frozen=True)
class Skipped:
    what: str
    reason: str


def show(row: Row | Skipped) -> str:
    """A line of the table."""
    if isinstance(row, Skipped):
        return f"  {row.what:{WIDTH}} skipped: {row.reason}"
    middle = statistics.median(row.values)
    texts = [_number(v, row.bar) for v in (middle, min(row.values), max(row.values))]
    measured = f"{texts[0]} ({texts[1]} to {texts[2]})"
    verdict = {True: "ok", False: "MISSED", None: ""}[holds(row)]
    note = f"  [{row.note}]" if row.note else ""
    return f"  {row.what:{WIDTH}} {row.bar:10} {measured:28} {verdict:6}{note}".rstrip()


def holds(row: Row) -> bool | None:
    """Whether the median is within the bar; None for no bar."""
    found = re.match(r"(<=|>=) ([\d./]+)", row.bar)
    if not found:
        return None
    limit = float(Fraction(found[2]))
    middle = statistics.median(row.values)
    return middle <= limit if found[1] == "<=" else middle >= limit


def _number(value: float, bar: str) -> str:
    """A number in the way its bar is written."""
    if "1/" in bar and value > 0:
        return f"1/{1 / value:.3g}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"
