"""Overlay and judgement together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from spatial.area import ellipsoidal_area
from spatial.errors import RuleError
from spatial.overlay.model import Ground, OverlaySettings, Patches
from spatial.overlay.sameness import compare_ground
from spatial.rules import Finding, load_rule_table
from spatial.screening import screen
from spatial.words import ChangeGroup, ZoneKind
from tests.spatial.overlay.building import (
    make_ground,
    make_patches,
    make_plots,
    make_villages,
    make_zones,
    objects,
    rectangle,
)

TABLE = load_rule_table()
SETTINGS = OverlaySettings()
FIELD = rectangle(-999, -999, 999, 999)
VILLAGES = make_villages(
    ("500118001202", "三星村", rectangle(-999, -999, 20, 999)),
    ("500118001204", "望城村", rectangle(20, -999, 999, 999)),
)


def findings_of(patches: Patches, ground: Ground) -> list[Finding]:
    return screen(patches, ground, TABLE, SETTINGS).findings


@st.composite
def boxes(draw: st.DrawFn) -> shapely.Geometry:
    west, south = draw(st.integers(-20, 60)), draw(st.integers(-20, 60))
    return rectangle(west, south, west + draw(st.integers(1, 80)), south + draw(st.integers(1, 80)))


@st.composite
def grounds(draw: st.DrawFn) -> Ground:
    plots = draw(
        st.lists(st.tuples(st.sampled_from(["cropland", "recoverable"]), boxes()), max_size=4)
    )
    kinds = st.sampled_from([kind.value for kind in ZoneKind])
    zones = draw(st.lists(st.tuples(kinds, boxes(), st.just("文1")), max_size=5))
    return make_ground(make_plots(*plots), make_zones(*zones), VILLAGES)


@settings(max_examples=40, deadline=None)
@given(grounds(), boxes(), st.sampled_from(list(ChangeGroup)))
def test_whatever_the_ground_every_figure_adds_up_and_nothing_is_concluded(
    ground: Ground, shape: shapely.Geometry, group: ChangeGroup
) -> None:
    patches = make_patches(shape, group=group.value)
    screening = screen(patches, ground, TABLE, SETTINGS)
    farmland = screening.pieces.take(screening.pieces.protection != "recoverable")
    assert sum(found.areas.farmland for found in screening.findings) == pytest.approx(
        farmland.area_m2.sum(), abs=1e-6
    )
    assert sum(found.areas.patch for found in screening.findings) <= float(
        ellipsoidal_area(patches.geometry)[0]
    ) * (1 + 1e-6)
    for found in screening.findings:
        assert "疑似" in found.reason.zh or "待核实" in found.reason.zh
        if found.rule:
            # Ground that documents exempt is not suspect, and the geometry shows what is.
            shown = float(ellipsoidal_area(objects([found.geometry]))[0])
            whole = found.category is not None and TABLE.rows[found.rule].when == "exempt"
            expected = found.areas.farmland if whole else found.areas.suspect
            assert shown == pytest.approx(expected, rel=1e-6, abs=1e-4)


def test_screening_the_same_files_twice_gives_the_same_findings() -> None:
    patches = make_patches(rectangle(0, 0, 40, 20), rectangle(60, 0, 90, 30))
    ground = make_ground(make_plots(("cropland", FIELD)), villages=VILLAGES)
    assert findings_of(patches, ground) == findings_of(patches, ground)


def test_a_patch_imported_again_is_the_same_place() -> None:
    ground = make_ground(make_plots(("cropland", FIELD)), villages=VILLAGES)
    patch = make_patches(rectangle(0, 0, 15, 20))
    (first,), (second,) = findings_of(patch, ground), findings_of(patch, ground)
    index = np.array([0])
    same = compare_ground(objects([first.geometry]), objects([second.geometry]), index, index)
    assert same.is_same(iou=0.5, cover=0.8).tolist() == [True]


def test_zones_take_ground_in_the_order_of_the_table_and_not_of_the_settings() -> None:
    zones = make_zones(
        ("homestead-approvals", FIELD, "宅1"), ("approved-construction", FIELD, "批1")
    )
    ground = make_ground(make_plots(("cropland", FIELD)), zones, VILLAGES)
    backwards = replace(SETTINGS, exemption_order=SETTINGS.exemption_order[::-1])
    patch = make_patches(rectangle(0, 0, 15, 20))
    screening = screen(patch, ground, TABLE, backwards)
    assert [found.rule for found in screening.findings] == [5]


def test_findings_come_in_the_order_of_patches_and_villages() -> None:
    patches = make_patches(
        rectangle(500, 500, 540, 540), rectangle(0, 0, 40, 20), rectangle(0, 50, 10, 60)
    )
    ground = make_ground(make_plots(("cropland", rectangle(-99, -99, 99, 99))), villages=VILLAGES)
    found = [(item.patch, item.village_code) for item in findings_of(patches, ground)]
    assert found == [
        (0, "500118001204"),
        (1, "500118001202"),
        (1, "500118001204"),
        (2, "500118001202"),
    ]


def test_a_patch_without_a_change_group_is_an_unknown_change() -> None:
    patches = replace(make_patches(rectangle(0, 0, 15, 20)), change_group=objects([None]))
    ground = make_ground(make_plots(("cropland", FIELD)), villages=VILLAGES)
    assert [found.rule for found in findings_of(patches, ground)] == [38]


def test_a_change_group_that_is_no_word_of_ours_is_refused() -> None:
    patches = make_patches(rectangle(0, 0, 15, 20), group="castle")
    with pytest.raises(RuleError, match="castle"):
        findings_of(patches, make_ground(make_plots(("cropland", FIELD))))


def test_no_patches_give_no_findings() -> None:
    ground = make_ground(make_plots(("cropland", FIELD)), villages=VILLAGES)
    assert findings_of(make_patches(), ground) == []
