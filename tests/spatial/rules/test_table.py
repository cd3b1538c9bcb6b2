"""The rule table in force, and what a broken one is refused for."""

from __future__ import annotations

from pathlib import Path

import pytest

from spatial.errors import RuleError
from spatial.rules import RectifyUntil, load_rule_table
from spatial.rules.schema import Row, When
from spatial.rules.table import RULES
from spatial.words import Category, ChangeGroup, Protection, ZoneKind

TABLE = load_rule_table()
FARMLAND = tuple(Protection)[:3]
CATEGORIES = {
    Category.NON_FARM: {1, 2, 3, 7, 8, 10, 11, 12, 14, 15, 18, 19, 20, 21},
    Category.NON_GRAIN: {22, 23, 24, 25, 27, 28, 30, 31, 33},
    Category.UNVERIFIED: {4, 6, 13, 16, 32, 35, 38, 39},
    Category.LIKELY_LEGAL: {5, 9, 17, 26, 34},
    Category.TEMPORARY_ADJUSTMENT: {29},
    Category.IDLE: {36},
    Category.RESTORED: {37},
}


def test_the_table_has_forty_rows_and_a_version() -> None:
    assert list(TABLE.rows) == list(range(1, 41))
    assert TABLE.version == "2026.1"


@pytest.mark.parametrize("row", TABLE.rows.values(), ids=lambda row: f"row {row.number}")
def test_every_automatic_word_of_a_row_suspects_or_asks(row: Row) -> None:
    for sentence in (row.label, row.reason or row.label):
        assert "疑似" in sentence.zh or "待核实" in sentence.zh
        assert sentence.en


@pytest.mark.parametrize("category", CATEGORIES, ids=str)
def test_rows_have_the_categories_of_the_matrix(category: Category) -> None:
    found = {row.number for row in TABLE.rows.values() if row.category is category}
    assert found == CATEGORIES[category]


@pytest.mark.parametrize("group", ChangeGroup, ids=str)
@pytest.mark.parametrize("protection", FARMLAND, ids=str)
def test_every_change_on_every_farmland_has_a_row_without_condition(
    group: ChangeGroup, protection: Protection
) -> None:
    rows = TABLE.judging_rows(group, protection)
    assert not rows[-1].conditional
    assert all(row.conditional for row in rows[:-1])


def test_exempting_layers_take_ground_in_the_documented_order() -> None:
    assert TABLE.exemption_order == tuple(kind for kind in ZoneKind if not kind.protects)


def test_deadlines_that_are_no_number_of_days_have_their_own_word() -> None:
    assert TABLE.rows[9].rectify_until is RectifyUntil.ONE_YEAR_AFTER_EXPIRY
    assert TABLE.rows[36].rectify_until is RectifyUntil.NEXT_SOWING


def test_partial_coverage_is_a_row_that_judges_nothing_itself() -> None:
    assert TABLE.rows[40].when is When.PARTIAL
    assert TABLE.rows[40].category is None


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('zh = "疑似撂荒"', 'zh = "撂荒"', "concludes"),
        ("疑似撂荒，请核实", "撂荒，请核实", "concludes"),
        ("number = 7\n", "number = 8\n", "numbered"),
        ('groups = ["mining"]', 'groups = ["idle"]', "mining on permanent_basic_farmland has 0"),
        ('groups = ["road"]', 'groups = ["roads"]', "roads"),
        ("prohibitions = [4]", "prohibitions = [7]", "prohibition"),
        ("severity = { cropland = 1 }", "severity = { recoverable = 1 }", "severity"),
        ("severity = { cropland = 1 }", "severity = { cropland = 5 }", "severity"),
        ("{documents}，疑似合法，抽查核实路宽", "{paper}，疑似合法，抽查核实路宽", "paper"),
        ('kinds = ["rural-roads"]', 'kinds = ["approved-construction"]', "has 2 rows"),
        ('kinds = ["rural-roads"]', "kinds = []", "documents"),
        ('category = "restored"', "", "missing"),
        ('rectify_until = "next_sowing"', 'rectify_until = "spring"', "rectify_until"),
        ('rectify_until = "next_sowing"', 'rectify_until = "next_sowing"\nrectify_days = 3', "two"),
        ('kind = "shelterbelts"', 'kind = "permanent-basic-farmland"', "protects"),
        ('version = "2026.1"', "version = 2026", "version"),
        ("full_cover = 0.95", "full_cover = 1.95", "full_cover"),
        ("[hint]", "[hint]\ncolour = 3", "colour"),
        ("[hint]", "[hint", "broken"),
    ],
)
def test_a_broken_table_is_refused_with_what_is_wrong(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    text = RULES.read_text(encoding="utf-8")
    assert old in text
    broken = tmp_path / "rules.toml"
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleError, match=fault):
        load_rule_table(broken)


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="nowhere"):
        load_rule_table(tmp_path / "nowhere.toml")


def test_another_table_may_stand_beside_the_one_in_force(tmp_path: Path) -> None:
    text = RULES.read_text(encoding="utf-8").replace('version = "2026.1"', 'version = "2027.1"')
    (tmp_path / "rules.toml").write_text(text, encoding="utf-8")
    assert load_rule_table(tmp_path / "rules.toml").version == "2027.1"
    assert load_rule_table().version == "2026.1"
