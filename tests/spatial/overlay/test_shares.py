"""Patches cut by village, farmland or not."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from spatial.overlay.parallel import slices
from spatial.overlay.shares import village_shares
from tests.spatial.overlay.building import make_villages, objects, rectangle

VILLAGES = make_villages(
    ("2", "乙", rectangle(20, -99, 60, 99)), ("1", "甲", rectangle(-99, -99, 20, 99))
)


def shares(*patches: shapely.Geometry) -> list[tuple[int, int, float]]:
    found = village_shares(objects(patches), VILLAGES)
    return list(
        zip(found.patch.tolist(), found.village.tolist(), found.area_m2.tolist(), strict=True)
    )


def test_a_patch_has_a_share_in_every_village_it_meets_and_beyond_them() -> None:
    found = shares(rectangle(0, 0, 70, 10), rectangle(0, 20, 10, 30))
    assert [row[:2] for row in found] == [(0, -1), (0, 0), (0, 1), (1, 1)]
    assert [row[2] for row in found] == pytest.approx([100, 400, 200, 100], rel=1e-4)


def test_an_empty_patch_has_no_share() -> None:
    assert shares(shapely.MultiPolygon(), rectangle(0, 0, 10, 10))[0][0] == 1


def test_without_villages_all_is_beyond_them() -> None:
    found = village_shares(objects([rectangle(0, 0, 10, 10)]), make_villages())
    assert found.village.tolist() == [-1]


@pytest.mark.parametrize(("count", "parts"), [(0, 4), (3, 4), (999, 2), (1001, 2), (10_000, 3)])
def test_slices_hold_every_patch_once(count: int, parts: int) -> None:
    pieces = slices(count, parts)
    assert len(pieces) <= parts
    numbers = np.concatenate([np.arange(count)[part] for part in pieces])
    assert numbers.tolist() == list(range(count))
