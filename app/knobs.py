"""The only reader of declarations: what a landscape, a rule or a schedule says of itself.

Landscapes are dataclasses, rules and schedules are functions; either way the keyword-only
parameters are the knobs, their annotations the ranges, and the docstring the help.
"""

from __future__ import annotations

import inspect
import math
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Number = float | int


@dataclass(frozen=True)
class Knob:
    """One number a user can set: its default and range, how it is spaced, and what it does.

    ``scale`` is "linear", "log" (a range that begins at 0 has its zero at the end of the scale) or
    "near one" (even steps of -log10(1 - value), for the shares that are kept). ``hint`` says how a
    rate scales with the landscape, ("curvature", c) or ("width", c), or is None.
    """

    name: str
    default: Number
    low: Number
    high: Number
    scale: str = "linear"
    whole: bool = False
    help: str = ""
    hint: tuple[str, float] | None = None

    def read(self, text: str) -> Number:
        """The number in a text. Raises ValueError with a sentence that says what to change."""
        number = read_number(self.name, text)
        if self.whole and number != int(number):
            raise ValueError(f"{self.name} must be a whole number, not {shown(text)}.")
        if not self.low <= number <= self.high:
            low, high = write_number(self.low), write_number(self.high)
            raise ValueError(f"{self.name} must be from {low} to {high}, not {shown(text)}.")
        return int(number) if self.whole else number


@dataclass(frozen=True)
class Description:
    """A docstring, taken apart: title, one sentence, formulas in LaTeX, and the rest."""

    title: str
    summary: str
    formulas: tuple[str, ...]
    notes: str


def knobs(thing: Callable[..., Any]) -> Mapping[str, Knob]:
    """The knobs of a landscape, a rule or a schedule, by name, in the order they are declared."""
    hints = typing.get_type_hints(thing, include_extras=True)
    helps = dict(re.findall(r"^ *(\w+): (.+)$", inspect.getdoc(thing) or "", re.MULTILINE))
    found = {}
    for name, parameter in inspect.signature(thing).parameters.items():
        if parameter.kind is not parameter.KEYWORD_ONLY:
            continue
        kind, (low, high, *scale), *hint = typing.get_args(hints[name])
        found[name] = Knob(
            name=name,
            default=parameter.default,
            low=low,
            high=high,
            scale=scale[0] if scale else "linear",
            whole=kind is int,
            help=helps.get(name, ""),
            hint=hint[0] if hint else None,
        )
    return found


def describe(thing: Callable[..., Any]) -> Description:
    """What the docstring of a landscape, a rule or a schedule says."""
    doc = inspect.getdoc(thing) or ""
    head, _, rest = doc.partition("\n")
    title, _, summary = head.partition(": ")
    formulas = tuple(re.findall(r"\$\$\s*(.+?)\s*\$\$", rest, re.DOTALL))
    rest = re.sub(r"\$\$.+?\$\$", "", rest, flags=re.DOTALL)
    for name in inspect.signature(thing).parameters:
        rest = re.sub(rf"^ *{name}: .+$", "", rest, flags=re.MULTILINE)
    notes = "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", rest.strip()))
    return Description(title, summary[:1].upper() + summary[1:], formulas, notes.strip())


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


def write_number(number: Number) -> str:
    """The shortest text that reads back as the same number."""
    text = repr(number)
    return text.removesuffix(".0")


def shown(text: str) -> str:
    """A text as a sentence can quote it."""
    text = " ".join(text.split())
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"
