"""How grave a case is: the row's severity, raised by size and by the case's history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spatial.area import MU_M2
from spatial.errors import RuleError
from spatial.messages import Message
from spatial.rules.deciding import Decision
from spatial.rules.places import Place
from spatial.rules.schema import Floor
from spatial.rules.table import RuleTable
from spatial.words import Category, Protection

GRAVEST = 4


@dataclass(frozen=True, slots=True)
class Grade:
    """Severity 0 to 4, the category it goes with, and what it follows from."""

    severity: int
    category: Category
    small: bool = False
    clue: bool = False


def grade(decision: Decision, place: Place, table: RuleTable) -> Grade:
    """The severity of a row for the size of its suspect ground.

    Suspect ground below ``small_suspect_m2`` keeps its row, but weighs nothing and is only to be
    verified.
    """
    category = decision.row.category or Category.UNVERIFIED
    severity = decision.row.severity[decision.protection]
    if decision.exempt:
        return Grade(severity, category)
    if place.suspect < table.thresholds.small_suspect_m2:
        return Grade(0, Category.UNVERIFIED, small=True)
    clue = False
    for floor in table.floors:
        if category in floor.categories and _reaches(floor, decision.protection, place):
            severity = max(severity, floor.severity)
            clue = clue or floor.clue
    return Grade(severity, category, clue=clue)


def modified_severity(
    table: RuleTable,
    severity: int,
    modifiers: Sequence[str],
    *,
    category: Category,
    protection: Protection,
) -> int:
    """Severity after what a case's history adds to it: names of the table's ``modifiers``.

    ``protection``: the strongest class of the case's suspect ground. Severity 0 stays 0, 4 is the
    highest, and the table's ``modified_floor`` holds.

    Raises:
        RuleError: for a name that the table does not have.
    """
    if severity == 0:
        return 0
    result = severity
    for name in modifiers:
        if name not in table.modifiers:
            raise RuleError(
                Message(f"规则表没有调整项 {name}。", f"The rule table has no modifier {name}.")
            )
        modifier = table.modifiers[name]
        if category in modifier.categories:
            result = max(result + modifier.add, modifier.at_least)
    floor = table.modified_floor
    held = category in floor.categories and protection is floor.protection
    return min(GRAVEST, max(result, floor.severity if held else 0))


def _reaches(floor: Floor, protection: Protection, place: Place) -> bool:
    strictest = place.suspect_by_class[0]
    return (
        (floor.protection is None or floor.protection is protection)
        and strictest >= floor.permanent_basic_farmland_mu * MU_M2
        and place.suspect >= floor.farmland_mu * MU_M2
    )
