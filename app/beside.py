"""One's own examples that are too many for a link: they stand beside it, and it holds their name.

    points=@2341.9f3a11c2

The name is how many they are and the CRC-32 of their bytes, in hex: little-endian float64 numbers
x0, y0, x1, y1, ..., which travel as base64 text. A browser keeps that text and sends it along;
after an edit it asks for ``@2341`` and learns the whole name. Nothing is kept here.
"""

from __future__ import annotations

import base64
import re
import zlib
from typing import Any

import numpy as np

from app.knobs import LONGEST_BESIDE, LONGEST_LIST, Beside, Knob, shown

ROW = 16  # bytes
LONGEST_TEXT = 4 * -(-LONGEST_BESIDE * ROW // 3)
AGAIN = "load the file again."


def read_beside(knob: Knob, name: str, text: str) -> Any:
    """The pairs that ``name`` stands for, out of the ``text`` beside the link.

    As few as a link can hold are a plain tuple. Raises ValueError with a sentence that says what to
    do where there is no text, or one that is broken or not what the name says.
    """
    found = re.fullmatch(r"@([0-9]{1,6})(?:\.([0-9a-f]{8}))?", name)
    if not found:
        whole = "@2341.9f3a11c2, their number and checksum"
        raise ValueError(f"{knob.name} beside the link are named as {whole}, not {shown(name)}.")
    count, checksum = int(found[1]), found[2]
    if not text:
        raise ValueError(
            f"The {count:,} examples of this link are not in it: "
            f"they stayed in the browser that loaded them. To see them here, {AGAIN}"
        )
    rows = _decode(knob, text)
    crc = f"{zlib.crc32(rows):08x}"
    if count != len(rows) or checksum not in (None, crc):
        raise ValueError(f"The examples beside the link are not those that it names; {AGAIN}")
    pairs = zip(*rows.T.tolist(), strict=True)
    return tuple(pairs) if count <= LONGEST_LIST else Beside(pairs, f"@{count}.{crc}")


def _decode(knob: Knob, text: str) -> Any:
    """The rows (n, 2) in a text."""
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"There are more than {LONGEST_BESIDE:,} examples; take fewer.")
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise ValueError(f"The examples beside the link are no base64 text; {AGAIN}") from None
    if not data or len(data) % ROW:
        raise ValueError(f"The examples beside the link are not whole pairs of numbers; {AGAIN}")
    rows = np.frombuffer(data, "<f8").reshape(-1, 2)
    low, high = np.array([(part.low, part.high) for part in knob.parts]).T
    if len(rows) > LONGEST_BESIDE:
        raise ValueError(f"There are {len(rows):,} examples; {LONGEST_BESIDE:,} are the most.")
    if not ((low <= rows) & (rows <= high)).all():
        ends = f"from {low.min():g} to {high.max():g}"
        raise ValueError(f"The examples beside the link must be numbers {ends}; {AGAIN}")
    return rows
