"""LaTeX -> MathML, which browsers draw by themselves: no script, no font, no other host."""

from __future__ import annotations

import functools
from typing import Any

from dash import html
from latex2mathml.converter import convert


@functools.cache
def mathml(latex: str) -> str:
    """The formula as MathML text, displayed as a block."""
    return str(convert(latex, display="block"))


def formula(latex: str) -> Any:
    """An element that the page fills with the formula (assets/formulas.mjs)."""
    return html.Span(className="formula", **{"data-mathml": mathml(latex)})
