"""What the lessons say is so."""

from __future__ import annotations

import json
import re
import struct
from typing import Any

import numpy as np
import pytest

from app.experiment import titles
from app.lessons import LESSONS
from app.link import parse
from app.repeats import repeats
from app.run import messages, walked

ALL = {lesson.key: lesson for lessons in LESSONS.values() for lesson in lessons}
each = pytest.mark.parametrize("key", ALL)


def ends(key: str) -> dict[str, str]:
    """What became of each run, as the page says it: its kind, and the step."""
    experiment, _ = parse(ALL[key].link)
    *_, last = messages(experiment)
    status = head(last)["status"]
    words = [f"{one['kind']} {one['step']}" for one in status]
    return dict(zip(titles(experiment.runs), words, strict=True))


def head(message: bytes) -> Any:
    size, _ = struct.unpack("<II", message[:8])
    return json.loads(message[8 : 8 + size])


def paths(key: str) -> dict[str, Any]:
    experiment, _ = parse(ALL[key].link)
    walks = [walked(experiment, run)[0].path[:, 0] for run in experiment.runs]
    return dict(zip(titles(experiment.runs), walks, strict=True))


def arrivals(key: str) -> dict[str, tuple[int, int]]:
    """The steps from which on k and b stay within 1 % of the best line's."""
    best = parse(ALL[key].link)[0].surface.minima[0]
    found = {}
    for name, path in paths(key).items():
        k, b = (np.abs(path - best) > 0.01 * np.abs(best)).T
        found[name] = (int(np.flatnonzero(k).max()) + 1, int(np.flatnonzero(b).max()) + 1)
    return found


@each
def test_a_lesson_is_a_link_that_can_be_read_whole(key: str) -> None:
    assert re.fullmatch("[a-z-]+", key)
    experiment, problems = parse(ALL[key].link)
    assert not problems
    assert experiment.runs
    assert ALL[key].address.startswith("?landscape=")
    assert len(ALL[key].words) < 320


def test_the_slope_before_the_intercept_and_its_cures() -> None:
    assert arrivals("slope-first") == {"Gradient descent": (34, 286)}
    cures = arrivals("cures")
    assert cures == {"more steps": (34, 286), "momentum": (41, 32), "a rate for b": (30, 31)}
    hessian = parse(ALL["cures"].link)[0].surface.hessian((0, 0))
    assert hessian[0, 0] / hessian[1, 1] == pytest.approx(9, rel=0.03)


def test_rates_that_grow_and_rates_that_fall() -> None:
    growing = arrivals("growing")
    assert [b for _, b in growing.values()] == [286, 142, 96]
    constant, halved = ends("falling").values()
    assert constant.startswith("converged")
    assert halved == "moving 450"
    best = parse(ALL["falling"].link)[0].surface.minima[0, 1]
    assert paths("falling")["halved"][-1, 1] / best == pytest.approx(0.96, abs=0.005)
    experiment, _ = parse(ALL["falling"].link)
    walk, _ = walked(experiment, experiment.runs[1])
    assert walk.lr.sum() == pytest.approx(0.01, rel=0.01)
    experiment, _ = parse(ALL["too-far"].link)
    bound = 2 / np.linalg.eigvalsh(experiment.surface.hessian((0, 0)))[1]
    walk, _ = walked(experiment, experiment.runs[0])
    assert int(np.argmax(walk.lr[:, 0] > bound)) == 582
    assert ends("too-far") == {"Gradient descent": "diverged 754"}


def test_inputs_that_are_not_centred() -> None:
    shifted = parse(ALL["centred"].link)[0].surface
    centred = parse("landscape=regression")[0].surface
    conditions = [np.linalg.cond(f.hessian((0, 0))) for f in (shifted, centred)]
    assert conditions == pytest.approx([129, 9], rel=0.02)


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("batches", "converged converged moving"),
        ("saturated", "moving converged"),
        ("dying", "stalled"),
        ("leaking", "converged"),
        ("rates", "moving converged converged diverged"),
        ("saddle", "left left"),
        ("cubic", "moving left"),
        ("stopped", "stopped stopped"),
        ("newton", "converged moving moving"),
    ],
)
def test_what_becomes_of_the_runs(key: str, found: str) -> None:
    assert [words.split()[0] for words in ends(key).values()] == found.split()


def test_a_saturated_neuron() -> None:
    f = parse(ALL["saturated"].link)[0].surface
    plain, adam = paths("saturated").values()
    assert f.predict(*plain[0], f.examples[0]).min() > 0.98
    assert np.linalg.norm(f.grad(plain[0])) < 0.02
    assert f(plain[-1]) > 0.9 * f(plain[0])
    assert f(adam[-1]) < 0.01


def test_steps_that_are_told() -> None:
    assert ends("saddle") == {"Gradient descent": "left 80", "Momentum": "left 30"}
    assert ends("newton")["Newton"] == "converged 5"
    assert ends("stopped")["Gradient descent"] == "stopped 1"
    assert (ends("dying"), ends("leaking")) == (
        {"Gradient descent": "stalled 46"},
        {"Gradient descent": "converged 144"},
    )


def told(key: str) -> list[str]:
    """The sentences about the repeats."""
    heads = [head(message) for message in repeats(parse(ALL[key].link)[0])]
    return [each["said"] for each in heads if "said" in each]


def test_many_seeds() -> None:
    wide, drawn_together = told("seeds")
    assert "elsewhere" in wide
    assert "100 near the minimum" in drawn_together
    counts = re.findall(r"(\d+) near the minimum \((-?[\d.]+)", told("starts")[0])
    deepest = next(int(count) for count, x in counts if x == "1.533")
    assert 0 < deepest < 15
    assert len(re.findall("near the minimum", told("initialisation")[0])) == 2


def test_falling_rates_average_the_noise_away() -> None:
    noisy, *falling = [np.abs(path[-60:]).mean() for path in paths("quiet").values()]
    assert all(3 * rest < 2 * noisy for rest in falling)


def test_rotation_turns_plain_descent_and_not_adam() -> None:
    lesson = ALL["rotated"].link
    assert "rotation=45" in lesson
    apart = []
    for turn in (45, 0):
        experiment, _ = parse(lesson.replace("rotation=45", f"rotation={turn}"))
        walks = [walked(experiment, run)[0] for run in experiment.runs]
        apart.append([walk.loss[:, 0] for walk in walks])
    (plain, adam), (usual, usual_adam) = apart
    np.testing.assert_allclose(plain, usual, rtol=1e-6)
    assert not np.allclose(adam, usual_adam, rtol=0.1)


def test_decoupled_decay_pulls_and_coupled_hardly_does() -> None:
    coupled, decoupled, none = (path[-1] for path in paths("decay").values())
    away = np.linalg.norm(none)
    assert np.linalg.norm(coupled) > 0.98 * away
    assert np.linalg.norm(decoupled) < 0.7 * away


def test_adam_takes_larger_steps_for_its_slope_where_slopes_are_small() -> None:
    experiment, _ = parse(ALL["adam"].link)
    for run in experiment.runs:
        walk, _ = walked(experiment, run)
        rates = np.abs(np.diff(walk.path[:4, 0], axis=0) / walk.grad[:3, 0])
        assert (rates[:, 0] > 5 * rates[:, 1]).all()
