"""Runs repeated over many seeds, and the surface as a run sees it."""

import json
import re

import numpy as np
import pytest

from app.link import parse
from app.repeats import BANDS, MARKS, quantiles, repeats
from app.run import chunks, floor
from app.seen import RESOLUTION, seen
from landscapes import LANDSCAPES
from optimizers.wrappers.batch import steps_in_epoch
from tests.test_data_landscapes import parted

BATCHED = "landscape=tanh_neuron&steps=90&seeds=9&run=adam,lr=0.03/batch,size=8,seed=5"


def read(body):
    size, length = np.frombuffer(body[:8], "<u4")
    planes = np.frombuffer(body[8 + size :], np.uint8).reshape(4, -1)
    assert planes.size == length
    return json.loads(body[8 : 8 + size]), planes.T.copy().view("<f4").ravel()


def experiment_of(text):
    experiment, problems = parse(text)
    assert not problems
    return experiment


def repeated(text):
    *found, (end, _) = (read(body) for body in repeats(experiment_of(text)))
    assert end == {"status": []}
    return found


def path(text):
    experiment = experiment_of(text)
    parts = list(chunks(experiment, experiment.runs[0]))
    loss = np.concatenate([part.loss[:, 0] for part in parts])
    slope = np.linalg.norm(np.concatenate([part.grad[:, 0] for part in parts]), axis=-1)
    return np.concatenate([part.path[:, 0] for part in parts]), loss, slope


@pytest.mark.parametrize(
    "text",
    [
        BATCHED,
        "landscape=regression&steps=90&seeds=8&run=momentum,lr=0.0001/batch,seed=1/noise,sigma=3,seed=5",
        "landscape=rosenbrock,rotation=30&start=normal,seed=5&steps=90&seeds=9&run=sam,lr=0.001",
        "landscape=himmelblau&start=uniform,seed=5&stop=0.01&steps=90&seeds=9&run=backtracking/noise,seed=3",
    ],
)
def test_a_repeat_has_the_floats_of_a_link_with_its_seeds(text):
    ((head, numbers),) = repeated(text)
    count = experiment_of(text).seeds
    marks, clouds = head["marks"], head["clouds"]
    assert (marks[0], marks[-1], clouds[-1]) == (0, 90, 90)
    each = []
    for repeat in range(count):
        # The link of a repeat: its number added to every seed.
        parts = text.replace(f"&seeds={count}", "").split("seed=")
        link = parts[0] + "".join(f"seed={int(part[0]) + repeat}{part[1:]}" for part in parts[1:])
        each.append(path(link))
    size = len(BANDS) * len(marks)
    points = numbers[size:].reshape(len(clouds), count, 2)
    expected = np.stack([walk[clouds] for walk, _, _ in each], axis=1)
    np.testing.assert_array_equal(points, expected.astype("f4"))

    bands = dict(zip(BANDS, numbers[:size].reshape(len(BANDS), -1), strict=True))
    losses = np.stack([loss[marks] for _, loss, _ in each])
    slopes = np.stack([slope[marks] for _, _, slope in each])
    gaps = losses - floor(experiment_of(text).surface)
    for share in (10, 50, 90):
        np.testing.assert_allclose(
            bands[f"gap{share}"], np.quantile(gaps, share / 100, axis=0), rtol=1e-5, atol=1e-30
        )
        np.testing.assert_allclose(
            bands[f"slope{share}"], np.quantile(slopes, share / 100, axis=0), rtol=1e-5
        )
    middle = int(np.argsort(losses[:, -1])[(count - 1) // 2])
    assert f"the one in the middle, {middle} added to its seeds" in head["said"]
    np.testing.assert_array_equal(bands["x"], each[middle][0][marks, 0].astype("f4"))


def test_repeats_are_told_run_by_run_and_those_without_chance_are_none():
    text = "landscape=regression&steps=20&seeds=5&run=adam&run=adam/batch,size=160&run=adam/batch"
    alone, whole, batch = repeated(text + "&run=adam/clip_norm")[:3]
    for i, (head, numbers) in enumerate((alone, whole)):
        assert head == {"run": i, "marks": [], "said": "nothing in it is left to chance"}
        assert not len(numbers)
    assert batch[0]["marks"] == list(range(21))
    assert batch[0]["said"].startswith("5 seeds: ")


def test_the_sentence_counts_where_the_repeats_end():
    text = "landscape=himmelblau&start=uniform&steps=400&seeds=60&run=gradient_descent,lr=0.005"
    ((head, numbers),) = repeated(text)
    last = numbers[-120:].reshape(60, 2)
    minima = LANDSCAPES["himmelblau"]().minima
    which = np.linalg.norm(last[:, None] - minima, axis=-1).argmin(-1)
    for i, (x, y) in enumerate(minima):
        assert f"{(which == i).sum()} near the minimum ({x:.4g}, {y:.4g})" in head["said"]
    ((head, _),) = repeated("landscape=sphere&start=normal&steps=9&seeds=7&run=momentum,lr=9")
    assert "7 seeds: 7 outside the picture" in head["said"]
    ((head, _),) = repeated(
        "landscape=saddle&start=normal,sigma=0.01&steps=1&seeds=7&run=adam,lr=1e-4"
    )
    assert "7 elsewhere" in head["said"]
    ((head, _),) = repeated(
        "landscape=relu_neuron&start=normal,sigma=2&steps=300&seeds=50&run=gradient_descent,lr=0.2"
    )
    stuck = re.search(r"(\d+) where the slope is 0", head["said"])
    assert stuck
    assert 5 < int(stuck[1]) < 45


def test_quantiles_are_numpys_and_reach_into_infinity():
    numbers = np.random.default_rng(0).standard_normal((5, 24))
    np.testing.assert_allclose(
        quantiles(numbers, (0.1, 0.5, 0.9)), np.quantile(numbers, (0.1, 0.5, 0.9), axis=-1)
    )
    numbers[0, :3] = np.inf
    assert np.isfinite(quantiles(numbers, (0.5,))).all()
    assert quantiles(numbers, (0.9,))[0, 0] == np.inf


def test_long_runs_are_told_at_as_many_marks_as_a_chart_can_use():
    ((head, _),) = repeated("landscape=sphere&start=normal&steps=10000&seeds=2&run=adam")
    assert len(head["marks"]) == MARKS
    assert (head["marks"][0], head["marks"][-1]) == (0, 10_000)


def test_the_surface_that_a_run_sees_is_that_of_its_batch():
    experiment = experiment_of(BATCHED)
    f = experiment.surface
    x, y = (np.linspace(*ends, RESOLUTION) for ends in f.domain)
    points = np.stack(np.meshgrid(x, y), axis=-1)
    steps = steps_in_epoch(len(f.examples[0]), 8)
    for step in (1, 3, steps + 2):
        head, numbers = read(seen(experiment, experiment.runs[0], step))
        assert head == {"step": step, "rows": RESOLUTION}
        batch = parted(f, 8, (step - 1) // steps, seed=5)[(step - 1) % steps]
        expected = f.batch(batch)(points)
        np.testing.assert_allclose(numbers.reshape(expected.shape), expected, rtol=1e-6)


def test_the_surface_under_noise_is_tilted():
    experiment = experiment_of("landscape=saddle&run=adam/noise,sigma=2")
    f = experiment.surface
    points = np.stack(np.meshgrid(*(np.linspace(*e, RESOLUTION) for e in f.domain)), axis=-1)
    tilt = read(seen(experiment, experiment.runs[0], 4))[1].reshape(points.shape[:2]) - f(points)
    first, second = np.gradient(tilt)
    assert np.ptp(first) < 1e-4
    assert np.ptp(second) < 1e-4
    assert abs(first.mean()) > 1e-3
    plain = experiment_of("landscape=saddle&run=adam")
    with pytest.raises(ValueError, match="sees the surface as it is drawn"):
        seen(plain, plain.runs[0], 4)
