"""What is known along a run besides its trajectory."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.along import CHANNELS, along, limits
from app.charts.curves import CURVES, MOST, OVER, USUAL
from app.link import parse
from app.run import chunks
from app.server import create_app
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from optimizers.walkers import asks_f
from tests.test_repeats import read
from tests.test_server import read as read_all

ASSETS = Path(__file__).parents[1] / "assets"


def experiment_of(text):
    experiment, problems = parse(text)
    assert not problems
    return experiment


def told(text):
    """The heads of the runs, and their numbers by channel."""
    experiment = experiment_of(text)
    *found, (end, _) = (read(body) for body in along(experiment))
    assert end == {"status": []}
    assert [head["run"] for head, _ in found] == list(range(len(experiment.runs)))
    rows = (len(CHANNELS), experiment.steps + 1)
    each = [dict(zip(CHANNELS, numbers.reshape(rows), strict=True)) for _, numbers in found]
    return [head for head, _ in found], each


def walk(text):
    experiment = experiment_of(text)
    parts = list(chunks(experiment, experiment.runs[0]))
    return [
        np.concatenate([getattr(part, name)[:, 0] for part in parts])
        for name in ("path", "grad", "lr")
    ]


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_gradient_and_hessian_are_those_at_the_points_of_the_stream(key):
    text = f"landscape=himmelblau&steps=60&run={key}"
    _, (channels,) = told(text)
    path, grad, _ = walk(text)
    hessian = experiment_of(text).surface.hessian(path)
    for name, numbers in [
        ("gx", grad[:, 0]),
        ("gy", grad[:, 1]),
        ("xx", hessian[:, 0, 0]),
        ("xy", hessian[:, 0, 1]),
        ("yy", hessian[:, 1, 1]),
    ]:
        np.testing.assert_array_equal(channels[name], numbers.astype("f4"))
    sharpness = np.linalg.eigvalsh(hessian)[:, 1]
    np.testing.assert_allclose(channels["sharpness"], sharpness, rtol=1e-5, atol=1e-5)
    moved = np.diff(path, axis=0)
    for name, steps, g in zip(("rate_x", "rate_y"), moved.T, grad[:-1].T, strict=True):
        rates = channels[name][1:]
        known = ~np.isnan(rates)
        assert np.isnan(channels[name][0])
        np.testing.assert_allclose(rates[known], -steps[known] / g[known], rtol=1e-6)
        assert (np.abs(steps[~known]) < 1e-12).all()


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_what_was_asked_is_counted_for_every_rule(key):
    _, (channels,) = told(f"steps=40&run={key}")
    values, gradients, hessians = (
        channels[f"{n}_asked"] for n in ("values", "gradients", "hessians")
    )
    for counts in (values, gradients, hessians):
        assert counts[0] == 0
        assert (np.diff(counts) >= 0).all()
    np.testing.assert_allclose(channels["cost"], gradients + values / 3 + 2 * hessians, rtol=1e-6)
    assert (np.diff(channels["cost"]) > 0).all()
    if not asks_f(OPTIMIZERS[key]):
        np.testing.assert_array_equal(gradients, np.arange(41))
        assert not values.any()


def test_searches_and_looks_ahead_are_not_free():
    _, (sam, search, newton, simplex) = told(
        "steps=30&run=sam,lr=0.0005&run=backtracking&run=newton&run=nelder_mead"
    )
    np.testing.assert_array_equal(sam["gradients_asked"], 2 * np.arange(31))
    assert (search["values_asked"][1:] > np.arange(1, 31)).all()
    np.testing.assert_array_equal(newton["hessians_asked"], np.arange(31))
    assert not simplex["gradients_asked"].any()
    assert simplex["values_asked"][-1] > 30


@pytest.mark.parametrize("key", ["gradient_descent", "backtracking", "sam"])
def test_a_run_that_has_stopped_asks_for_nothing_more(key):
    text = f"landscape=sphere&steps=200&stop=0.001&run={key},lr=0.2"
    _, (channels,) = told(text)
    _, _, lr = walk(text)
    taken = int((~np.isnan(lr)).sum())
    assert 0 < taken < 150
    assert channels["cost"][taken - 1] < channels["cost"][taken] == channels["cost"][-1]
    assert np.isnan(channels["rate_x"][taken + 1 :]).all()


def test_nor_does_one_that_overflowed():
    _, (channels,) = told("steps=80&run=gradient_descent,lr=1")
    assert channels["gradients_asked"][-1] < 20
    assert np.isnan(channels["xx"][-1])


@pytest.mark.parametrize(
    "text",
    [
        "landscape=rosenbrock&run=gradient_descent,lr=0.0007/y_rate=0.5",
        "landscape=regression&run=gradient_descent,lr=0.0001/batch,size=16/y_rate=3",
        "landscape=tanh_neuron&run=gradient_descent,lr=0.05/batch,size=1",
        "landscape=himmelblau&run=gradient_descent,lr=0.001/noise,sigma=3",
        "landscape=himmelblau,rotation=20&run=gradient_descent,lr=0.01/cosine/clip_norm,limit=2",
        "landscape=himmelblau&run=gradient_descent,lr=0.01/weight_decay/warmup=9",
    ],
)
def test_the_effective_rate_of_plain_descent_is_its_rate(text):
    _, (channels,) = told(text + "&steps=50")
    _, _, lr = walk(text + "&steps=50")
    y_rate = experiment_of(text).runs[0].y_rate
    for name, rate in (("rate_x", lr), ("rate_y", lr * y_rate)):
        known = ~np.isnan(channels[name])
        assert known.sum() > 30
        np.testing.assert_allclose(channels[name][known], rate[known], rtol=0.02)


@pytest.mark.parametrize(
    ("run", "edge", "formula"),
    [
        ("gradient_descent,lr=0.1", 2.0, "2/lr (plain descent)"),
        ("adam,lr=0.1/step,step_size=5", 2.0, "2/lr (plain descent)"),
        ("heavy_ball,lr=0.1,momentum=0.8/cosine", 3.6, "(2 + 2μ)/lr"),
        ("momentum,lr=0.1,momentum=0.5", 3.0, "(2 + 2μ)/lr"),
        ("momentum,lr=0.1,momentum=0.5,dampening=0.5", 2.0, "2/lr (plain descent)"),
        ("momentum,lr=0.1/one_cycle", 2.0, "2/lr (plain descent)"),
        ("momentum,lr=0.1,momentum=0.5/one_cycle,cycle_momentum=0", 3.0, "(2 + 2μ)/lr"),
    ],
)
def test_the_bound_is_that_of_the_step_from_there(run, edge, formula):
    text = f"landscape=sphere&steps=12&run={run}"
    (head,), (channels,) = told(text)
    _, _, lr = walk(text)
    assert head["formula"] == formula
    expected = edge / np.append(lr[1:], lr[-1])
    np.testing.assert_allclose(channels["bound"], expected, rtol=1e-6)
    *limited, _ = map(read, limits(experiment_of(text)))
    bound = run.startswith("gradient_descent") or edge > 2
    assert [head["formula"] for head, _ in limited] == [formula.replace("lr", "λ")] * bound
    for _, limit in limited:
        # The sphere bends by 2 everywhere.
        np.testing.assert_allclose(limit[1:], edge / 2, rtol=1e-6)
        assert np.isnan(limit[0])


def test_a_run_is_limited_while_it_makes_the_steps_of_a_rule_that_is():
    runs = "run=adam&run=gradient_descent,lr=0.1/fork=5/adam&run=adam/fork=5/gradient_descent"
    text = f"landscape=sphere&steps=12&{runs}&run=gradient_descent,lr=0.1/y_rate=3"
    (head, fork), (stretched, own), (end, _) = map(read, limits(experiment_of(text)))
    assert (head["run"], stretched["run"], end) == (1, 3, {"status": []})
    np.testing.assert_array_equal(np.isnan(fork), np.arange(13) < 6)
    np.testing.assert_allclose(fork[6:], 1)
    np.testing.assert_allclose(own[1:], 1 / 3, rtol=1e-6)


@settings(max_examples=40)
@given(
    share=st.sampled_from([0.9, 1.1]),
    condition=st.floats(1.5, 30),
    beta=st.floats(0.0, 0.9),
    y_rate=st.floats(0.2, 5.0),
    rule=st.sampled_from(["gradient_descent", "heavy_ball", "momentum"]),
)
def test_a_run_on_a_bowl_holds_where_its_sharpness_is_below_the_bound(
    share, condition, beta, y_rate, rule
):
    knob = "" if rule == "gradient_descent" else f",momentum={beta}"

    def text(lr):
        run = f"run={rule},lr={lr}{knob}/y_rate={y_rate}"
        return f"landscape=quadratic,condition={condition}&start=1,1&steps=900&{run}"

    _, (first,) = told(text(0.001))
    lr = share * 0.001 * float(first["bound"][0] / first["sharpness"][0])
    _, (channels,) = told(text(lr))
    below = channels["sharpness"][0] < channels["bound"][0]
    assert below == (share < 1)
    distance = channels["distance"]
    assert (distance[-1] < distance[0]) == below


def test_the_distance_is_the_one_to_the_nearest_minimum():
    text = "landscape=himmelblau&steps=50&run=adam,lr=0.3"
    _, (channels,) = told(text)
    path, _, _ = walk(text)
    ways = np.linalg.norm(path[:, None] - LANDSCAPES["himmelblau"]().minima, axis=-1)
    np.testing.assert_allclose(channels["distance"], ways.min(-1), rtol=1e-6)
    _, (nowhere,) = told("landscape=saddle&steps=5&run=adam")
    assert np.isnan(nowhere["distance"]).all()


@pytest.mark.parametrize("key", LANDSCAPES)
def test_every_landscape_is_told_of(key):
    _, runs = told(f"landscape={key}&steps=30&run=adam&run=gradient_descent,lr=100&run=newton")
    for channels in runs:
        assert np.isfinite(channels["cost"]).all()
        assert np.isfinite([channels["gx"][0], channels["gy"][0]]).all()


def test_the_route_tells_of_all_runs_and_refuses_what_it_cannot_read():
    client = create_app().server.test_client()
    text = "landscape=sphere&steps=9&run=adam&run=sam"
    for answer in (client.get(f"/along?{text}"), client.post(f"/along?{text}")):
        heads = [head for head, _ in read_all(answer.data)]
        assert [head.get("run") for head in heads] == [0, 1, None]
    refused = client.get("/along?run=nobody")
    assert refused.status_code == 400
    assert refused.json["problems"]


def test_page_and_player_name_the_same_things():
    rows = (ASSETS / "rows.mjs").read_text("utf-8")
    table = re.search(r"export const ROWS = \{\n(.*?)\n\};", rows, re.S)[1]
    assert re.findall(r"^  (\w+):", table, re.M) == list(CURVES)
    assert f"MOST = {MOST};" in rows
    assert f"OVER = {json.dumps(list(OVER))};" in rows
    assert f": {json.dumps(list(USUAL))};" in rows
    listed = re.search(r"CHANNELS = \[(.*?)\]", (ASSETS / "along.mjs").read_text("utf-8"), re.S)[1]
    assert re.findall(r'"(\w+)"', listed) == list(CHANNELS)
