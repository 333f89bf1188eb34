"""What the catalogues declare can be read, and what is read can be written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.knobs import describe, knobs, read_number, write_value
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_written_so_that_they_read_back(number: float) -> None:
    assert read_number("it", write_value(number)) == number


def catalogue() -> list[tuple[str, Any]]:
    catalogues = (LANDSCAPES, OPTIMIZERS, SCHEDULES, WRAPPERS)
    return [item for c in catalogues for item in c.items()]


@pytest.mark.parametrize(("key", "thing"), catalogue())
def test_everything_declares_help_formula_and_ranges(key: str, thing: Any) -> None:
    said = describe(thing)
    assert said.title
    assert said.summary.endswith(".")
    assert said.formulas
    for knob in knobs(thing).values():
        assert knob.help, f"{key}: {knob.name} has no line in the docstring"
        assert knob.read(write_value(knob.default)) == knob.default
        for each in knob.parts or (knob,):
            assert each.low < each.high
            assert each.scale in ("linear", "log", "near one")
