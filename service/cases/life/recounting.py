"""Deadlines counted again: holidays that were not known when a deadline was given are no working
days of it.

The State Council publishes a year's holidays in the November before, and the office corrects the
calendar by hand; what was given before was counted by the days known then. A deadline only ever
moves later: whoever was told a day may rely on it. A day that the office chose itself stays, as
do what a pause has left and deadlines in calendar days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, DateTime, any_, cast, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from service.accounts.roles import SYSTEM
from service.alerts.kinds import NoticeKind
from service.cases import history
from service.cases.life.deadlines import SINCE, WORKDAYS
from service.cases.life.desk import Desk, touch
from service.cases.life.standing import HELD_BY_SYSTEM
from service.cases.models import Case, CaseEvent
from service.cases.statuses import Status

MOVED = "due_moved"
"""The kind of the entry that says so."""
TOLD = (NoticeKind.DUE_SOON.value, NoticeKind.OVERDUE.value)
"""Entries that name a deadline and give none."""


@dataclass(frozen=True, slots=True)
class Period:
    """Working days that were given, and from when on."""

    since: datetime
    workdays: int


def recounted(desk: Desk, cases: Sequence[Case]) -> list[tuple[Case, Period]]:
    """The cases whose deadlines are later by the calendar as it is now, with their periods."""
    return [
        (case, period)
        for case, period in _periods(desk.session, cases)
        if case.due_at and _end_of(desk, period) > case.due_at
    ]


def recount(desk: Desk, cases: Sequence[Case]) -> int:
    """Move the deadlines of locked cases that the calendar makes later; returns how many."""
    later = recounted(desk, cases)
    history.append_many(
        desk.session, [_move(desk, case, _end_of(desk, period), period) for case, period in later]
    )
    return len(later)


def _end_of(desk: Desk, period: Period) -> datetime:
    return desk.calendar.after_workdays(period.since, period.workdays)


def _move(desk: Desk, case: Case, due_at: datetime, period: Period) -> history.Entry:
    zone = desk.settings.zone
    days = [day.astimezone(zone).date() for day in (case.due_at or due_at, due_at)]
    case.due_at = due_at
    touch(case, desk.now)
    return history.Entry(
        case_id=case.id,
        actor=SYSTEM,
        kind=MOVED,
        note=f"工作日历更正：{period.workdays} 个工作日的期限由 {days[0]} 顺延至 {days[1]}",
        data={
            "due_at": due_at.isoformat(),
            WORKDAYS: period.workdays,
            SINCE: period.since.isoformat(),
        },
    )


def _periods(session: Session, cases: Sequence[Case]) -> Iterator[tuple[Case, Period]]:
    """The periods in working days that the present deadlines of cases end."""
    given = _entries_that_gave(session, cases)
    for case in cases:
        entry = given.get(case.id)
        if entry is not None and WORKDAYS in entry.data:
            since = entry.data.get(SINCE)
            began = datetime.fromisoformat(since) if since else entry.at
            yield case, Period(began, int(entry.data[WORKDAYS]))
        elif entry is None and _since_raised(case) and case.verify_workdays:
            yield case, Period(case.created_at, case.verify_workdays)


def _since_raised(case: Case) -> bool:
    """Whether a deadline that no entry names was given when the case was raised."""
    return Status(case.status) in HELD_BY_SYSTEM and case.parent_id is None


def _entries_that_gave(session: Session, cases: Sequence[Case]) -> Mapping[int, CaseEvent]:
    """By case, the entry that first named its present deadline; later ones only keep it."""
    ids = literal([case.id for case in cases], ARRAY(BigInteger))
    named = cast(CaseEvent.data["due_at"].astext, DateTime(timezone=True))
    statement = (
        select(CaseEvent)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(CaseEvent.case_id == any_(ids), CaseEvent.kind.not_in(TOLD), named == Case.due_at)
        .ext(distinct_on(CaseEvent.case_id))
        .order_by(CaseEvent.case_id, CaseEvent.number)
    )
    return {entry.case_id: entry for entry in session.scalars(statement)}
