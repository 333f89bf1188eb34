"""The verdict in plain words; and that every run can be told, in numbers that were measured."""

import dataclasses
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimizers.sentence as module
from landscapes import LANDSCAPES, regularised, rotated
from optimizers import OPTIMIZERS, SCHEDULES, Status
from optimizers.evaluations import Evaluations
from optimizers.sentence import sentence, share_in_words
from tests.test_verdict import like, told

surfaces = pytest.mark.parametrize("surface", LANDSCAPES)
rules = pytest.mark.parametrize("rule", OPTIMIZERS)


@pytest.mark.parametrize(
    ("surface", "rule", "settings", "words"),
    [
        (
            "quadratic",
            "momentum",
            {"steps": 300, "lr": 0.02, "momentum": 0.9},
            "crossed the valley 16 times; four fifths of the path was sideways; "
            "found the minimum after 104 steps",
        ),
        (
            "quadratic",
            "gradient_descent",
            {"steps": 300, "lr": 0.21},
            "left the picture at step 6 along y; each step went 1.1 times as far that way as the "
            "one before; a rate of 0.1996 in place of 0.21 would have held "
            "(where it left, plain descent holds below 2/λ = 0.2)",
        ),
        (
            "sphere",
            "gradient_descent",
            {"steps": 100, "lr": 0.1},
            "went almost straight; found the minimum after 26 steps",
        ),
        (
            "mccormick",
            "gradient_descent",
            {"steps": 300, "lr": 0.05},
            "went almost straight; ended in the higher of the two minima after 27 steps, "
            "3.142 above the lowest known value",
        ),
        (
            "himmelblau",
            "newton",
            {"steps": 30, "lr": 0.0},
            "stalled from the start, 180.3 above the lowest known value",
        ),
        (
            "himmelblau",
            "newton",
            {"steps": 30, "lr": 1.0},
            "never came below f = 180.3, where it began; stalled on a summit after 2 steps and "
            "2 Hessians, 181.6 above the lowest known value",
        ),
        (
            "saddle",
            "newton",
            {"steps": 30, "lr": 1.0},
            "stalled at a saddle after 1 step and 1 Hessian",
        ),
        (
            "saddle",
            "gradient_descent",
            {"steps": 60, "lr": 0.1},
            "left the picture at step 42, lower than it began: there is no minimum to find",
        ),
        (
            "cubic",
            "gradient_descent",
            {"steps": 0, "lr": 0.1},
            "still moving after 0 steps, with |gradient| = 4.761",
        ),
        (
            "himmelblau",
            "sam",
            {"steps": 500, "lr": 0.01},
            "turned back 488 times; walked 25.58 times the straight distance; still moving close "
            "to one of the four minima after 500 steps and 1000 gradients, 0.7076 above the lowest "
            "known value",
        ),
        (
            "quadratic",
            "gradient_descent",
            {"steps": 300, "lr": 0.5, "schedule": SCHEDULES["cosine"]},
            "left the picture at step 1 along y; 0.8008 times its rates would have held, 0.4004 in "
            "place of 0.5 at that step (where it left, plain descent holds below 2/λ = 0.2)",
        ),
        (
            "himmelblau",
            "gradient_descent",
            {"steps": 30, "lr": 0.01, "start": (3.0, 2.0)},
            "was at one of the four minima from the start",
        ),
    ],
)
def test_what_is_said(surface, rule, settings, words):
    assert sentence(*told(LANDSCAPES[surface](), rule, **settings)) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"minima": 1, "lowest": True}, "found the minimum"),
        ({"minima": 2, "lowest": True}, "found the lower of the two minima"),
        ({"minima": 5, "lowest": True}, "found the lowest of the five minima"),
        ({"minima": 5, "lowest": False}, "ended in a higher one of the five minima"),
        ({"minima": 4, "lowest": True, "lowest_minima": 4}, "found one of the four minima"),
        (
            {"minima": 84, "lowest": True, "lowest_minima": 2},
            "found one of the lowest of the 84 minima",
        ),
    ],
)
def test_which_minimum_it_was(changes, words):
    v = like(status=Status("converged", 212, ""), **changes)
    v = dataclasses.replace(v, settled_asked=Evaluations(0, 424, 0))
    higher = "" if v.lowest else f", {v.gap:.4g} above the lowest known value"
    assert sentence(v) == f"{words} after 212 steps and 424 gradients{higher}"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"crossings": 9, "sideways": 0.01}, "turned back 9 times"),
        ({"crossings": 9, "sideways": 0.2}, "crossed the valley 9 times"),
        (
            {"crossings": 9, "sideways": 0.5, "ratio": 5.0},
            "crossed the valley 9 times; half of the path was sideways",
        ),
        (
            {"crossings": 9, "sideways": 0.5, "ratio": 40.0},
            "walked 40 times the straight distance; crossed the valley 9 times",
        ),
        (
            {"first_loss": 9.0, "final_loss": 3.0, "best_loss": 1.0, "best_step": 7},
            "was lowest at step 7, where f = 1",
        ),
        ({"ratio": 1.001}, "went almost straight"),
        ({}, ""),
    ],
)
def test_what_is_remarkable_of_the_way(changes, words):
    plain = {"crossings": 0, "sideways": 0.0, "ratio": 1.3}
    said = sentence(like(**{**plain, **changes}))
    way, _, outcome = said.rpartition("; ")
    assert way == words
    assert outcome.startswith("still moving after 40 steps, ")


@given(st.floats(0.0, 1.0))
def test_a_fraction_in_words_is_at_most_a_twentieth_away(share):
    words = share_in_words(share)
    said = {name: value for value, name in module.SHARES.items()}
    assert abs(said.get(words, 0.0) - share) <= 0.05 + 1e-12
    assert (words in said) == (share >= 0.05)


# Every run.


def numbers_in(thing):
    if isinstance(thing, Status):
        yield thing.step
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from numbers_in(getattr(thing, field.name))
    elif isinstance(thing, tuple):
        for part in thing:
            yield from numbers_in(part)
    elif thing is not None and not isinstance(thing, str):
        yield thing


def check(v, why):
    """All numbers are finite, and all that are told are among them."""
    for number in [*numbers_in(v), *numbers_in(why)]:
        assert type(number) in (int, float, bool)
        assert math.isfinite(number)
    words = sentence(v, why)
    assert 1 <= len(words.split("; ")) <= 3
    assert "nan" not in words
    assert "None" not in words
    measured = [*numbers_in(v), *(numbers_in(why) if why else ())]
    shown = {f"{n:.4g}" for n in measured} | {str(n) for n in measured}
    if why and why.angle is not None:
        shown.add(str(round(why.angle) % 180))
    if "2/λ" in words:
        shown.add("2")
    for number in re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", words):
        assert number in shown


STARTS = {
    "own": None,
    "outside": (5e3, 5e3),
    "far": (1e200, -1e200),
    "nowhere": (np.nan, 0.0),
    "infinite": (np.inf, 0.0),
}


@surfaces
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("steps", [0, 40])
@pytest.mark.parametrize("lr", [0.0, 1e-3, 1e6])
def test_every_run_can_be_measured_and_told(surface, start, steps, lr):
    check(*told(LANDSCAPES[surface](), start=STARTS[start], steps=steps, lr=lr))


@surfaces
@rules
def test_every_rule_can_be_measured_on_every_landscape(surface, rule):
    f = LANDSCAPES[surface]()
    check(*told(rotated(regularised(f, 0.1), 30.0), rule, steps=30, lr=1.0, y_rate=2.0))


@surfaces
def test_a_run_from_a_minimum_that_stays_can_be_told(surface):
    f = LANDSCAPES[surface]()
    for minimum in f.minima[:3]:
        v, _ = told(f, start=minimum, steps=0, lr=0.1)
        check(v, None)
        assert (v.length, v.ratio, v.sideways, v.crossings) == (0, None, None, 0)


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(LANDSCAPES)),
    st.sampled_from(sorted(OPTIMIZERS)),
    st.sampled_from(sorted(SCHEDULES)),
    st.floats(1e-6, 1e6),
    st.integers(0, 60),
)
def test_whatever_the_rate_and_schedule_a_run_can_be_told(surface, rule, schedule, lr, steps):
    f = LANDSCAPES[surface]()
    check(*told(f, rule, steps=steps, lr=lr, schedule=SCHEDULES[schedule]))
