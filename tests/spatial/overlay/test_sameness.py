"""Shares of ground that two sightings have in common."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from spatial.overlay.sameness import Sameness, compare_ground, same_outline, touching_pairs


def squares(*corners: tuple[float, float, float, float]) -> np.ndarray:
    boxes = [shapely.box(105.5 + w, 29.3 + s, 105.5 + e, 29.3 + n) for w, s, e, n in corners]
    return np.array(boxes, dtype=object)


def shares(new: np.ndarray, earlier: np.ndarray) -> Sameness:
    return compare_ground(new, earlier, np.array([0]), np.array([0]))


def test_the_same_ground_has_both_shares_of_one() -> None:
    ground = squares((0, 0, 0.001, 0.001))
    same = shares(ground, ground.copy())
    assert (same.iou[0], same.cover[0]) == (1.0, 1.0)


def test_half_of_each_in_common_is_a_third_of_the_union() -> None:
    same = shares(squares((0, 0, 0.002, 0.001)), squares((0.001, 0, 0.003, 0.001)))
    assert same.iou[0] == pytest.approx(1 / 3)
    assert same.cover[0] == pytest.approx(1 / 2)


def test_a_large_patch_covers_a_small_earlier_one_though_their_union_is_large() -> None:
    same = shares(squares((0, 0, 0.01, 0.01)), squares((0.001, 0.001, 0.002, 0.002)))
    assert same.iou[0] == pytest.approx(0.01, rel=1e-3)
    assert same.cover[0] == 1.0
    assert same.is_same(iou=0.5, cover=0.8).tolist() == [True]


def test_neither_threshold_reached_is_not_the_same() -> None:
    same = shares(squares((0, 0, 0.002, 0.001)), squares((0.001, 0, 0.003, 0.001)))
    assert same.is_same(iou=0.5, cover=0.8).tolist() == [False]


def test_ground_that_only_touches_is_never_the_same_even_without_thresholds() -> None:
    same = shares(squares((0, 0, 1, 1)), squares((1, 0, 2, 1)))
    assert same.is_same(iou=0.0, cover=0.0).tolist() == [False]


def test_pairs_are_ordered_and_leave_out_what_does_not_meet() -> None:
    new = squares((0, 0, 1, 1), (5, 5, 6, 6), (0, 0, 3, 3))
    earlier = squares((2, 2, 4, 4), (0.5, 0.5, 1, 1))
    first, second = touching_pairs(new, earlier)
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == [(0, 1), (2, 0), (2, 1)]


def test_empty_ground_meets_nothing_and_shares_nothing() -> None:
    none = np.array([None, shapely.MultiPolygon()], dtype=object)
    first, _ = touching_pairs(none, squares((0, 0, 1, 1)))
    assert len(first) == 0
    empty = shares(none[1:], squares((0, 0, 1, 1)))
    assert (empty.iou[0], empty.cover[0]) == (0.0, 0.0)


def test_no_pairs_give_no_shares() -> None:
    nothing = np.array([], dtype=object)
    index = np.array([], dtype=np.int64)
    assert len(compare_ground(nothing, nothing, index, index).iou) == 0


def test_an_outline_is_the_same_whatever_vertices_it_is_written_with() -> None:
    square = shapely.box(0, 0, 10, 10)
    assert same_outline(square, shapely.segmentize(square, 3), 1e-9)
    assert same_outline(square, shapely.affinity.translate(square, 5e-8), 1e-7)
    assert not same_outline(square, shapely.affinity.translate(square, 2e-7), 1e-7)
    without_corner = shapely.Polygon([(0, 0), (10, 0), (0, 10)])
    assert not same_outline(square, without_corner, 1e-7)
    assert not same_outline(without_corner, square, 1e-7)
    hollow = square.difference(shapely.box(4, 4, 6, 6))
    assert not same_outline(square, hollow, 1e-7)
