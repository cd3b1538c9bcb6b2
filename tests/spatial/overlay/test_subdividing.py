"""Features of very many vertices taken apart, and the kernel's answers over them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon

from spatial.overlay.kernel import overlay
from spatial.overlay.model import OverlaySettings
from spatial.overlay.subdividing import LARGE_VERTICES, subdivide_near
from tests.spatial.overlay.building import (
    make_ground,
    make_patches,
    make_plots,
    make_villages,
    make_zones,
    objects,
    place,
    rectangle,
)

EVERYWHERE = shapely.STRtree([rectangle(-5000, -5000, 5000, 5000)])
HOLES = [
    Point(40 * i, 40 * j).buffer(9, quad_segs=4).exterior for i in range(20) for j in range(20)
]
SIEVE = place(Polygon(shapely.box(-30, -30, 790, 790).exterior, HOLES))
SQUARES = [
    rectangle(30 * i, 30 * j, 30 * i + 30, 30 * j + 30) for i in range(25) for j in range(25)
]
CHECKERS = MultiPolygon([square for number, square in enumerate(SQUARES) if number % 2])
STAR = place(
    Polygon(
        [
            (radius * np.cos(angle), radius * np.sin(angle))
            for angle, radius in zip(
                np.linspace(0, 2 * np.pi, 900, endpoint=False), [700, 400] * 450, strict=True
            )
        ]
    )
)


@pytest.mark.parametrize("feature", [SIEVE, CHECKERS, STAR], ids=["sieve", "checkers", "star"])
def test_the_parts_of_a_feature_are_small_and_make_it_up(feature: shapely.Geometry) -> None:
    parts = subdivide_near(EVERYWHERE, objects([feature]))
    assert (shapely.get_num_coordinates(parts.geometry) <= LARGE_VERTICES).all()
    assert shapely.is_valid(parts.geometry).all()
    assert shapely.area(parts.geometry).sum() == pytest.approx(feature.area, rel=1e-9)
    assert shapely.union_all(parts.geometry).area == pytest.approx(feature.area, rel=1e-9)


def test_parts_far_from_every_patch_are_let_go() -> None:
    near = shapely.STRtree([rectangle(0, 0, 20, 20)])
    few, all_parts = (subdivide_near(tree, objects([SIEVE])) for tree in (near, EVERYWHERE))
    assert 0 < len(few.geometry) < len(all_parts.geometry) / 10
    assert set(shapely.to_wkb(few.geometry)) <= set(shapely.to_wkb(all_parts.geometry))


def test_each_part_knows_its_feature() -> None:
    parts = subdivide_near(EVERYWHERE, objects([SIEVE, rectangle(900, 0, 950, 50), STAR]))
    assert set(parts.owner.tolist()) == {0, 1, 2}
    assert np.count_nonzero(parts.owner == 1) == 1
    assert not parts.cut[parts.owner == 1].any()


@pytest.mark.parametrize("feature", [SIEVE, CHECKERS, STAR], ids=["sieve", "checkers", "star"])
def test_the_kernel_finds_the_ground_of_a_large_feature(feature: shapely.Geometry) -> None:
    assert shapely.get_num_coordinates(feature) > LARGE_VERTICES
    random = np.random.default_rng(4)
    corners = random.uniform(-300, 700, (25, 2)).tolist()
    patches = make_patches(*(rectangle(x, y, x + 55, y + 35) for x, y in corners))
    pieces = overlay(patches, make_ground(make_plots(("cropland", feature))), OverlaySettings())
    found = np.zeros(len(patches))
    np.add.at(found, pieces.patch, shapely.area(pieces.geometry))
    expected = shapely.area(shapely.intersection(patches.geometry, feature))
    assert found == pytest.approx(expected, rel=1e-7, abs=1e-14)


def test_a_large_village_and_a_large_approval_keep_their_names() -> None:
    villages = make_villages(("1", "甲", STAR), ("2", "乙", rectangle(-900, -900, 900, 900)))
    zones = make_zones(("approved-construction", CHECKERS, "批1"))
    ground = make_ground(make_plots(("cropland", rectangle(-900, -900, 900, 900))), zones, villages)
    patches = make_patches(rectangle(350, 350, 420, 420))
    pieces = overlay(patches, ground, OverlaySettings())
    labels = set(zip(pieces.village.tolist(), pieces.zone.tolist(), strict=True))
    assert labels == {(0, -1), (0, 0), (1, -1), (1, 0)}
    exempt = shapely.intersection(patches.geometry[0], CHECKERS)
    in_star = shapely.intersection(patches.geometry[0], STAR)
    area = shapely.area(pieces.geometry)
    assert area[pieces.zone == 0].sum() == pytest.approx(exempt.area, rel=1e-7)
    assert area[pieces.village == 0].sum() == pytest.approx(in_star.area, rel=1e-7)


def test_what_is_found_at_one_place_does_not_depend_on_the_other_patches() -> None:
    ground = make_ground(make_plots(("cropland", SIEVE)))
    one, other = rectangle(30, 30, 90, 90), rectangle(400, 400, 460, 430)
    alone = overlay(make_patches(one), ground, OverlaySettings())
    together = overlay(make_patches(other, one), ground, OverlaySettings())
    assert shapely.to_wkb(alone.geometry[0]) == shapely.to_wkb(together.geometry[-1])
    assert alone.area_high_m2[0] == together.area_high_m2[-1]
