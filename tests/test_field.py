"""Which way is down, as the page is told."""

import json
import struct
from typing import Any

import numpy as np
import pytest

from app.field import RESOLUTION, field
from app.server import create_app
from landscapes import LANDSCAPES, Landscape, rotated


@pytest.fixture(scope="module")
def client() -> Any:
    return create_app().server.test_client()


def read(body: bytes) -> tuple[dict[str, Any], np.ndarray]:
    """A message's head, and its numbers by axis, row and column."""
    head, size = struct.unpack_from("<II", body)
    planes = np.frombuffer(body, np.uint8, size, 8 + head)
    numbers = np.ascontiguousarray(planes.reshape(4, -1).T).reshape(-1).view("<f4")
    return json.loads(body[8 : 8 + head]), numbers.reshape(2, RESOLUTION, RESOLUTION)


def point(f: Landscape, row: int, column: int) -> tuple[float, float]:
    (x0, x1), (y0, y1) = f.domain
    last = RESOLUTION - 1
    return x0 + (x1 - x0) * column / last, y0 + (y1 - y0) * row / last


@pytest.mark.parametrize("key", LANDSCAPES)
def test_the_field_is_minus_the_gradient_over_the_whole_picture(key: str) -> None:
    f = LANDSCAPES[key]()
    head, numbers = read(field(f))
    assert head == {"rows": RESOLUTION}
    assert np.isfinite(numbers).all()
    for row, column in ((0, 0), (0, 64), (64, 0), (17, 40), (50, 3)):
        slope = -f.grad(point(f, row, column))
        scale = float(np.abs(f.grad(f.start)).max())
        assert numbers[:, row, column] == pytest.approx(slope, rel=1e-5, abs=1e-9 * scale)


def test_a_landscape_with_its_knobs_and_its_rotation_is_asked_for_by_link(client: Any) -> None:
    answer = client.get("/field?landscape=rosenbrock,b=7,rotation=30&run=nobody")
    assert answer.status_code == 200
    expected = field(rotated(LANDSCAPES["rosenbrock"](b=7.0), 30.0))
    np.testing.assert_array_equal(read(answer.data)[1], read(expected)[1])


@pytest.mark.parametrize("query", ["landscape=nowhere", "landscape=rosenbrock,b=nan", "what=ever"])
def test_the_field_of_no_landscape_is_refused(client: Any, query: str) -> None:
    answer = client.get(f"/field?{query}")
    assert answer.status_code == 400
    assert answer.json["problems"]
