"""Where a run can begin besides a point."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.experiment import Pick, knobs_of, pick
from app.knobs import describe
from app.link import parse, write, write_pick
from app.run import chunks
from landscapes import LANDSCAPES
from optimizers import STARTS

every = pytest.mark.parametrize("name", STARTS)
SURFACES = [LANDSCAPES[name]() for name in ("rosenbrock", "tanh_neuron", "small_network")]


def drawn(name, f, count=4000, **knobs):
    random = np.random.RandomState(0)
    chance = () if name == "zero" else (random,)
    return np.array([STARTS[name](f, *chance, **knobs) for _ in range(count)])


def test_they_are_what_the_menu_and_the_link_have():
    assert list(STARTS) == ["zero", "normal", "uniform", "xavier"]
    for name, start in STARTS.items():
        said = describe(start)
        assert said.title
        assert said.formulas
        assert all(knob.help for knob in knobs_of(STARTS, name).values())


@pytest.mark.parametrize("f", SURFACES, ids=lambda f: type(f).__name__)
def test_their_distributions_are_the_published_ones(f):
    assert not drawn("zero", f, 3).any()
    points = drawn("normal", f, sigma=2.5)
    np.testing.assert_allclose(points.std(0), 2.5, rtol=0.05)
    np.testing.assert_allclose(points.mean(0), 0, atol=0.15)
    low, high = np.array(f.domain).T
    for share in (1.0, 0.25):
        points = drawn("uniform", f, share=share)
        half = share * (high - low) / 2
        np.testing.assert_allclose(points.min(0), (low + high) / 2 - half, atol=0.01 * half.max())
        np.testing.assert_allclose(points.max(0), (low + high) / 2 + half, atol=0.01 * half.max())
        assert (np.abs(points - (low + high) / 2) <= half).all()
        np.testing.assert_allclose(points.std(0), half / 3**0.5, rtol=0.05)


def test_glorot_counts_fans_and_leaves_a_bias_at_zero():
    rosenbrock, neuron, network = SURFACES
    for f, bound in ((rosenbrock, 3**0.5), (neuron, 3**0.5), (network, (6 / 9) ** 0.5)):
        points = drawn("xavier", f)
        assert bound * 0.99 < np.abs(points[:, 0]).max() <= bound
        np.testing.assert_allclose(drawn("xavier", f, gain=2.0), 2 * points)
    assert not drawn("xavier", neuron)[:, 1].any()
    assert np.abs(drawn("xavier", network)[:, 1]).max() > 0.99 * (6 / 9) ** 0.5
    assert np.abs(drawn("xavier", LANDSCAPES["regression"]())[:, 1]).max() == 0


def starts(text):
    experiment, problems = parse(text)
    assert not problems
    found = [next(iter(chunks(experiment, run))).path[0, 0] for run in experiment.runs]
    return [tuple(point.tolist()) for point in found]


def test_one_start_for_all_or_one_each():
    runs = "&run=adam/look=0&run=momentum/look=4&run=lion/look=7"
    together = starts(f"landscape=hills&start=normal{runs}")
    assert len(set(together)) == 1
    apart = starts(f"landscape=hills&start=normal,each=1{runs}")
    assert len(set(apart)) == 3
    # Which other runs there are changes none of them.
    assert starts("landscape=hills&start=normal,each=1&run=lion/look=7") == apart[2:]
    assert starts(f"landscape=hills&start=normal,seed=1{runs}") != together
    assert starts(f"landscape=hills&start=normal,seed=1{runs}")[0] not in apart


def test_a_drawn_start_is_turned_as_a_point_is():
    plain = starts("landscape=quadratic&start=uniform,seed=5&run=adam")[0]
    turned = starts("landscape=quadratic,rotation=90&start=uniform,seed=5&run=adam")[0]
    np.testing.assert_allclose(turned, (-plain[1], plain[0]))


@every
@settings(max_examples=30)
@given(data=st.data())
def test_the_link_says_all_of_it(name, data):
    values = {}
    for knob in knobs_of(STARTS, name).values():
        numbers = st.integers if knob.whole else st.floats
        values[knob.name] = data.draw(numbers(knob.low, knob.high))
    picked = pick(STARTS, name, **values)
    link = f"landscape=hills&start={write_pick(picked)}&stop=0.001&seeds=7&run=adam"
    experiment, problems = parse(link)
    assert not problems
    assert experiment.start == picked
    assert (experiment.stop, experiment.seeds) == (0.001, 7)
    assert parse(write(experiment)) == (experiment, [])


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("start=normel", "start", "one of zero, normal, uniform, xavier"),
        (
            "start=normal,mean=3",
            "start",
            "normal has no knob “mean”; its knobs are sigma, seed, each",
        ),
        ("start=normal,sigma=-1", "start.sigma", "sigma must be from 0.001 to 1000"),
        ("start=zero,seed=1", "start", "it has no knobs"),
        ("start=uniform,each=2", "start.each", "each must be from 0 to 1"),
        ("stop=-1", "stop", "stop must be from 0 to 1"),
        ("stop=small", "stop", "stop must be a number"),
        ("seeds=0", "seeds", "seeds must be from 1 to 200"),
        ("seeds=1.5", "seeds", "whole number"),
        ("seeds=5&seeds=6", "seeds", "more than one seeds"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence(text, where, words):
    experiment, problems = parse(f"landscape=rosenbrock&{text}&run=adam")
    assert [problem.where for problem in problems] == [where]
    assert words in problems[0].sentence
    usual = (Pick("normal"), Pick("uniform"), Pick("zero"))
    assert experiment.start == (-1.2, 1.0) or experiment.start.key in {one.key for one in usual}


def test_every_start_begins_every_landscape():
    for (name, kind), start in itertools.product(LANDSCAPES.items(), STARTS):
        (point,) = starts(f"landscape={name}&start={start}&steps=1&run=adam")
        assert np.isfinite(point).all(), (kind, start)
