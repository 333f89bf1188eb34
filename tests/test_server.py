"""What the server answers, above all to what no page of ours would ask."""

import json
import math
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import __version__
from app.link import default, write
from app.run import messages
from app.server import _Compressed, create_app
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, descend


@pytest.fixture(scope="module")
def client() -> Any:
    return create_app().server.test_client()


def read(body: bytes) -> list[tuple[dict[str, Any], np.ndarray]]:
    """The messages of a stream, as the player reads them."""
    found, at = [], 0
    while at < len(body):
        head, size = struct.unpack_from("<II", body, at)
        text = body[at + 8 : at + 8 + head]
        planes = np.frombuffer(body, np.uint8, size, at + 8 + head)
        numbers = np.ascontiguousarray(planes.reshape(4, -1).T).reshape(-1).view("<f4")
        found.append((json.loads(text), numbers))
        at += 8 + head + size
    return found


def test_health(client: Any) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "version": __version__}


def test_the_page_comes_with_the_controls_of_the_link_that_it_is_opened_with(client: Any) -> None:
    def layout(link: str) -> str:
        answer = client.get("/_dash-layout", headers={"Referer": f"http://localhost{link}"})
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"  # Back would find another link's
        return str(answer.get_data(as_text=True))

    assert '"name of run Lion"' in layout("/?landscape=sphere&run=lion")
    assert '"name of run Adam"' in layout("/")
    refused = layout("/?landscape=nowhere&run=lion,lr=-1")
    assert "Not all of this link could be read" in refused
    assert '"name of run Lion"' in refused


@pytest.mark.parametrize(
    "referer", ["", "nonsense", "http://[", "//?run=%ff%00&run=" + "a" * 9_000]
)
def test_the_page_comes_to_whoever_does_not_say_a_link(client: Any, referer: str) -> None:
    answer = client.get("/_dash-layout", headers={"Referer": referer})
    assert answer.status_code == 200
    assert b"optimizer of" in answer.data


def test_every_answer_has_strict_headers(client: Any) -> None:
    for path in ("/", "/health", "/stream?", "/stream?run=nobody", "/assets/style.css", "/nowhere"):
        with client.get(path) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert "http" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_operator_names_who_may_frame_the_page() -> None:
    client = create_app("https://course.example").server.test_client()
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "frame-ancestors https://course.example" in policy


def test_the_stream_holds_the_librarys_numbers(client: Any) -> None:
    experiment = default()
    answer = client.get("/stream?" + write(experiment))
    (first, _), *rest = read(answer.data)
    assert first["link"] == write(experiment)
    assert first["names"] == ["Adam", "Momentum", "Gradient descent"]
    adam, momentum, _ = first["marks"]
    assert adam["marks"] == [0.05]
    assert "(2 + 2μ)/λ = " in momentum["hint"]
    parts = [n.reshape(3, 5, -1) for head, n in rest if "count" in head]
    numbers = np.concatenate(parts, axis=-1)
    for i, run in enumerate(experiment.runs):
        rule = OPTIMIZERS[run.optimizer.key]
        knobs = dict(run.optimizer.knobs)
        path = descend(experiment.surface, experiment.start, rule, steps=500, **knobs)
        np.testing.assert_array_equal(numbers[i, :2].T, path.path[:, 0].astype("f4"))
        np.testing.assert_array_equal(numbers[i, 2], path.loss[:, 0].astype("f4"))
        np.testing.assert_array_equal(numbers[i, 4, 1:], path.lr[:, 0].astype("f4"))
    assert [status["kind"] for status in rest[-1][0]["status"]] == ["moving"] * 3


def test_a_stream_can_be_resumed_from_any_step(client: Any) -> None:
    link = write(default())
    whole = read(client.get(f"/stream?{link}").data)
    x = np.concatenate([n.reshape(3, 5, -1)[0, 0] for head, n in whole if "count" in head])
    for first in (1, 49, 50, 51, 300, 500):
        rest = read(client.get(f"/stream?{link}&first={first}").data)
        parts = [(head["first"], n.reshape(3, 5, -1)[0, 0]) for head, n in rest if "count" in head]
        assert parts[0][0] == first
        np.testing.assert_array_equal(np.concatenate([n for _, n in parts]), x[first:])


def test_the_same_link_gives_the_same_floats_alone_or_among_others() -> None:
    experiment = default()
    alone = list(messages(experiment))
    assert alone == list(messages(experiment))


def test_gzip_arrives_message_by_message(client: Any) -> None:
    answer = client.get("/stream?steps=10000", headers={"Accept-Encoding": "gzip"}, buffered=False)
    assert answer.headers["Content-Encoding"] == "gzip"
    unpack = zlib.decompressobj(wbits=31)
    parts = iter(answer.response)
    assert b'"link"' in unpack.decompress(next(parts))
    assert b'"count":51' in unpack.decompress(next(parts))
    answer.close()


@pytest.mark.parametrize(
    "query",
    [
        "run=nobody", "run=adam,lr=nan", "run=adam,lr=inf", "run=adam,lr=-1", "run=adam,lr=1e999",
        "run=adam,lr=", "run=adam,=", "run=adam,lr=0x10", "run=adam,lr=1_0", "run=adam,lr=٣",
        "steps=0", "steps=-3", "steps=1000000000", "steps=1e400", "steps=2.5", "steps=", "steps=x",
        "start=1", "start=1,2,3", "start=nan,0", "start=inf,0", "start=,", "landscape=nowhere",
        "landscape=rosenbrock,b=1e9", "landscape=rosenbrock,z=1", "landscape=", "what=ever",
        "landscape=saddle&landscape=hills", "&".join(["run=adam"] * 33), "run=adam/nothing",
        "run=adam/warmup=-1", "run=adam/look=99", "run=adam/name=" + "n" * 61, "x" * 20_000,
        "first=5", "steps=10&first=12", "steps=10&first=-1", "steps=10&first=x",
        "run=%00", "run=%ff%fe", "run=adam%0a", "start=%F0%9F%98%80,1",
    ],
)  # fmt: skip
def test_bad_queries_get_sentences_and_400(client: Any, query: str) -> None:
    answer = client.get(f"/stream?{query}")
    assert answer.status_code == 400
    for problem in answer.json["problems"]:
        assert set(problem) == {"where", "sentence"}
        assert problem["sentence"].endswith((".", "?"))
        assert len(problem["sentence"]) < 400


@pytest.mark.parametrize(
    "query",
    ["landscape=nowhere", "landscape=rosenbrock,b=nan", "what=ever", "landscape=" + "x" * 20_000],
)
def test_contours_of_no_landscape_are_refused(client: Any, query: str) -> None:
    answer = client.get(f"/surface?{query}")
    assert answer.status_code == 400
    assert answer.json["problems"]
    assert client.get("/surface?landscape=saddle&run=nobody").status_code == 200


@pytest.mark.parametrize(
    "window", ["1,2,3", "2,1,0,1", "0,1,0,0", "a,b,c,d", "0,nan,0,1", "0,1,0,1e300", "1e999,2,3,4"]
)
def test_a_window_that_is_none_gets_a_sentence(client: Any, window: str) -> None:
    answer = client.get(f"/surface?landscape=saddle&within={window}")
    assert answer.status_code == 400
    [problem] = answer.json["problems"]
    assert problem["where"] == "within"
    assert "window" in problem["sentence"]
    assert client.get("/surface?landscape=saddle&within=-9,9,-1e3,9&coarse=1").status_code == 200


def test_what_is_kept_compressed_does_not_grow_with_what_is_asked() -> None:
    kept = _Compressed()
    for i in range(1000):
        kept.set(f"gzip;/assets/{i}.js", b"")
        kept.set(f"gzip;/surface{i}", b"")
    assert len(kept) == 100
    assert all(";/assets/" in key for key in kept)


@settings(max_examples=300)
@given(st.text(max_size=200))
def test_no_query_at_all_makes_a_server_error(client: Any, query: str) -> None:
    answer = client.get("/stream", query_string={"run": query, "landscape": query[:9]})
    assert answer.status_code in (200, 400)
    assert client.get("/stream?" + query.encode().hex()).status_code in (200, 400)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client: Any, method: str) -> None:
    assert getattr(client, method)("/stream").status_code == 405


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b"7", b'"text"', b"{}", b'{"output": 5}', b"\xff\xfe\x00",
        b'{"output": "nobody.children", "inputs": [], "changedPropIds": []}',
        b'{"output": "surface.data", "outputs": {"id": "surface", "property": "data"},'
        b' "inputs": [{"id": "landscape", "property": "data", "value": {"a": [1]}},'
        b' {"id": "address", "property": "search", "value": 3}], "changedPropIds": ["x.y"]}',
        b'{"output": "surface.data", "outputs": {"id": "surface", "property": "data"},'
        b' "inputs": [], "changedPropIds": []}',
    ],
)  # fmt: skip
def test_hand_made_callbacks_never_make_a_server_error(client: Any, body: bytes) -> None:
    for kind in ("application/json", "text/plain"):
        answer = client.post("/_dash-update-component", data=body, content_type=kind)
        assert answer.status_code < 500


def test_megabytes_of_text_are_refused(client: Any) -> None:
    answer = client.post(
        "/_dash-update-component", data=b"[" * 5_000_000, content_type="application/json"
    )
    assert answer.status_code == 413


def test_the_most_that_can_be_asked_for_is_answered(client: Any) -> None:
    query = "steps=10000&" + "&".join(["run=adadelta/plateau/warmup=9"] * 32)
    answer = client.get(f"/stream?{query}")
    assert answer.status_code == 200
    heads = [head for head, _ in read(answer.data)]
    assert len(heads[-1]["status"]) == 32
    assert math.isclose(sum(head.get("count", 0) for head in heads), 10_001)


@pytest.mark.parametrize(
    "points", ["0:0", "1:1;1:1", "1:0;1:1", "1000000:1000000;-1000000:-1000000", "1e-300:1e-300"]
)
@pytest.mark.parametrize("key", [k for k, f in LANDSCAPES.items() if hasattr(f, "examples")])
def test_examples_that_make_no_sense_are_drawn_and_walked_on_all_the_same(
    client: Any, key: str, points: str
) -> None:
    query = f"landscape={key},points={points}&steps=30&run=gradient_descent/batch,size=1&run=newton"
    for route in ("stream", "surface"):
        with client.get(f"/{route}?{query}") as answer:
            assert answer.status_code == 200
            assert answer.data
