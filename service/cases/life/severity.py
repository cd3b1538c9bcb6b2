"""What a case's life adds to the severity that its rule gave it: the rule table's modifiers.

Source: the severity modifiers of the rule table (``[modifiers.…]``); which of them a case has is
kept in its facts, so that it can be weighed again whenever it is judged again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from service.cases.life.move_forms import VIOLATIONS
from service.cases.models import Case
from spatial.rules import RuleTable, modified_severity
from spatial.words import Category, Protection

KEPT = "severity_modifiers"
JUDGED = "severity_judged"
A_YEAR = timedelta(days=366)


class Modifier(StrEnum):
    """The names that the rule table gives its modifiers."""

    REPEATED = "repeat_within_12_months"
    IDLE_AGAIN = "idle_two_years"
    SELF_REPORTED = "self_reported_before_import"
    OVERDUE = "overdue_15_days"


OF_RECURRENCE = frozenset({Modifier.REPEATED, Modifier.IDLE_AGAIN})


def modifiers_of(facts: Mapping[str, Any]) -> list[Modifier]:
    """The modifiers that a case's facts hold."""
    return [Modifier(name) for name in facts.get(KEPT, ())]


def modifiers_of_recurrence(
    earlier: Case, category: str, after_date: date | None, zone: ZoneInfo
) -> list[Modifier]:
    """What follows from a closed case on the same ground: a violation again, or idle again.

    ``after_date``: of the image that shows it again; without one it counts as seen just now. An
    image from before the case was closed shows what has been put right since, no violation again.
    Days are those of ``zone``.
    """
    modifiers = []
    violated = earlier.conclusion in VIOLATIONS
    closed_on = earlier.closed_at.astimezone(zone).date() if earlier.closed_at else None
    if violated and closed_on:
        since = after_date - closed_on if after_date else timedelta()
        if timedelta() <= since <= A_YEAR:
            modifiers.append(Modifier.REPEATED)
    both_idle = category == earlier.category == Category.IDLE.value
    years = {image.year for image in (after_date, earlier.after_date) if image}
    if both_idle and len(years) > 1:
        modifiers.append(Modifier.IDLE_AGAIN)
    return modifiers


def weighed(
    table: RuleTable,
    judged: int,
    modifiers: list[Modifier],
    category: str,
    areas: Mapping[str, Any],
) -> int:
    """The severity with what the case's life adds."""
    strictest = areas["permanent_basic_farmland"] > 0
    return modified_severity(
        table,
        judged,
        modifiers,
        category=Category(category),
        protection=Protection.PERMANENT_BASIC_FARMLAND if strictest else Protection.CROPLAND,
    )


def weighed_facts(
    table: RuleTable, facts: Mapping[str, Any], modifiers: list[Modifier]
) -> dict[str, Any]:
    """The facts as judged, with the severity that the case's life makes of it."""
    severity = weighed(table, facts["severity"], modifiers, facts["category"], facts["areas"])
    return {**facts, "severity": severity}


def weight_facts(judged: int, modifiers: list[Modifier]) -> dict[str, Any]:
    """What a case keeps of how its severity came about; nothing without a modifier."""
    if not modifiers:
        return {}
    return {JUDGED: judged, KEPT: [modifier.value for modifier in modifiers]}


def add_modifier(case: Case, modifier: Modifier, table: RuleTable) -> None:
    """Let something that happened to a case count in its severity, once."""
    modifiers = modifiers_of(case.facts)
    if modifier in modifiers:
        return
    judged = case.facts.get(JUDGED, case.severity)
    modifiers.append(modifier)
    case.facts = {**case.facts, **weight_facts(judged, modifiers)}
    case.severity = weighed(table, judged, modifiers, case.category, case.areas)
