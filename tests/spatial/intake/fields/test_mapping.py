"""Headings matched to canonical fields."""

from __future__ import annotations

import pytest

from spatial.errors import FieldError
from spatial.intake.fields.mapping import FieldMapping, map_fields
from spatial.intake.fields.profile import load_profile
from spatial.intake.model import canonical_fields
from spatial.words import LayerName


def mapped(layer: LayerName, *headings: str, profile: str | None = None) -> FieldMapping:
    return map_fields(headings, frozenset(), load_profile(layer, profile))


@pytest.mark.parametrize("layer", list(LayerName))
def test_every_layer_has_a_profile_for_its_fields(layer: LayerName) -> None:
    profile = load_profile(layer)
    assert set(profile.aliases) == set(canonical_fields(layer))
    assert profile.source_layers


@pytest.mark.parametrize("heading", ["DLBM", "dlbm", " Dlbm ", "地类编码", "ＤＬＢＭ"])
def test_headings_match_whatever_their_case_and_width(heading: str) -> None:
    assert mapped(LayerName.PLOTS, heading).sources["land_class"] == heading


def test_a_heading_is_matched_whole() -> None:
    with pytest.raises(FieldError):
        mapped(LayerName.PLOTS, "DLBM2", "XDLBM")


def test_a_missing_field_is_named_with_what_it_may_be_called() -> None:
    with pytest.raises(FieldError) as refusal:
        mapped(LayerName.PLOTS, "A", "B")
    assert refusal.value.field == "land_class"
    assert "DLBM" in refusal.value.message.zh
    assert refusal.value.choices == ("A", "B")


def test_the_preferred_heading_goes_first() -> None:
    headings = ("MJ", "JCMJ", "TBBH", "JCBH")
    sources = mapped(LayerName.PATCHES, *headings).sources
    assert (sources["area_reported_m2"], sources["patch_no"]) == ("JCMJ", "JCBH")


@pytest.mark.parametrize(
    ("heading", "unit"),
    [("图斑面积（亩）", "mu"), ("监测面积(亩)", "mu"), ("图斑面积", None), ("面积(公顷)", "ha"),
     ("图斑面积（㎡）", "m2"), ("图斑面积(平方米)", "m2")],
)  # fmt: skip
def test_a_heading_may_state_the_unit(heading: str, unit: str | None) -> None:
    mapping = mapped(LayerName.PATCHES, heading)
    assert mapping.sources["area_reported_m2"] == heading
    assert mapping.unit == unit


def test_personal_headings_are_dropped_and_named() -> None:
    mapping = mapped(LayerName.PERMANENT_BASIC_FARMLAND, "TBBH", "ZRRZJHM", "lxdh", "JZDZ", "ZRR")
    assert set(mapping.personal) == {"ZRRZJHM", "lxdh", "JZDZ"}
    assert mapping.kept == ("ZRR",)


def test_a_supplied_profile_is_laid_over_the_products() -> None:
    text = '[aliases]\nland_class = "用地"\n[constants]\nvillage_code = "500118001202"\n'
    mapping = mapped(LayerName.PLOTS, "用地", "DLBM", profile=text)
    assert mapping.sources["land_class"] == "用地"
    assert "DLBM" in mapping.kept


@pytest.mark.parametrize(
    "text",
    ["= broken", "[aliases]\nnonsense = 'X'", "area_unit = 'acre'", "unknown = 1",
     "land_class_system = 'X'", "[change_codes]\nA = 'nonsense'", "[aliases]\nland_class = 5"],
)  # fmt: skip
def test_a_broken_profile_is_refused(text: str) -> None:
    with pytest.raises(FieldError) as refusal:
        load_profile(LayerName.PLOTS, text)
    assert refusal.value.problem_code == "profile-unreadable"
