"""The pictures in the menu of landscapes."""

import struct
import zlib
from typing import Any

import numpy as np
import pytest

from app.link import default
from app.page import shown
from app.server import create_app
from app.thumbnails import HEIGHT, WIDTH, png, thumbnail, thumbnails
from landscapes import LANDSCAPES


def read(image: bytes) -> np.ndarray:
    """The greys of a PNG of ours, its checksums looked at."""
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(image):
        (size,) = struct.unpack_from(">I", image, at)
        name, data = image[at + 4 : at + 8], image[at + 8 : at + 8 + size]
        assert struct.unpack_from(">I", image, at + 8 + size) == (zlib.crc32(name + data),)
        chunks[name] = data
        at += 12 + size
    width, height, depth, colour, *rest = struct.unpack(">2I5B", chunks[b"IHDR"])
    assert (depth, colour, rest) == (8, 0, [0, 0, 0])
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, width + 1)
    assert not rows[:, 0].any()
    return rows[:, 1:]


def test_what_is_written_can_be_read() -> None:
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4)
    np.testing.assert_array_equal(read(png(grey)), grey)


@pytest.mark.parametrize("key", LANDSCAPES)
def test_a_thumbnail_is_dark_where_the_surface_is_low(key: str) -> None:
    f = LANDSCAPES[key]()
    picture = thumbnail(f)
    assert picture.shape == (HEIGHT, WIDTH)
    assert picture.min() == 0
    assert len(np.unique(picture)) > 5
    (x0, x1), (y0, y1) = f.domain
    x, y = np.meshgrid(np.linspace(x0, x1, WIDTH), np.linspace(y1, y0, HEIGHT))
    heights = f(np.stack([x, y], axis=-1))
    cut = np.quantile(heights, [0.1, 0.9])
    assert picture[heights <= cut[0]].mean() + 60 < picture[heights >= cut[1]].mean()


def test_they_lie_in_the_order_in_which_the_menu_looks_for_them() -> None:
    rows = read(thumbnails()).reshape(-1, HEIGHT, WIDTH)
    pick = shown(default())[0]
    summaries = pick.summaries
    assert list(summaries) == list(LANDSCAPES)
    for key, picture in zip(summaries, rows, strict=True):
        np.testing.assert_array_equal(picture, thumbnail(LANDSCAPES[key]()))


def test_a_browser_that_has_them_is_not_sent_them_again() -> None:
    client: Any = create_app().server.test_client()
    answer = client.get("/thumbnails.png")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.data == thumbnails()
    again = client.get("/thumbnails.png", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
