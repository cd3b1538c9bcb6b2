"""What all pixels share is no change: gain, haze and season are taken out, changes stay."""

from __future__ import annotations

import numpy as np
import pytest

from spatial.errors import RasterError
from spatial.imagery.change.magnitude import magnitude
from spatial.imagery.change.normalisation import normalisation

RANDOM = np.random.default_rng(7)
GAIN = np.array([0.8, 1.1, 0.9, 1.3])
OFFSET = np.array([12.0, -5.0, 30.0, 8.0])


def scene_pair(share_changed: float = 0.1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two scenes of 60 × 60 pixels in four bands, and where the ground changed."""
    before = RANDOM.normal(100, 20, (4, 60, 60)).astype(np.float32)
    after = (before - OFFSET[:, None, None]) / GAIN[:, None, None]
    after += RANDOM.normal(0, 1, after.shape)
    changed = np.zeros((60, 60), dtype=bool)
    changed[: int(60 * share_changed)] = True
    after[:, changed] = RANDOM.normal(60, 20, (4, int(changed.sum())))
    return before, after.astype(np.float32), changed


def test_gain_and_offset_come_from_unchanged_pixels_only() -> None:
    before, after, changed = scene_pair()
    found = normalisation(before.reshape(4, -1), after.reshape(4, -1))
    left = after - found.expected(before)[0]
    assert np.abs(np.median(left[:, ~changed], axis=1)).max() < 1
    assert left[:, ~changed].std() < 3


def test_a_season_of_one_kind_of_ground_is_no_change() -> None:
    before, after, changed = scene_pair(0.05)
    crops = before.copy()
    crops[:, 30:] += np.array([0, 0, -60, 200], dtype=np.float32)[:, None, None]
    greener = after.copy()
    greener[:, 30:] += np.array([40, -30, 0, 150], dtype=np.float32)[:, None, None]
    found = normalisation(crops.reshape(4, -1), greener.reshape(4, -1))
    left = greener - found.expected(crops)[0]
    assert np.abs(np.median(left[:, 30:], axis=(1, 2))).max() < 3
    assert np.abs(np.median(left[:, ~changed], axis=1)).max() < 3


def test_changes_stand_out_from_what_all_pixels_share() -> None:
    before, after, changed = scene_pair()
    how = normalisation(before.reshape(4, -1), after.reshape(4, -1))
    found = magnitude(before, after, np.ones((60, 60), dtype=bool), how)
    assert np.median(found[changed]) > 8 * np.median(found[~changed]) + 1


def test_what_is_not_clear_is_no_change_and_does_not_spread() -> None:
    before, after, _ = scene_pair(0.0)
    clear = np.ones((60, 60), dtype=bool)
    clear[20:30, 20:30] = False
    how = normalisation(before[:, clear], after[:, clear])
    after[:, ~clear] = 1e6
    found = magnitude(before, after, clear, how)
    assert not found[~clear].any()
    assert found[clear].max() < 5


def test_too_few_pixels_are_refused() -> None:
    with pytest.raises(RasterError) as refused:
        normalisation(np.ones((4, 10), np.float32), np.ones((4, 10), np.float32))
    assert refused.value.problem_code == "too-few-pixels"
