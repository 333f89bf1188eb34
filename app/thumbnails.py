"""Every landscape from above, as small as a thumbnail: what the menu of landscapes shows."""

from __future__ import annotations

import functools
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from app.charts.contour import levels
from landscapes import LANDSCAPES, Landscape

# Twice as many pixels as assets/style.css gives it room for: screens are that fine.
WIDTH, HEIGHT = 72, 56
# Of so many levels of the contours, one: more lines than that would run together.
EVERY = 3
# How much darker than its band a line is, as a share of all there is between low and high.
LINE = 0.3


@functools.cache
def thumbnails() -> bytes:
    """All landscapes as one PNG, one below the other in the catalogue's order."""
    return png(np.vstack([thumbnail(landscape()) for landscape in LANDSCAPES.values()]))


def thumbnail(surface: Landscape) -> NDArray[np.uint8]:
    """The bands between levels and the lines that part them, (HEIGHT, WIDTH), the top row first.

    Black is low and white is high; the page puts its own colours for them.
    """
    (x0, x1), (y0, y1) = surface.domain
    x, y = np.linspace(x0, x1, WIDTH), np.linspace(y1, y0, HEIGHT)
    heights = surface(np.stack(np.meshgrid(x, y), axis=-1))
    bounds = levels(heights)[::EVERY]
    level = np.interp(heights, bounds, np.arange(len(bounds)))
    # A pixel is on a line as far as the line is less than a pixel away, so that it looks smooth.
    slope = np.hypot(*np.gradient(level))
    away = np.abs(level - np.round(level)) / np.where(slope, slope, np.nan)
    line = np.where((level > 0.5) & (away < 1.2), np.minimum(1.2 - away, 1), 0)
    shade = (1 - LINE) * np.floor(level) / (len(bounds) - 1) + LINE * line
    # Sixteen greys are enough, in half of the bytes.
    return (np.round(15 * shade) * 17).astype(np.uint8)


def png(grey: NDArray[np.uint8]) -> bytes:
    """Rows of grey as a PNG (https://www.w3.org/TR/png-3/)."""
    height, width = grey.shape
    head = struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    rows = np.insert(grey, 0, 0, axis=1)  # each after the number of its filter: none
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
