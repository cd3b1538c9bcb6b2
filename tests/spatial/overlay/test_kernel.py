"""What the kernel cuts, measured against rectangles drawn in metres."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import Point

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

PBF, HSF = "permanent-basic-farmland", "high-standard-farmland"
SETTINGS = OverlaySettings()
FIELD = rectangle(-500, -500, 500, 500)
VILLAGE = make_villages(("500118001202", "三星村", rectangle(-900, -900, 900, 900)))
PATCH = make_patches(rectangle(0, 0, 40, 50))
ONE_TENTH_PER_MILLE = 1e-4


def lay(patches: Patches, ground: Ground, settings: OverlaySettings = SETTINGS) -> Pieces:
    return overlay(patches, ground, settings)


def table(pieces: Pieces) -> list[tuple[str, int, int, float]]:
    return [
        (str(protection), int(village), int(zone), float(area))
        for protection, village, zone, area in zip(
            pieces.protection, pieces.village, pieces.zone, pieces.area_m2, strict=True
        )
    ]


def areas(pieces: Pieces) -> dict[tuple[str, int, int], float]:
    rows = table(pieces)
    assert len({row[:3] for row in rows}) == len(rows)
    return {row[:3]: row[3] for row in rows}


def expect(pieces: Pieces, **expected: float) -> None:
    found = {protection: area for (protection, *_), area in areas(pieces).items()}
    assert found == pytest.approx(expected, rel=ONE_TENTH_PER_MILLE)


def test_a_patch_within_one_plot_of_one_village_is_one_piece() -> None:
    pieces = lay(PATCH, make_ground(make_plots(("cropland", FIELD)), villages=VILLAGE))
    assert areas(pieces) == pytest.approx({("cropland", 0, -1): 2000.0}, rel=ONE_TENTH_PER_MILLE)
    assert not pieces.dust.any()


def test_membership_of_a_protecting_layer_comes_before_land_class() -> None:
    zones = make_zones(
        (PBF, rectangle(-10, -10, 10, 60)),
        (HSF, rectangle(-10, -10, 20, 60)),
    )
    plots = make_plots(
        ("recoverable", rectangle(-10, -10, 5, 60)), ("cropland", rectangle(5, -10, 30, 60))
    )
    expect(
        lay(PATCH, make_ground(plots, zones)),
        permanent_basic_farmland=500,
        high_standard_farmland=500,
        cropland=500,
    )


def test_protected_land_needs_no_plot_under_it() -> None:
    expect(lay(PATCH, make_ground(zones=make_zones((PBF, FIELD)))), permanent_basic_farmland=2000)


def test_protecting_layers_protect_whatever_their_dates() -> None:
    zones = make_zones((PBF, FIELD, None, "2017-01-01", "2020-12-31"))
    expect(lay(PATCH, make_ground(zones=zones)), permanent_basic_farmland=2000)


def test_ground_under_overlapping_plots_counts_once() -> None:
    plots = make_plots(
        ("cropland", rectangle(0, 0, 30, 50)),
        ("cropland", rectangle(20, 0, 40, 50)),
        ("cropland", rectangle(0, 0, 30, 50)),
    )
    expect(lay(PATCH, make_ground(plots)), cropland=2000)


def test_a_plot_twice_and_a_gap_of_the_same_size_do_not_make_up_for_each_other() -> None:
    half = rectangle(-10, -10, 20, 60)
    expect(
        lay(PATCH, make_ground(make_plots(("cropland", half), ("cropland", half)))), cropland=1000
    )


def test_cropland_and_recoverable_plots_over_each_other_count_as_cropland() -> None:
    plots = make_plots(
        ("recoverable", rectangle(0, 0, 40, 50)), ("cropland", rectangle(0, 0, 10, 50))
    )
    expect(lay(PATCH, make_ground(plots)), cropland=500, recoverable=1500)


def test_land_without_protection_gives_no_piece() -> None:
    assert len(lay(PATCH, make_ground(make_plots(("none", FIELD)), villages=VILLAGE))) == 0


def test_a_patch_is_cut_by_village_and_keeps_what_lies_outside_all() -> None:
    villages = make_villages(
        ("500118001204", "望城村", rectangle(10, -100, 30, 100)),
        ("500118001202", "三星村", rectangle(-100, -100, 10, 100)),
    )
    pieces = lay(PATCH, make_ground(make_plots(("cropland", FIELD)), villages=villages))
    assert areas(pieces) == pytest.approx(
        {("cropland", 1, -1): 500, ("cropland", 0, -1): 1000, ("cropland", -1, -1): 500},
        rel=ONE_TENTH_PER_MILLE,
    )


def test_ground_claimed_by_two_villages_goes_to_the_smaller_code() -> None:
    villages = make_villages(
        ("500118001204", "望城村", rectangle(-100, -100, 100, 100)),
        ("500118001202", "三星村", rectangle(-100, -100, 10, 100)),
    )
    pieces = lay(PATCH, make_ground(make_plots(("cropland", FIELD)), villages=villages))
    assert areas(pieces) == pytest.approx(
        {("cropland", 1, -1): 500, ("cropland", 0, -1): 1500}, rel=ONE_TENTH_PER_MILLE
    )


def test_each_ground_is_exempted_once_in_the_order_of_exemptions() -> None:
    zones = make_zones(
        ("shelterbelts", rectangle(0, 0, 40, 50), "绿1"),
        ("temporary-land-use", rectangle(0, 0, 20, 50), "临1", "2025-01-01", "2026-12-31"),
        ("approved-construction", rectangle(0, 0, 10, 50), "批2"),
        ("approved-construction", rectangle(5, 0, 15, 50), "批1"),
    )
    pieces = lay(PATCH, make_ground(make_plots(("cropland", FIELD)), zones, VILLAGE))
    assert areas(pieces) == pytest.approx(
        {
            ("cropland", 0, 3): 500,
            ("cropland", 0, 2): 250,
            ("cropland", 0, 1): 250,
            ("cropland", 0, 0): 1000,
        },
        rel=ONE_TENTH_PER_MILLE,
    )


@pytest.mark.parametrize(
    ("first", "last", "exempt"),
    [
        (None, None, True),
        ("2026-04-02", None, True),
        ("2026-04-03", None, False),
        (None, "2026-04-02", True),
        (None, "2026-04-01", False),
        ("2024-04-01", "2026-04-30", True),
    ],
)
def test_an_exemption_counts_when_valid_on_the_after_image_date(
    first: str | None, last: str | None, exempt: bool
) -> None:
    zones = make_zones(("temporary-land-use", FIELD, "临1", first, last))
    pieces = lay(PATCH, make_ground(make_plots(("cropland", FIELD)), zones))
    assert (pieces.zone == 0).tolist() == [exempt]


@pytest.mark.parametrize(
    ("first", "last", "exempt"),
    [("2020-01-01", None, True), (None, None, True), ("2020-01-01", "2030-01-01", False)],
)
def test_without_an_after_image_date_only_what_has_no_end_exempts(
    first: str | None, last: str | None, exempt: bool
) -> None:
    zones = make_zones(("temporary-land-use", FIELD, "临1", first, last))
    patches = make_patches(rectangle(0, 0, 40, 50), day=None)
    pieces = lay(patches, make_ground(make_plots(("cropland", FIELD)), zones))
    assert (pieces.zone == 0).tolist() == [exempt]


def test_a_kind_outside_the_exemption_order_exempts_nothing() -> None:
    zones = make_zones(("shelterbelts", FIELD, "绿1"))
    settings = OverlaySettings(exemption_order=())
    pieces = lay(PATCH, make_ground(make_plots(("cropland", FIELD)), zones), settings)
    assert pieces.zone.tolist() == [-1]


def test_the_range_shows_the_patch_shrunk_and_grown_by_the_tolerance() -> None:
    pieces = lay(PATCH, make_ground(make_plots(("cropland", FIELD))))
    assert pieces.area_low_m2[0] == pytest.approx(36 * 46, rel=1e-3)
    assert pieces.area_high_m2[0] == pytest.approx(44 * 54 - (4 - np.pi) * 4, rel=1e-3)


def test_the_range_of_a_piece_grows_only_where_its_ground_goes_on() -> None:
    pieces = lay(PATCH, make_ground(make_plots(("cropland", rectangle(10, 10, 30, 60)))))
    assert pieces.area_m2[0] == pytest.approx(20 * 40, rel=ONE_TENTH_PER_MILLE)
    assert pieces.area_low_m2[0] == pytest.approx(20 * 38, rel=1e-3)
    assert pieces.area_high_m2[0] == pytest.approx(20 * 42, rel=1e-3)


def test_no_tolerance_gives_no_range() -> None:
    ground = make_ground(make_plots(("cropland", rectangle(10, 10, 30, 60))))
    pieces = lay(PATCH, ground, OverlaySettings(tolerance_m=0))
    assert pieces.area_low_m2[0] == pytest.approx(pieces.area_m2[0], rel=1e-9)
    assert pieces.area_high_m2[0] == pytest.approx(pieces.area_m2[0], rel=1e-9)


def test_a_patch_thinner_than_the_tolerance_may_shrink_to_nothing() -> None:
    patch = make_patches(rectangle(0, 0, 3, 50))
    pieces = lay(patch, make_ground(make_plots(("cropland", FIELD))))
    assert pieces.area_low_m2.tolist() == [0.0]


@pytest.mark.parametrize(
    ("plot", "dust"),
    [
        (rectangle(0, 0, 2, 2), True),
        (rectangle(0, 0, 3, 2), False),
        (rectangle(0, 0, 0.4, 50), True),
        (rectangle(0, 0, 0.6, 50), False),
    ],
)
def test_small_or_thin_pieces_are_dust(plot: shapely.Geometry, dust: bool) -> None:
    pieces = lay(PATCH, make_ground(make_plots(("cropland", plot))))
    assert pieces.dust.tolist() == [dust]


def test_a_plot_that_only_touches_gives_no_piece() -> None:
    plots = make_plots(
        ("cropland", rectangle(40, 0, 60, 50)), ("cropland", rectangle(-5, -5, 0, 0))
    )
    assert len(lay(PATCH, make_ground(plots))) == 0


def test_pieces_are_ordered_by_patch_village_protection_and_zone() -> None:
    zones = make_zones(
        (PBF, rectangle(0, 0, 20, 200)), ("approved-construction", rectangle(0, 0, 40, 25), "批1")
    )
    villages = make_villages(
        ("2", "乙", rectangle(-9, 30, 900, 900)), ("1", "甲", rectangle(-9, -9, 900, 30))
    )
    patches = make_patches(rectangle(0, 100, 40, 150), rectangle(0, 0, 40, 50))
    ground = make_ground(make_plots(("cropland", FIELD)), zones, villages)
    pieces = lay(patches, ground)
    keys = [(int(patch), *row[:3]) for patch, row in zip(pieces.patch, table(pieces), strict=True)]
    assert keys == [
        (0, "permanent_basic_farmland", 0, -1),
        (0, "cropland", 0, -1),
        (1, "permanent_basic_farmland", 0, -1),
        (1, "cropland", 0, -1),
        (1, "permanent_basic_farmland", 1, -1),
        (1, "permanent_basic_farmland", 1, 1),
        (1, "cropland", 1, -1),
        (1, "cropland", 1, 1),
    ]


def test_many_patches_come_back_under_their_own_positions() -> None:
    # More than one thread's share, a patch each 100 m, every second one on cropland.
    boxes = [rectangle(100 * i, 0, 100 * i + 20, 20) for i in range(1200)]
    plots = make_plots(
        *(("cropland", rectangle(100 * i - 9, -9, 100 * i + 29, 29)) for i in range(0, 1200, 2))
    )
    pieces = lay(make_patches(*boxes), make_ground(plots))
    assert pieces.patch.tolist() == list(range(0, 1200, 2))
    alone = lay(make_patches(boxes[1198]), make_ground(plots))
    assert pieces.area_m2[-1] == alone.area_m2[0]


@pytest.mark.parametrize(
    ("patches", "ground"),
    [
        (make_patches(), make_ground(make_plots(("cropland", FIELD)), villages=VILLAGE)),
        (PATCH, make_ground()),
        (make_patches(shapely.MultiPolygon()), make_ground(make_plots(("cropland", FIELD)))),
        (PATCH, make_ground(make_plots(("cropland", shapely.Polygon())))),
    ],
)
def test_nothing_laid_on_anything_gives_nothing(patches: Patches, ground: Ground) -> None:
    assert len(lay(patches, ground)) == 0


def test_pieces_are_valid_and_lie_within_their_patch() -> None:
    patches = make_patches(place(Point(0, 0).buffer(60)), place(Point(90, 0).buffer(70)))
    plots = make_plots(
        *(
            ("cropland", place(Point(40 * i, 30 * (i % 3)).buffer(25, quad_segs=3)))
            for i in range(5)
        )
    )
    zones = make_zones((PBF, place(Point(20, 10).buffer(30))))
    pieces = lay(patches, make_ground(plots, zones))
    assert shapely.is_valid(pieces.geometry).all()
    outline = shapely.buffer(patches.geometry[pieces.patch], 1e-9)
    assert shapely.covers(outline, pieces.geometry).all()
