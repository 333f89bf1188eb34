"""The only reader of declarations: what a landscape, a rule or a schedule says of itself.

Landscapes are dataclasses, rules and schedules are functions; either way the keyword-only
parameters are the knobs, their annotations the ranges, and the docstring the help.
"""

from __future__ import annotations

import functools
import inspect
import math
import re
import sys
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Number = float | int
Value = Number | tuple[Number, ...] | tuple[tuple[Number, ...], ...]
# So many items of a list fit a link; of one's own examples, so many more may stand beside it.
LONGEST_LIST = 100
LONGEST_BESIDE = 10_000


class Beside(tuple[tuple[Number, ...], ...]):
    """A list that stands beside the link, which holds its name only; see app/beside.py."""

    name: str

    def __new__(cls, items: Iterable[tuple[Number, ...]], name: str) -> Beside:
        made = super().__new__(cls, items)
        made.name = name
        return made


@dataclass(frozen=True)
class Knob:
    """What a user can set: its default and range, how it is spaced, and what it does.

    ``scale`` is "linear", "log" (a range that begins at 0 has its zero at the end of the scale) or
    "near one" (even steps of -log10(1 - value), for the shares that are kept). ``hint`` says how a
    rate scales with the landscape, ("curvature", c) or ("width", c), or is None; ``once`` is true
    of a rate that is read at the first step only. A knob that is a list of numbers, or of pairs of
    them, has the range of each in ``parts``, and none of its own.
    """

    name: str
    default: Value
    low: Number = 0
    high: Number = 0
    scale: str = "linear"
    whole: bool = False
    help: str = ""
    hint: tuple[str, float] | None = None
    once: bool = False
    parts: tuple[Knob, ...] = ()

    def read(self, text: str) -> Value:
        """The value in a text. Raises ValueError with a sentence that says what to change."""
        return self._read_list(text) if self.parts else self._read_number(text)

    def _read_list(self, text: str) -> Value:
        """``1;2;3``, or ``1:0.5;2:0.1`` where an item is a pair."""
        if not text.strip() and self.default == ():
            return ()
        items = [item.split(":") for item in text.strip().strip(";").split(";")]
        if any(len(item) != len(self.parts) for item in items) or not text.strip():
            what = "pairs" if len(self.parts) > 1 else "numbers"
            example = write_value(self.default) or ("1:2;3:4" if len(self.parts) > 1 else "1;2")
            raise ValueError(f"{self.name} must be {what} such as {example}, not {shown(text)}.")
        if len(items) > LONGEST_LIST:
            words = f"{self.name} has {len(items)} items; {LONGEST_LIST} are the most"
            more = f" in a link, and a CSV file may hold {LONGEST_BESIDE:,}"
            raise ValueError(f"{words}{'' if self.default else more}.")
        rows = [
            tuple(part._read_number(word) for part, word in zip(self.parts, item, strict=True))
            for item in items
        ]
        return tuple(rows) if len(self.parts) > 1 else tuple(row[0] for row in rows)

    def _read_number(self, text: str) -> Number:
        number = read_number(self.name, text)
        if self.whole and number != int(number):
            raise ValueError(f"{self.name} must be a whole number, not {shown(text)}.")
        if not self.low <= number <= self.high:
            low, high = write_value(self.low), write_value(self.high)
            raise ValueError(f"{self.name} must be from {low} to {high}, not {shown(text)}.")
        return int(number) if self.whole else number


@dataclass(frozen=True)
class Description:
    """A docstring, taken apart: title, one sentence, formulas in LaTeX, and the rest.

    ``family`` is where the thing stands in its menu, or "".
    """

    title: str
    summary: str
    formulas: tuple[str, ...]
    notes: str
    family: str


def knobs(thing: Any) -> Mapping[str, Knob]:
    """The knobs of a landscape, a rule or a schedule, by name, in the order they are declared."""
    return _knobs(thing)


def describe(thing: Any) -> Description:
    """What the docstring of a landscape, a rule or a schedule says."""
    return _describe(thing)


@functools.cache
def _knobs(thing: Callable[..., Any]) -> Mapping[str, Knob]:
    hints = typing.get_type_hints(thing, include_extras=True)
    helps = dict(re.findall(r"^ *(\w+): (.+)$", inspect.getdoc(thing) or "", re.MULTILINE))
    found = {}
    for name, parameter in inspect.signature(thing).parameters.items():
        if parameter.kind is not parameter.KEYWORD_ONLY:
            continue
        kind, ends, *hint = typing.get_args(hints[name])
        facts: dict[str, Any] = {"default": parameter.default, "help": helps.get(name, "")}
        if typing.get_origin(kind) is tuple:
            item = typing.get_args(kind)[0]
            kinds = typing.get_args(item) or (item,)
            pairs = ends if typing.get_args(item) else (ends,)
            facts["parts"] = tuple(
                Knob(f"each of {name}", 0, low=pair[0], high=pair[1], whole=kind is int)
                for kind, pair in zip(kinds, pairs, strict=True)
            )
        else:
            facts |= dict(zip(("low", "high", "scale"), ends, strict=False))
            facts |= {"whole": kind is int, "once": "first step only" in hint}
            facts["hint"] = next((each for each in hint if isinstance(each, tuple)), None)
        found[name] = Knob(name, **facts)
    return types.MappingProxyType(found)


@functools.cache
def _describe(thing: Callable[..., Any]) -> Description:
    doc = inspect.getdoc(thing) or ""
    head, _, rest = doc.partition("\n")
    title, _, summary = head.partition(": ")
    formulas = tuple(re.findall(r"\$\$\s*(.+?)\s*\$\$", rest, re.DOTALL))
    rest = re.sub(r"\$\$.+?\$\$", "", rest, flags=re.DOTALL)
    for name in inspect.signature(thing).parameters:
        rest = re.sub(rf"^ *{name}: .+$", "", rest, flags=re.MULTILINE)
    notes = "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", rest.strip()))
    family = getattr(thing, "FAMILY", "") or getattr(sys.modules[thing.__module__], "FAMILY", "")
    return Description(title, summary[:1].upper() + summary[1:], formulas, notes.strip(), family)


def read_number(name: str, text: str) -> float:
    """A finite number in a text. Raises ValueError with a sentence that says what to change."""
    text = text.strip()
    if not text:
        raise ValueError(f"{name} is empty; it needs a number.")
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        raise ValueError(f"{name} needs a decimal point: {text.replace(',', '.')}, not {text}.")
    try:
        number = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        raise ValueError(f"{name} must be a number, not {shown(text)}.") from None
    if not math.isfinite(number):
        raise ValueError(f"{name} must be a finite number, not {shown(text)}.")
    return number


def write_value(value: Value) -> str:
    """The shortest text that reads back as the same value."""
    if isinstance(value, Beside):
        return value.name
    if not isinstance(value, tuple):
        return repr(value).removesuffix(".0")
    rows = [item if isinstance(item, tuple) else (item,) for item in value]
    return ";".join(":".join(write_value(number) for number in row) for row in rows)


def shown(text: str) -> str:
    """A text as a sentence can quote it."""
    text = " ".join(text.split())
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"
