"""f along straight lines through the points of a run."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.link import parse
from app.run import chunks, floor
from app.server import create_app
from app.slices import ALONG, COLUMNS, MARKS, SAMPLES, slices
from landscapes import LANDSCAPES


def experiment_of(text):
    experiment, problems = parse(text)
    assert not problems
    return experiment


def read(body):
    size, length = np.frombuffer(body[:8], "<u4")
    planes = np.frombuffer(body[8 + size :], np.uint8).reshape(4, -1)
    assert planes.size == length
    return json.loads(body[8 : 8 + size]), planes.T.copy().view("<f4").ravel().astype(float)


class Told:
    """What `slices` tells of the first run of a link."""

    def __init__(self, text, along):
        experiment = experiment_of(text)
        first, last = slices(experiment, experiment.runs[0], along)
        assert read(last)[0] == {"status": []}
        self.head, numbers = read(first)
        self.surface = experiment.surface
        self.marks = np.array(self.head["marks"])
        n = len(self.marks)
        columns, curves = numbers[: len(COLUMNS) * n], numbers[len(COLUMNS) * n :]
        self.column = dict(zip(COLUMNS, columns.reshape(-1, n), strict=True))
        gap, self.slope = curves.reshape(2, n, SAMPLES)
        self.f = gap + self.head["lowest"]
        self.t = self.column["from"][:, None] + self.head["length"] * np.linspace(0, 1, SAMPLES)
        parts = list(chunks(experiment, experiment.runs[0]))
        self.path = np.concatenate([part.path[:, 0] for part in parts])
        self.grad = np.concatenate([part.grad[:, 0] for part in parts])
        self.loss = np.concatenate([part.loss[:, 0] for part in parts])


def direction(told, along):
    """The unit vectors, for a run that never stands still and whose last step is no step."""
    axes = {"x": np.eye(2)[[0]], "y": np.eye(2)[[1]]}
    ways = {"gradient": told.grad, "step": np.diff(told.path, axis=0)}
    if along in axes:
        return np.broadcast_to(axes[along], told.path.shape)
    unit = ways[along] / np.linalg.norm(ways[along], axis=-1, keepdims=True)
    return np.vstack([unit, unit[-1:]])[: len(told.path)]


PLAIN = [
    "landscape=cubic&steps=60&run=gradient_descent,lr=0.05",
    "landscape=himmelblau&steps=60&run=momentum,lr=0.005",
    "landscape=rosenbrock,rotation=30,l2=0.1&steps=60&run=adam,lr=0.1",
    "landscape=regression&steps=60&run=adam,lr=0.1",
    "landscape=tanh_neuron&steps=60&run=adam,lr=0.1/batch,size=4",
]


@pytest.mark.parametrize("along", ALONG)
@pytest.mark.parametrize("text", PLAIN)
def test_a_slice_has_the_values_of_f_and_its_slope_along_the_line(text, along):
    told = Told(text, along)
    assert list(told.marks) == list(range(61))
    u = direction(told, along)
    points = told.path[:, None] + told.t[..., None] * u[:, None]
    scale = np.nanmax(np.abs(told.f)) + 1
    np.testing.assert_allclose(told.f, told.surface(points), rtol=1e-4, atol=1e-5 * scale)
    slope = np.sum(told.surface.grad(points) * u[:, None], axis=-1)
    np.testing.assert_allclose(told.slope, slope, rtol=1e-4, atol=1e-5 * np.abs(slope).max())


@pytest.mark.parametrize("along", ALONG)
@pytest.mark.parametrize("text", PLAIN)
def test_a_mark_tells_its_point_and_how_far_the_next_step_goes_along_the_line(text, along):
    told = Told(text, along)
    u = direction(told, along)
    np.testing.assert_array_equal(told.column["x"], told.path[:, 0].astype("f4"))
    np.testing.assert_array_equal(told.column["y"], told.path[:, 1].astype("f4"))
    lowest = floor(told.surface)
    np.testing.assert_allclose(told.column["gap"], told.loss - lowest, rtol=1e-6, atol=1e-30)
    np.testing.assert_allclose(told.column["slope"], np.sum(told.grad * u, -1), rtol=1e-5)
    move = np.sum(np.diff(told.path, axis=0) * u[:-1], -1)
    np.testing.assert_allclose(told.column["move"][:-1], move, rtol=1e-5, atol=1e-12)
    assert np.isnan(told.column["move"][-1])


def test_x_cubed_has_the_slope_three_x_squared_on_the_line_of_the_picture():
    told = Told("landscape=cubic&start=1.2,0&steps=200&run=gradient_descent,lr=0.05", "x")
    x = np.linspace(-1.5, 1.5, SAMPLES)
    assert told.head["length"] == 3
    np.testing.assert_allclose(told.f, np.broadcast_to(x**3, told.f.shape), atol=1e-6)
    np.testing.assert_allclose(told.slope, np.broadcast_to(3 * x**2, told.f.shape), atol=1e-6)
    # Plain descent goes against the slope, and the steps shrink as it does.
    at = told.column
    np.testing.assert_allclose(at["move"][:-1], -0.05 * 3 * at["x"][:-1] ** 2, rtol=1e-5)
    assert (np.diff(at["slope"]) < 0).all()


@pytest.mark.parametrize("along", ALONG)
@pytest.mark.parametrize("key", LANDSCAPES)
def test_the_slope_is_the_rise_of_f_along_the_line(key, along):
    told = Told(f"landscape={key}&steps=12&run=gradient_descent", along)
    u, h = direction(told, along)[:, None], 1e-6 * told.head["length"]
    below, middle, above = (
        told.surface(told.path[:, None] + (told.t[..., None] + by) * u) for by in (-h, 0, h)
    )
    rise = (above - below) / (2 * h)
    # On a crease, where the slope jumps, the line has no tangent.
    kink = np.abs(above - 2 * middle + below) > 0.05 * np.abs(above - below) + 1e-12
    flat = np.abs(rise) < 1e-3 * np.abs(rise).max()
    counted = ~kink & ~flat
    assert counted.mean() > 0.1
    np.testing.assert_allclose(told.slope[counted], rise[counted], rtol=2e-3)


@pytest.mark.parametrize("along", ["gradient", "step"])
@pytest.mark.parametrize("key", LANDSCAPES)
def test_lines_not_along_an_axis_have_the_point_in_their_middle(key, along):
    told = Told(f"landscape={key}&steps=20&run=momentum", along)
    np.testing.assert_array_equal(told.column["from"], told.column["from"][0])
    np.testing.assert_allclose(told.t[:, SAMPLES // 2], 0, atol=1e-7 * told.head["length"])
    shown = np.abs(told.loss) < np.finfo("f4").max
    middle = told.f[shown, SAMPLES // 2]
    np.testing.assert_allclose(middle, told.loss[shown], rtol=1e-5, atol=1e-6)
    (x0, x1), (y0, y1) = told.surface.domain
    if np.isclose(x1 - x0, y1 - y0):
        np.testing.assert_allclose(told.head["length"], np.hypot(x1 - x0, y1 - y0) / 4)
    assert 0.3 * min(x1 - x0, y1 - y0) < told.head["length"] < np.hypot(x1 - x0, y1 - y0) / 3


def test_uphill_is_to_the_right_along_the_gradient_and_forwards_along_the_step():
    text = "landscape=himmelblau&steps=50&run=momentum,lr=0.005"
    assert (Told(text, "gradient").column["slope"] > 0).all()
    assert (Told(text, "step").column["move"][:-1] > 0).all()


@pytest.mark.parametrize("axis", [0, 1])
def test_along_an_axis_the_line_is_the_pictures_until_the_point_leaves_it(axis):
    along = "xy"[axis]
    text = "landscape=mccormick&start=3,3&steps=40&run=gradient_descent,lr=0.9"
    told = Told(f"{text}/noise,sigma=8", along)
    (low, high), at = told.surface.domain[axis], told.path[:, axis]
    inside = (low < at) & (at < high)
    assert inside.any()
    assert not inside.all()
    near = np.abs(at) < 1e4  # farther away a float32 is too coarse to say
    begins = at + told.column["from"]
    np.testing.assert_allclose(begins[inside], low, atol=1e-5)
    assert told.head["length"] == high - low
    assert (told.t[near, 0] <= 0).all()
    assert (told.t[near, -1] >= 0).all()
    pages = ((begins - low) / (high - low))[near]
    np.testing.assert_allclose(pages, np.round(pages), atol=1e-3)


@pytest.mark.parametrize("along", ["gradient", "step"])
def test_where_a_run_stands_still_the_line_stays(along):
    # Newton is there after one step; a run that begins there has no direction at all.
    told = Told("landscape=quadratic&start=1,1&steps=5&run=newton", along)
    assert np.isfinite(told.f).all()
    assert np.ptp(told.f[1:], axis=0).max() == 0
    still = Told("landscape=sphere&start=0,0&steps=5&run=newton", along)
    t = still.t[0]
    np.testing.assert_allclose(still.f[0], t**2, rtol=1e-5, atol=1e-9)
    np.testing.assert_array_equal(still.column["move"][:-1], 0)


@pytest.mark.parametrize("along", ALONG)
@pytest.mark.parametrize("key", LANDSCAPES)
def test_a_run_that_overflows_is_told_as_far_as_it_goes(key, along):
    text = f"landscape={key}&steps=300&run=momentum,lr=99,momentum=0.99"
    told = Told(text, along)
    assert np.isfinite(told.head["length"])
    assert np.isfinite(told.f[0]).all()
    assert not np.isinf(told.f).any()
    gone = ~np.isfinite(told.path[told.marks]).all(-1)
    assert np.isnan(told.f[gone]).all()
    assert np.isnan(told.slope[gone]).all()


def test_an_overflow_is_nan():
    told = Told("landscape=sphere&steps=300&run=gradient_descent,lr=9", "x")
    assert np.isnan(told.f[-1]).all()
    assert np.isnan(told.column["x"][-1])


def test_long_runs_are_told_at_marks_and_many_examples_at_fewer(monkeypatch):
    told = Told("landscape=sphere&steps=10000&run=adam", "x")
    assert len(told.marks) == MARKS
    assert (told.marks[0], told.marks[1], told.marks[-1]) == (0, 10, 10_000)
    np.testing.assert_array_equal(told.column["x"], told.path[told.marks, 0].astype("f4"))
    move = told.path[told.marks[:-1] + 1, 0] - told.path[told.marks[:-1], 0]
    np.testing.assert_allclose(told.column["move"][:-1], move, rtol=1e-6, atol=1e-30)
    points = ";".join(f"{i % 7}:{i % 5}" for i in range(100))
    link = f"landscape=tanh_neuron,points={points}&steps=10000&run=adam"
    monkeypatch.setattr("app.slices.EVALUATIONS", 1e6)
    some = Told(link, "x")
    assert len(some.marks) == int(1e6 / (2 * SAMPLES * 100))
    monkeypatch.setattr("app.slices.EVALUATIONS", 1)
    few = Told(link, "x")
    assert (len(few.marks), few.marks[0], few.marks[-1]) == (17, 0, 10_000)


@given(
    st.sampled_from(sorted(LANDSCAPES)),
    st.floats(0, 360),
    st.sampled_from(ALONG),
    st.integers(1, 30),
    st.floats(-3, 2),
)
def test_any_run_of_any_landscape_has_slices(key, degrees, along, steps, power):
    link = f"landscape={key},rotation={degrees:.3f}&steps={steps}&run=gradient_descent"
    told = Told(f"{link},lr={10**power:.4g}", along)
    assert told.f.shape == (steps + 1, SAMPLES)
    assert np.isfinite(told.f[0]).all()


@pytest.fixture(scope="module")
def client() -> Any:
    return create_app().server.test_client()


def test_the_server_tells_of_the_run_that_is_asked_for(client):
    link = "landscape=cubic&steps=30&run=adam/look=4&run=momentum/look=7"
    experiment = experiment_of(link)
    for run in experiment.runs:
        for ask in (client.get, client.post):
            answer = ask(f"/slices?{link}&at={run.look},step")
            assert answer.status_code == 200
            assert answer.data == b"".join(slices(experiment, run, "step"))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("run=adam&at=3,x", "no run with the look “3”"),
        ("run=adam&at=0,z", "A slice is along one of x, y, gradient, step; not “z”."),
        ("run=adam&at=0", "A slice is along one of"),
        ("run=adam&at=0,xy", "A slice is along one of"),
        ("run=adam&at=0,", "A slice is along one of"),
        ("run=adam", "no run with the look"),
        ("run=nobody&at=0,x", "No optimizer is called “nobody”"),
        ("run=&at=0,x", "no run with the look “0”"),
    ],
)
def test_what_cannot_be_told_gets_a_sentence(client, query, words):
    answer = client.get(f"/slices?{query}")
    assert answer.status_code == 400
    assert words in " ".join(problem["sentence"] for problem in answer.json["problems"])
