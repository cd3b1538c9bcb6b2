"""What people add to an assessment: values of the office, decisions of the leader.

Nothing is changed or deleted: every entry is a row of its own, and the latest counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from service import clock
from service.accounts.permissions import Action, require
from service.accounts.roles import Principal
from service.assessment.facts import Decision, Entered
from service.assessment.models import AssessmentEntry, VetoDecision
from service.assessment.parts import Unit
from service.assessment.rules import AssessmentRules
from service.assessment.vetoes import Flag
from service.errors import Conflict, InvalidParameter, NotFound
from service.villages.models import Village
from spatial.messages import Message
from spatial.words import Department


class SubjectKind(StrEnum):
    """What is assessed."""

    VILLAGE = "village"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryKey:
    """What an entry is about. ``quarter``: 1 to 4, None for the whole year."""

    kind: SubjectKind
    code: str
    year: int
    quarter: int | None
    item: str


def enter(
    session: Session,
    actor: Principal,
    rules: AssessmentRules,
    about: EntryKey,
    value: float | None,
    note: str,
) -> AssessmentEntry:
    """Enter a value, or take an earlier one back (None).

    Raises:
        NotAllowed: when the actor is not of the office.
        NotFound: when there is no such village, department or item to be entered.
        InvalidParameter: when the value is more than can be meant.
    """
    require(actor, Action.ENTER_ASSESSMENT)
    _check_subject(session, rules, about)
    unit = _entered_units(rules, about.kind).get(about.item)
    if unit is None:
        raise NotFound(
            Message(
                f"“{about.item[:40]}”不是录入项。", f"'{about.item[:40]}' is not to be entered."
            )
        )
    _check_value(rules, unit, value)
    entry = AssessmentEntry(
        year=about.year,
        quarter=about.quarter,
        subject=about.kind.value,
        code=about.code,
        item=about.item,
        value=value,
        note=note,
        entered_by=actor.username,
        entered_by_id=actor.account_id,
        entered_at=clock.now(),
    )
    session.add(entry)
    session.flush()
    return entry


def decide(
    session: Session,
    actor: Principal,
    year: int,
    village: str,
    flag: Flag | None,
    *,
    confirmed: bool,
    reason: str,
) -> VetoDecision:
    """Confirm or dismiss a flag that stands; the decision names the evidence it was made on.

    Raises:
        NotAllowed: when the actor is not the leader.
        Conflict: when nothing is flagged.
    """
    require(actor, Action.DECIDE_VETOES)
    if flag is None:
        raise Conflict(
            Message(
                "该村没有这项一票否决提示。", "Nothing of this kind is flagged of the village."
            ),
            code="not-flagged",
        )
    decision = VetoDecision(
        year=year,
        village_code=village,
        flag=flag.code,
        confirmed=confirmed,
        reason=reason,
        evidence=sorted(flag.evidence),
        decided_by=actor.username,
        decided_by_id=actor.account_id,
        decided_at=clock.now(),
    )
    session.add(decision)
    session.flush()
    return decision


def entries_of(
    session: Session, kind: SubjectKind, year: int, quarter: int | None
) -> dict[str, dict[str, Entered]]:
    """The values that count, by code and item: those of the year, or those of the quarter."""
    model = AssessmentEntry
    statement = (
        select(model)
        .where(
            model.year == year,
            model.subject == kind.value,
            model.quarter.is_not_distinct_from(quarter),
        )
        .ext(distinct_on(model.code, model.item))
        .order_by(model.code, model.item, model.id.desc())
    )
    found: dict[str, dict[str, Entered]] = {}
    for row in session.scalars(statement):
        if row.value is not None:
            found.setdefault(row.code, {})[row.item] = entered_of(row, row.value)
    return found


def entered_of(row: AssessmentEntry, value: float) -> Entered:
    """A row as cards show it."""
    return Entered(id=row.id, value=value, note=row.note, by=row.entered_by, at=row.entered_at)


def history_of(
    session: Session, kind: SubjectKind, code: str, year: int
) -> Sequence[AssessmentEntry]:
    """Everything that was entered of a village or department in a year, the latest first."""
    model = AssessmentEntry
    statement = select(model).where(
        model.year == year, model.subject == kind.value, model.code == code
    )
    return session.scalars(statement.order_by(model.id.desc())).all()


def decisions_of(session: Session, year: int) -> dict[str, dict[str, Decision]]:
    """The latest decisions of a year, by village and flag."""
    model = VetoDecision
    statement = (
        select(model)
        .where(model.year == year)
        .ext(distinct_on(model.village_code, model.flag))
        .order_by(model.village_code, model.flag, model.id.desc())
    )
    found: dict[str, dict[str, Decision]] = {}
    for row in session.scalars(statement):
        found.setdefault(row.village_code, {})[row.flag] = Decision(
            confirmed=row.confirmed,
            reason=row.reason,
            evidence=frozenset(row.evidence),
            by=row.decided_by,
            at=row.decided_at,
        )
    return found


def _entered_units(rules: AssessmentRules, kind: SubjectKind) -> dict[str, Unit]:
    return rules.village_entries if kind is SubjectKind.VILLAGE else rules.departments.entered


def _check_subject(session: Session, rules: AssessmentRules, about: EntryKey) -> None:
    if about.kind is SubjectKind.VILLAGE:
        known = session.get(Village, about.code) is not None
    else:
        known = about.code in {department.value for department in rules.departments.codes}
    if not known:
        raise NotFound(
            Message("没有这个村或部门。", "There is no such village or department."),
            departments=[department.value for department in Department],
        )


def _check_value(rules: AssessmentRules, unit: Unit, value: float | None) -> None:
    if value is None:
        return
    most = rules.units[unit].most
    if not isfinite(value) or not 0 <= value <= most:
        raise InvalidParameter(
            "value",
            Message(f"应为 0 到 {most:g} 之间的数。", f"Has to be between 0 and {most:g}."),
        )
