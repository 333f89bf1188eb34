"""Link and experiment are the same thing in two forms."""

import functools
import string
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.experiment import (
    LONGEST_NAME,
    MOST_RUNS,
    Y_RATE,
    Experiment,
    Pick,
    Run,
    forked,
    free_look,
    knobs_of,
)
from app.experiment import pick as choose
from app.knobs import Knob
from app.link import default, parse, write
from app.rates import suited
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS


def values(knob: Knob) -> st.SearchStrategy[Any]:
    if knob.parts:
        item = st.tuples(*map(values, knob.parts)) if len(knob.parts) > 1 else values(*knob.parts)
        return st.lists(item, min_size=1, max_size=8).map(tuple)
    if knob.whole:
        return st.integers(int(knob.low), int(knob.high))
    return st.floats(knob.low, knob.high, allow_subnormal=False)


def picks(catalogue: Any) -> st.SearchStrategy[Pick]:
    @functools.cache
    def of(key: str) -> st.SearchStrategy[Pick]:
        settings = {name: values(knob) for name, knob in knobs_of(catalogue, key).items()}
        drawn = st.tuples(*settings.values())
        return drawn.map(lambda these: Pick(key, tuple(zip(settings, these, strict=True))))

    return st.sampled_from(list(catalogue)).flatmap(of)


LANDSCAPE, OPTIMIZER, SCHEDULE = (picks(c) for c in (LANDSCAPES, OPTIMIZERS, SCHEDULES))
EACH_WRAPPER = [picks({key: wrapper}) for key, wrapper in WRAPPERS.items()]
names = st.text(max_size=LONGEST_NAME).map(lambda text: " ".join(text.split())).filter(
    lambda text: "\ufffd" not in text and text.encode("utf-8", "ignore").decode() == text
)  # fmt: skip
coordinates = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def experiments(draw: Any) -> Experiment:
    looks = draw(st.lists(st.integers(0, 31), unique=True, max_size=MOST_RUNS))
    runs = tuple(
        Run(
            draw(OPTIMIZER),
            draw(SCHEDULE),
            tuple(draw(wrapper) for wrapper in EACH_WRAPPER if draw(st.booleans())),
            warmup=draw(st.integers(0, 10_000)),
            y_rate=draw(values(Y_RATE)),
            name=draw(names),
            look=look,
        )
        for look in looks[:4]
    )
    steps = draw(st.integers(1, 10_000))
    if len(runs) > 1 and draw(st.booleans()):
        # The last goes on from the first.
        runs = (*runs[:-1], replace(runs[-1], past=forked(runs[0], draw(st.integers(0, steps)))))
    start = (draw(coordinates), draw(coordinates))
    return Experiment(draw(LANDSCAPE), start, steps, runs)


@given(experiments())
def test_a_link_reads_back_as_the_same_experiment(experiment: Experiment) -> None:
    again, problems = parse(write(experiment))
    assert not problems
    assert again == experiment
    assert hash(again) == hash(experiment)
    assert write(again) == write(experiment)


@given(st.text(alphabet=string.printable + "é∞%", max_size=300))
def test_any_text_opens_with_something_that_can_be_shown(text: str) -> None:
    experiment, problems = parse(text)
    assert parse(write(experiment)) == (experiment, [])
    assert all(problem.sentence and problem.where for problem in problems)


@given(experiments(), st.data())
def test_damage_is_reported_and_the_rest_is_kept(experiment: Experiment, data: Any) -> None:
    link = write(experiment)
    at = data.draw(st.integers(0, len(link) - 1))
    damaged = link[:at] + data.draw(st.sampled_from("#x&=,/%")) + link[at + 1 :]
    again, _ = parse(damaged)
    assert parse(write(again)) == (again, [])


def test_what_a_link_leaves_out_is_filled_in() -> None:
    experiment, problems = parse("?landscape=himmelblau&run=adam")
    assert not problems
    assert experiment.start == LANDSCAPES["himmelblau"].start
    assert experiment.runs == (Run(suited("adam", choose(LANDSCAPES, "himmelblau"))),)
    assert parse("") == (default(), [])
    assert parse("run=")[0].runs == ()


def test_looks_are_never_shared() -> None:
    experiment, _ = parse("run=adam/look=3&run=adam/look=3&run=adam")
    assert len({run.look for run in experiment.runs}) == 3
    assert free_look(experiment.runs) not in {run.look for run in experiment.runs}
