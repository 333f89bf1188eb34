"""The colours of the page: texts can be read, and runs told apart, also by the colour-blind."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

STYLE = (Path(__file__).parents[1] / "assets/style.css").read_text("utf-8")
SCHEMES = {
    "light": [":root"],
    "dark": [":root", ':root[data-scheme="dark"]'],
    "projector": [":root", ":root[data-projector]"],
}
# Machado, Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113, at full severity, on linear RGB.
SEEN_BY = {
    "most": np.eye(3),
    "protanopes": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopes": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopes": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def colours(scheme: str) -> dict[str, np.ndarray]:
    """The variables of a scheme that are colours, in linear RGB."""
    found = {}
    for selector in SCHEMES[scheme]:
        block = STYLE.split(f"\n{selector} {{", 1)[1].split("}", 1)[0]
        for name, hexes in re.findall(r"--([\w-]+): #(\w{6});", block):
            share = np.array([int(hexes[i : i + 2], 16) for i in (0, 2, 4)]) / 255
            found[name] = np.where(
                share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4
            )
    return found


def contrast(one: np.ndarray, other: np.ndarray) -> float:
    """WCAG 2's contrast ratio."""
    low, high = sorted(float(XYZ[1] @ colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(colour: np.ndarray) -> np.ndarray:
    """CIE L*a*b* under D65."""
    share = XYZ @ np.clip(colour, 0, 1) / [0.9505, 1, 1.089]
    x, y, z = np.where(share > 0.008856, np.cbrt(share), 7.787 * share + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("paper", ["paper", "paper-2"])
@pytest.mark.parametrize("text", ["ink", "ink-quiet", "bad", "good"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_texts_can_be_read(scheme: str, text: str, paper: str) -> None:
    known = colours(scheme)
    least = 7.0 if scheme == "projector" else 4.5
    assert contrast(known[text], known[paper]) >= least


@pytest.mark.parametrize("scheme", SCHEMES)
def test_runs_stand_out_from_the_paper_and_can_be_named_in_their_colours(scheme: str) -> None:
    known = colours(scheme)
    assert all(contrast(known[f"run-{i}"], known["paper"]) >= 4.5 for i in range(8))


def test_for_a_projector_runs_stand_out_from_the_whole_ramp() -> None:
    known = colours("projector")
    pairs = itertools.product(range(8), range(4))
    assert all(contrast(known[f"run-{i}"], known[f"ramp-{j}"]) >= 3 for i, j in pairs)


@pytest.mark.parametrize("eye", SEEN_BY)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_runs_differ_for_every_eye(scheme: str, eye: str) -> None:
    known = colours(scheme)
    seen = [lab(np.array(SEEN_BY[eye]) @ known[f"run-{i}"]) for i in range(8)]
    nearest = min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2))
    assert nearest > 17
