"""The rate that is suggested for each optimizer on each landscape."""

import numpy as np
import pytest

from app.experiment import pick as choose
from app.knobs import knobs
from app.rates import suited_rate
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, descend


@pytest.mark.parametrize("landscape", LANDSCAPES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_suggested_rate_goes_down_and_does_not_diverge(landscape: str, optimizer: str) -> None:
    pick = choose(LANDSCAPES, landscape)
    knob = knobs(OPTIMIZERS[optimizer])["lr"]
    rate = suited_rate(optimizer, pick)
    assert knob.low <= rate <= knob.high
    f = LANDSCAPES[landscape]()
    run = descend(f, f.start, OPTIMIZERS[optimizer], steps=500, lr=rate)
    assert run.status[0].kind != "diverged"
    # Newton's method goes to the nearest point without a slope, which may be a summit.
    still = np.abs(run.grad[-1]).max() < 1e-9 * np.abs(run.grad[0]).max()
    assert run.loss[200, 0] < run.loss[0, 0] or still or not f.bounded
