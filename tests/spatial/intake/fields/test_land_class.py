"""Land-class systems told apart, and what a class protects."""

from __future__ import annotations

import pytest

from spatial.errors import FieldError
from spatial.intake.fields.land_class import decide_system, land_class_systems, normalise_land_class
from spatial.intake.fields.profile import load_profile
from spatial.words import LayerName, Protection

PLOTS = load_profile(LayerName.PLOTS)


@pytest.mark.parametrize(
    ("codes", "system"),
    [
        (["0101", "0103", "0702", "1104A", "05H1"], "SD3"),
        (["0101", "0201K", "0601"], "SD3"),
        (["0101", "1006", "1202", "08H1"], "SD3"),
        (["011", "013", "021", "114", "203"], "ER2007"),
        (["0101", "1704", "2301", "0601"], "YDYH2023"),
        (["0101", "060102", "0703"], "YDYH2023"),
        (["0101", "0501", "0604", "0901"], "GB2017"),
        (["0101", "0201", "0301"], "SD3"),
    ],
)
def test_codes_tell_their_system(codes: list[str], system: str) -> None:
    assert decide_system(codes, [], PLOTS, numeric=False)[0].name == system


def test_headings_of_the_survey_tell_it() -> None:
    headings = ["DLBM", "ZZSXDM", "TBXHDM"]
    assert decide_system(["0101", "0601"], headings, PLOTS, numeric=False)[0].name == "SD3"


def test_codes_that_collide_are_not_guessed() -> None:
    with pytest.raises(FieldError) as refusal:
        decide_system(["0101", "0601", "0602", "1001"], ["DLBM"], PLOTS, numeric=False)
    assert set(refusal.value.choices) >= {"SD3", "YDYH2023"}
    assert "第三次全国国土调查" in refusal.value.message.zh


def test_the_sender_may_name_the_system() -> None:
    own = load_profile(LayerName.PLOTS, 'land_class_system = "YDYH2023"')
    assert decide_system(["0101", "0601"], [], own, numeric=False)[0].name == "YDYH2023"


def test_numbers_have_lost_their_leading_zero() -> None:
    system, decision = decide_system(["101", "702", "1104"], ["GDPDJB"], PLOTS, numeric=True)
    assert system.name == "SD3"
    assert decision.evidence["unknown_codes"] == []


@pytest.mark.parametrize(
    ("system", "code", "protection"),
    [
        ("SD3", "0101", Protection.CROPLAND), ("SD3", "0103", Protection.CROPLAND),
        ("SD3", "0201K", Protection.RECOVERABLE), ("SD3", "0201", Protection.NONE),
        ("SD3", "1203", Protection.NONE), ("ER2007", "013", Protection.CROPLAND),
        ("ER2007", "021", Protection.NONE), ("YDYH2023", "0102", Protection.CROPLAND),
        ("GB2017", "0101", Protection.CROPLAND),
    ],
)  # fmt: skip
def test_a_class_protects(system: str, code: str, protection: Protection) -> None:
    assert land_class_systems()[system].protection(code) is protection


@pytest.mark.parametrize(
    ("written", "code"),
    [("0101", "0101"), (" 0201k ", "0201K"), ("05h1", "05H1"), ("0101 水田", "0101"),
     ("0101水田", "0101"), ("08H2A", "08H2A"), ("水田", "水田"), ("", None)],
)  # fmt: skip
def test_a_code_has_one_spelling(written: str, code: str | None) -> None:
    assert normalise_land_class(written) == code
