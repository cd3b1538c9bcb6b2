"""What a case's history adds to its severity."""

from __future__ import annotations

import pytest

from spatial.errors import RuleError
from spatial.rules import load_rule_table, modified_severity
from spatial.words import Category, Protection

TABLE = load_rule_table()
STRICTEST, CROPLAND = Protection.PERMANENT_BASIC_FARMLAND, Protection.CROPLAND


@pytest.mark.parametrize(
    ("severity", "modifiers", "category", "protection", "expected"),
    [
        (2, [], Category.NON_FARM, CROPLAND, 2),
        (2, ["repeat_within_12_months"], Category.NON_FARM, CROPLAND, 3),
        (4, ["repeat_within_12_months"], Category.NON_FARM, CROPLAND, 4),
        (2, ["overdue_15_days", "repeat_within_12_months"], Category.NON_GRAIN, CROPLAND, 4),
        (2, ["self_reported_before_import"], Category.NON_FARM, CROPLAND, 1),
        (1, ["self_reported_before_import"], Category.NON_FARM, CROPLAND, 0),
        (1, ["self_reported_before_import"], Category.NON_FARM, STRICTEST, 1),
        (1, ["self_reported_before_import"], Category.NON_GRAIN, STRICTEST, 0),
        (0, ["repeat_within_12_months", "overdue_15_days"], Category.LIKELY_LEGAL, STRICTEST, 0),
        (1, ["idle_two_years"], Category.IDLE, CROPLAND, 2),
        (3, ["idle_two_years"], Category.IDLE, CROPLAND, 3),
        (1, ["idle_two_years"], Category.NON_GRAIN, CROPLAND, 1),
    ],
)
def test_modifiers_move_severity_within_its_bounds(
    severity: int,
    modifiers: list[str],
    category: Category,
    protection: Protection,
    expected: int,
) -> None:
    found = modified_severity(TABLE, severity, modifiers, category=category, protection=protection)
    assert found == expected


def test_a_modifier_that_the_table_does_not_have_is_refused() -> None:
    with pytest.raises(RuleError, match="weather"):
        modified_severity(TABLE, 2, ["weather"], category=Category.NON_FARM, protection=CROPLAND)
