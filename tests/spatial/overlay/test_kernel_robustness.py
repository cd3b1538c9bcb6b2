"""Shapes that break overlays: nearly equal boundaries, very many vertices, very many holes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import Point, Polygon

from spatial.area import ellipsoidal_area
from spatial.overlay.kernel import overlay
from spatial.overlay.model import Ground, OverlaySettings, Patches, Pieces
from tests.spatial.overlay.building import (
    make_ground,
    make_patches,
    make_plots,
    make_villages,
    make_zones,
    place,
    rectangle,
)

SETTINGS = OverlaySettings()


def lay(patches: Patches, ground: Ground) -> Pieces:
    return overlay(patches, ground, SETTINGS)


def area_of(geometry: shapely.Geometry) -> float:
    return float(ellipsoidal_area(np.array([geometry], dtype=object))[0])


@pytest.mark.parametrize("shift", [1e-9, 1e-7, 1e-6, 1e-4, 1e-3, 1e-2])
def test_boundaries_that_nearly_coincide_keep_the_area(shift: float) -> None:
    outline = Point(0, 0).buffer(50, quad_segs=40)
    shifted = shapely.transform(outline, lambda xy: xy + np.array([shift, -shift]))
    zones = make_zones(("permanent-basic-farmland", place(shifted)))
    ground = make_ground(make_plots(("cropland", place(outline))), zones)
    patch = make_patches(place(outline))
    pieces = lay(patch, ground)
    assert pieces.area_m2.sum() == pytest.approx(area_of(patch.geometry[0]), rel=1e-6)
    assert pieces.protection[~pieces.dust].tolist() == ["permanent_basic_farmland"]


def test_villages_whose_shared_boundary_does_not_quite_match_leave_only_dust_between() -> None:
    villages = make_villages(
        ("1", "甲", rectangle(-99, -99, 20, 99)), ("2", "乙", rectangle(20.01, -99, 99, 99))
    )
    plots = make_plots(("cropland", rectangle(-99, -99, 99, 99)))
    pieces = lay(make_patches(rectangle(0, 0, 40, 50)), make_ground(plots, villages=villages))
    assert pieces.village.tolist() == [-1, 0, 1]
    assert pieces.dust.tolist() == [True, False, False]
    assert pieces.area_m2.sum() == pytest.approx(2000, rel=1e-4)


def test_a_patch_of_a_hundred_thousand_vertices_is_laid_over_thousands_of_plots() -> None:
    angle = np.linspace(0, 2 * np.pi, 100_000, endpoint=False)
    radius = 1000 + 30 * np.sin(700 * angle)
    star = Polygon(np.column_stack((radius * np.cos(angle), radius * np.sin(angle))))
    rows = [
        ("cropland", rectangle(60 * i, 60 * j, 60 * i + 60, 60 * j + 60))
        for i in range(-20, 20)
        for j in range(-20, 0)
    ]
    patch = make_patches(place(star))
    pieces = lay(patch, make_ground(make_plots(*rows)))
    half = shapely.intersection(patch.geometry[0], rectangle(-1200, -1200, 1200, 0))
    assert pieces.area_m2.tolist() == pytest.approx([area_of(half)], rel=1e-6)


def test_a_plot_with_ten_thousand_holes_gives_its_ground_without_them() -> None:
    corners = [(10 * i, 10 * j) for i in range(100) for j in range(100)]
    holes = [[(x, y), (x + 5, y), (x + 5, y + 5), (x, y + 5)] for x, y in corners]
    sieve = place(Polygon([(-9, -9), (1009, -9), (1009, 1009), (-9, 1009)], holes))
    patches = make_patches(
        rectangle(0, 0, 100, 100), rectangle(1, 1, 4, 4), rectangle(-8.5, -8.5, -3, -3)
    )
    pieces = lay(patches, make_ground(make_plots(("cropland", sieve))))
    assert pieces.patch.tolist() == [0, 2]
    assert pieces.area_m2.tolist() == pytest.approx([7500, 30.25], rel=1e-4)


def test_plots_whose_corners_stand_on_a_neighbours_edge_are_united() -> None:
    plots = make_plots(
        ("cropland", rectangle(0, 0, 20, 50)),
        ("cropland", rectangle(20, 0, 40, 20)),
        ("cropland", rectangle(20, 20, 40, 50)),
    )
    pieces = lay(make_patches(rectangle(0, 0, 40, 50)), make_ground(plots))
    assert pieces.area_m2.tolist() == pytest.approx([2000], rel=1e-4)


def test_one_ground_with_faulty_topology_does_not_disturb_the_others() -> None:
    # Duplicated plots cannot be dissolved along shared edges; their neighbours in the array can.
    rows = [
        ("cropland", rectangle(100 * i, 20 * j, 100 * i + 50, 20 * j + 20))
        for i in range(40)
        for j in range(2)
    ]
    rows += [rows[20], rows[61]]
    patches = make_patches(*(rectangle(100 * i, 0, 100 * i + 40, 40) for i in range(40)))
    pieces = lay(patches, make_ground(make_plots(*rows)))
    assert pieces.area_m2.tolist() == pytest.approx([1600] * 40, rel=1e-4)


def test_hundreds_of_zones_over_one_patch_share_its_ground() -> None:
    zones = make_zones(
        *(("approved-construction", rectangle(i, -9, i + 1.5, 99), f"批{i:03}") for i in range(300))
    )
    ground = make_ground(make_plots(("cropland", rectangle(-99, -99, 999, 99))), zones)
    pieces = lay(make_patches(rectangle(0, 0, 300, 50)), ground)
    assert pieces.zone.tolist() == list(range(300))
    assert pieces.area_m2.tolist() == pytest.approx([75.0, *([50.0] * 298), 25.0], rel=1e-4)


def test_crossed_outlines_are_mended_and_spoil_nothing_else() -> None:
    crossed = Polygon([(40, 20), (50, 0), (30, 40), (50, 30), (20, 10), (40, 20)])
    patch = Polygon([(40, 50), (20, 40), (50, 30), (50, 40), (40, 50)])
    with pytest.raises(shapely.errors.GEOSException):
        shapely.intersection(patch, crossed)
    plots = make_plots(("cropland", place(crossed)), ("cropland", rectangle(100, 0, 140, 50)))
    patches = make_patches(place(patch), rectangle(110, 10, 120, 20))
    pieces = overlay(patches, make_ground(plots), OverlaySettings(tolerance_m=0))
    assert pieces.area_m2.tolist() == pytest.approx([30, 100], rel=1e-3)


def test_crossed_outlines_side_by_side_are_united_after_mending() -> None:
    crossed = Polygon([(40, 0), (20, 50), (30, 0), (40, 40), (50, 10), (0, 50), (40, 0)])
    other = Polygon([(0, 30), (0, 10), (20, 20), (20, 0), (0, 0), (0, 30)])
    plots = make_plots(("cropland", place(crossed)), ("cropland", place(other)))
    pieces = lay(make_patches(rectangle(-9, -9, 60, 60)), make_ground(plots))
    both = shapely.union(shapely.make_valid(crossed), shapely.make_valid(other))
    assert pieces.area_m2.sum() == pytest.approx(both.area, rel=1e-3)
