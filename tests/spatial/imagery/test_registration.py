"""The shift between two scenes, also of small ones and of those that show nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, shift

from spatial.imagery.change.registration import shift_between

DOWN, RIGHT = 0.4, -0.3


def ground(side: int) -> np.ndarray:
    """Fields of twelve pixels, as a sensor's optics leave them."""
    random = np.random.default_rng(2)
    fields = random.normal(100, 20, (side // 12 + 1, side // 12 + 1))
    drawn = np.kron(fields, np.ones((12, 12)))[:side, :side]
    return np.asarray(gaussian_filter(drawn, 1.0), dtype=np.float32)


@pytest.mark.parametrize("side", [270, 900])
def test_a_shift_is_known_to_a_fraction_of_a_pixel(side: int) -> None:
    before = ground(side)
    after = shift(before, (DOWN, RIGHT), order=3, mode="nearest")
    found = shift_between([(before, after, np.ones(before.shape, dtype=bool))])
    assert (found.rows, found.columns) == (
        pytest.approx(-DOWN, abs=0.1),
        pytest.approx(-RIGHT, abs=0.1),
    )
    assert found.is_certain


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("side", [1, 2, 270])
def test_scenes_without_anything_to_go_by_have_no_certain_shift(side: int) -> None:
    flat = np.full((side, side), 7.0, dtype=np.float32)
    found = shift_between([(flat, ground(side), np.ones(flat.shape, dtype=bool))])
    assert not found.is_certain


def test_tiles_under_cloud_have_no_say() -> None:
    before = ground(900)
    after = shift(before, (DOWN, RIGHT), order=3, mode="nearest")
    clear = np.ones(before.shape, dtype=bool)
    clear[:, :500] = False
    after[~clear] = ground(900)[::-1][~clear]
    found = shift_between([(before, after, clear)])
    assert found.is_certain
    assert found.rows == pytest.approx(-DOWN, abs=0.1)
