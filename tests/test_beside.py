"""Own examples that are too many for a link: what is read of them, and that nothing keeps them."""

import base64
import gc
import itertools
import json
import os
import re
import sys
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.experiment import Pick
from app.knobs import LONGEST_BESIDE, LONGEST_LIST, Beside, write_value
from app.link import parse, write
from app.server import LARGEST_BODY, create_app
from app.slices import ALONG
from landscapes import LANDSCAPES, regularised, rotated
from landscapes.data import Batch, DataLandscape
from landscapes.landscape import _landmarks

DATA = [key for key, kind in LANDSCAPES.items() if hasattr(kind, "examples")]


def examples(count: int, seed: int = 0) -> Any:
    random = np.random.RandomState(seed)
    x = random.uniform(-2, 2, count)
    return np.column_stack([x, np.sin(x) + 0.1 * random.standard_normal(count)])


def encoded(rows: Any) -> str:
    return base64.b64encode(np.asarray(rows, "<f8").tobytes()).decode()


def name_of(rows: Any) -> str:
    return f"@{len(rows)}.{zlib.crc32(np.asarray(rows, '<f8').tobytes()):08x}"


def sentences(link: str, beside: str) -> list[str]:
    _, problems = parse(link, beside)
    assert {problem.where for problem in problems} <= {"landscape.points"}
    return [problem.sentence for problem in problems]


@pytest.fixture(scope="module")
def client() -> Any:
    return create_app().server.test_client()


# Names.


@pytest.mark.parametrize("key", DATA)
def test_examples_beside_the_link_are_those_of_the_landscape(key: str) -> None:
    rows = examples(2341)
    asked, problems = parse(f"landscape={key},points=@2341&run=adam", encoded(rows))
    assert not problems
    np.testing.assert_array_equal(asked.landscape.plain.points, rows)
    link = write(asked)
    assert f"points={name_of(rows)}" in link
    again, problems = parse(link, encoded(rows))
    assert not problems
    assert again == asked
    assert hash(again) == hash(asked)
    assert write(again) == link


@settings(max_examples=30)
@given(
    count=st.integers(LONGEST_LIST + 1, 300),
    number=st.floats(-1e6, 1e6),
    seed=st.integers(0, 99),
)
def test_no_bit_is_lost_beside_the_link(count: int, number: float, seed: int) -> None:
    rows = examples(count, seed)
    rows[count // 2] = number
    experiment, problems = parse(f"landscape=regression,points=@{count}", encoded(rows))
    assert not problems
    told = dict(experiment.landscape.knobs)["points"]
    assert np.array(told).tobytes() == rows.tobytes()
    assert write_value(told) == name_of(rows)


def test_as_few_as_a_link_can_hold_are_in_it() -> None:
    rows = examples(LONGEST_LIST)
    experiment, problems = parse(f"landscape=regression,points=@{len(rows)}", encoded(rows))
    assert not problems
    assert "@" not in write(experiment)
    assert parse(write(experiment)) == (experiment, [])
    assert len(write(experiment)) < 8000
    too_many = ";".join(["1:2"] * (LONGEST_LIST + 1))
    (sentence,) = sentences(f"landscape=regression,points={too_many}", "")
    assert "100 are the most in a link, and a CSV file may hold 10,000." in sentence


def test_a_link_that_is_opened_elsewhere_says_where_its_examples_are() -> None:
    experiment, problems = parse("landscape=tanh_neuron,points=@2341.9f3a11c2&run=adam,lr=0.3")
    assert [problem.where for problem in problems] == ["landscape.points"]
    assert "The 2,341 examples of this link are not in it" in problems[0].sentence
    assert "stayed in the browser that loaded them" in problems[0].sentence
    assert problems[0].sentence.endswith("load the file again.")
    assert experiment.landscape.key == "tanh_neuron"
    assert dict(experiment.landscape.knobs)["points"] == ()
    assert dict(experiment.runs[0].optimizer.knobs)["lr"] == 0.3


def test_only_own_examples_stand_beside_a_link() -> None:
    rows = encoded(examples(150))
    _, problems = parse("run=adam/piecewise,points=@150", rows)
    assert [problem.where for problem in problems] == ["runs.0.schedule.points"]
    _, problems = parse("landscape=rosenbrock,a=@150", rows)
    assert [problem.where for problem in problems] == ["landscape.a"]
    assert parse("landscape=regression&run=adam", rows)[1] == []


ROWS = examples(150)
BROKEN = {
    "nothing": ("@150", "", "150 examples of this link are not in it"),
    "no base64": ("@150", "!" * 3200, "no base64"),
    "letters": ("@150", "é" * 3200, "no base64"),
    "a part of base64": ("@150", encoded(ROWS)[:-1], "no base64"),
    "half a pair": ("@150", base64.b64encode(ROWS.tobytes()[:-8]).decode(), "whole pairs"),
    "half a number": ("@150", base64.b64encode(ROWS.tobytes()[:-3]).decode(), "whole pairs"),
    "another count": ("@151", encoded(ROWS), "not those that it names"),
    "another checksum": ("@150.00000000", encoded(ROWS), "not those that it names"),
    "other numbers": (name_of(ROWS), encoded(ROWS + 1), "not those that it names"),
    "not a number": ("@150", encoded(np.where(ROWS > 0, ROWS, np.nan)), "from -1e+06 to 1e+06"),
    "infinity": ("@150", encoded(np.where(ROWS > 0, ROWS, np.inf)), "from -1e+06 to 1e+06"),
    "too large": ("@150", encoded(ROWS * 1e7), "from -1e+06 to 1e+06"),
    "too many": ("@10001", encoded(examples(10_001)), "10,000"),
    "far too many": ("@20000", encoded(examples(20_000)), "more than 10,000"),
    "no count": ("@", encoded(ROWS), "are named as"),
    "a count that is none": ("@-150", encoded(ROWS), "are named as"),
    "a checksum that is none": ("@150.9F3A11C2", encoded(ROWS), "are named as"),
    "digits of elsewhere": ("@١٥٠", encoded(ROWS), "are named as"),
    "a long count": ("@" + "9" * 400, encoded(ROWS), "are named as"),
}


@pytest.mark.parametrize(("name", "text", "words"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_beside_the_link_gets_a_sentence(
    client: Any, name: str, text: str, words: str
) -> None:
    (sentence,) = sentences(f"landscape=regression,points={name}", text)
    assert words in sentence
    for route in ("stream", "surface"):
        body = text.encode()
        answer = client.post(
            f"/{route}", query_string=f"landscape=regression,points={name}", data=body
        )
        assert answer.status_code == 400
        (problem,) = answer.json["problems"]
        assert problem["where"] == "landscape.points"
        assert problem["sentence"].endswith(".")
        assert len(problem["sentence"]) < 400


@settings(max_examples=100)
@given(body=st.binary(max_size=400), kind=st.sampled_from(["text/plain", "application/json", ""]))
def test_no_body_at_all_makes_a_server_error(client: Any, body: bytes, kind: str) -> None:
    for route in ("stream", "surface"):
        query = f"/{route}?landscape=regression,points=@3&steps=3&run=adam"
        assert client.post(query, data=body, content_type=kind).status_code in (200, 400)


def test_a_body_of_megabytes_is_refused(client: Any) -> None:
    for route in ("stream", "surface"):
        answer = client.post(f"/{route}?landscape=regression,points=@9", data=b"A" * 1_000_000)
        assert answer.status_code == 413
    assert len(encoded(examples(LONGEST_BESIDE))) < LARGEST_BODY / 2


def test_a_form_is_no_way_to_send_files(client: Any) -> None:
    answer = client.post("/surface?landscape=regression,points=@3", data={"points": "1"})
    assert answer.status_code == 400


def test_the_same_examples_give_the_same_answers_in_the_link_and_beside_it(client: Any) -> None:
    rows = examples(90)
    short = ";".join(f"{x!r}:{y!r}" for x, y in rows.tolist())
    rest = "&steps=60&run=adam/batch,size=7"
    for route in ("stream", "surface"):
        inside = client.get(f"/{route}?landscape=tanh_neuron,points={short}{rest}")
        beside = client.post(f"/{route}?landscape=tanh_neuron,points=@90{rest}", data=encoded(rows))
        assert inside.status_code == beside.status_code == 200
        assert inside.data == beside.data


def test_what_comes_beside_can_be_resumed(client: Any) -> None:
    query = "landscape=regression,points=@150&steps=60&run=adam"
    answer = client.post(f"/stream?{query}&first=30", data=encoded(ROWS))
    assert answer.status_code == 200
    assert b'"first":30' in answer.data


@pytest.mark.parametrize(("before", "after"), [*itertools.permutations([0, 150, 10_000], 2)])
def test_what_was_suggested_follows_examples_that_take_the_place_of_others(
    client: Any, before: int, after: int
) -> None:
    def link(count: int) -> tuple[str, str]:
        rows = examples(count) * (1 + count / 1000)  # every set in units of its own
        points = f",points={name_of(rows)}" if count else ""
        text = f"landscape=regression{points},mean=1&run=gradient_descent&run=adam,lr=0.3"
        return write(parse(text, encoded(rows) if count else "")[0]), encoded(rows) if count else ""

    (old, held), (new, rows) = link(before), link(after)
    place = re.compile("landscape=[^&]*")
    text = place.sub(place.match(new)[0], old)  # type: ignore[index]
    opened = {"text": text, "beside": rows, "before": old, "held": held}
    answer = callback(client, create_app(), "..notices.children...", opened=opened)
    assert answer.status_code == 200
    (told,) = (one["data"] for one in answer.json["response"].values() if "data" in one)
    assert told == new != text


# Nothing is kept.


def own_things() -> set[int]:
    """All that is made of own examples and is still there, by id."""
    gc.collect()
    return {id(thing) for thing in gc.get_objects() if is_own(thing)}


def is_own(thing: Any) -> bool:
    kind = type(thing)  # isinstance would ask proxies for what they stand for
    if kind is Batch:
        return is_own(thing.whole)
    if issubclass(kind, DataLandscape):
        return bool(thing.points)
    return kind is Beside or (kind is Pick and bool(dict(thing.knobs).get("points")))


def callback(client: Any, app: Any, key: str, **values: Any) -> Any:
    """What the page sends when the stores with these names have changed."""
    (output,) = (each for each in app.callback_map if key in each)
    spec = app.callback_map[output]
    ids = re.findall(r"([\w-]+|\{[^}]*\})\.(\w+)(?:@\w+)?(?=\.\.\.|\.\.$)", output)
    body = {
        "output": output,
        "outputs": [{"id": one, "property": prop} for one, prop in ids],
        "inputs": [{**one, "value": values.get(one["id"])} for one in spec["inputs"]],
        "changedPropIds": [f"{next(iter(values))}.data"],
    }
    return client.post(
        "/_dash-update-component", data=json.dumps(body), content_type="application/json"
    )


# Where examples can be sent to, and what stands behind the link there.
ROUTES = {
    "stream": "",
    "surface": "",
    "repeats": "",
    "along": "",
    "limits": "",
    "verdicts": "",
    "field": "",
    "seen": "&at=1,3",
    "step": "&at=1,3",
    "slices": f"&at=1,{next(iter(ALONG))}",
}


def test_these_are_all_the_ways_to_send_examples(client: Any) -> None:
    rules = client.application.url_map.iter_rules()
    taking = {rule.rule[1:] for rule in rules if "POST" in (rule.methods or ())}
    assert {name for name in taking if not name.startswith("_dash")} == ROUTES.keys()


IN_LINK = ";".join(f"{x:.3f}:{y:.3f}" for x, y in examples(20).tolist())


@pytest.mark.parametrize(
    ("landscape", "body"),
    [
        *((f"{key},points=@150,rotation=30,l2=0.1", encoded(ROWS)) for key in DATA),
        (f"tanh_neuron,points={name_of(ROWS)}", encoded(ROWS)),
        (f"tanh_neuron,points={IN_LINK},l2=0.1", ""),
    ],
    ids=[*DATA, "named", "in the link"],
)
def test_nothing_of_own_examples_is_kept_after_an_answer(
    client: Any, landscape: str, body: str
) -> None:
    before = own_things()
    rest = "&steps=20&run=adam&run=newton/batch,size=8&run=polyak"
    for route, at in ROUTES.items():
        query = f"/{route}?landscape={landscape}{rest}{at}"
        answer = client.post(query, data=body) if body else client.get(query)
        assert answer.status_code == 200
        answer.close()
        del answer
    assert own_things() <= before


def test_the_callbacks_keep_nothing_either() -> None:
    app = create_app()
    before = own_things()
    opened = {"text": f"?landscape=tanh_neuron,points={name_of(ROWS)}", "beside": encoded(ROWS)}
    answer = callback(app.server.test_client(), app, "..notices.children...", opened=opened)
    assert answer.status_code == 200
    assert name_of(ROWS) in answer.text
    assert "Not all of this link" not in answer.text
    del answer
    assert own_things() <= before


def test_what_is_kept_would_be_seen() -> None:
    before = own_things()
    kept = parse("landscape=tanh_neuron,points=@150", encoded(ROWS))[0].landscape
    assert id(kept) in own_things() - before
    assert id(kept.plain) in own_things() - before


def test_an_own_landscape_remembers_for_itself_alone() -> None:
    points = tuple(map(tuple, examples(20).tolist()))
    f = LANDSCAPES["tanh_neuron"](points=points)
    kept = _landmarks.__wrapped__  # what a private one asks
    for each in (f, regularised(f, 0.1), rotated(f, 30.0), rotated(regularised(f, 0.1), 30.0)):
        assert each.private
        assert _landmarks(each) is _landmarks(each)
        np.testing.assert_array_equal(_landmarks(each).all, kept(each).all)
    assert not LANDSCAPES["tanh_neuron"]().private
    assert _landmarks(LANDSCAPES["tanh_neuron"]()) is _landmarks(LANDSCAPES["tanh_neuron"]())


watched: list[list[Any]] = []


def watch(event: str, arguments: Any) -> None:
    writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT
    if watched and event == "open" and (arguments[2] or 0) & writes:
        watched[-1].append(arguments[0])


@pytest.fixture
def written() -> Iterator[list[Any]]:
    """The files that are opened for writing meanwhile."""
    if watch not in HOOKS:
        sys.addaudithook(watch)
        HOOKS.append(watch)
    watched.append([])
    yield watched[-1]
    watched.clear()


HOOKS: list[Any] = []


def test_no_file_is_written(client: Any, written: list[Any], tmp_path: Any) -> None:
    for _, route in itertools.product(range(2), ("stream", "surface")):
        written.clear()  # the first answers may still import something
        query = f"/{route}?landscape=tanh_neuron,points=@10000&steps=5&run=adam"
        assert client.post(query, data=encoded(examples(10_000))).status_code == 200
    assert written == []
    (tmp_path / "it").write_text("is seen")
    assert written == [str(tmp_path / "it")]
