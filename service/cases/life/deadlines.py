"""When things are due: set by moves, stopped by pauses, looked at by the clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from service.cases.life.states import Due, Move
from service.cases.models import Case
from service.cases.statuses import Status
from service.settings import CaseSettings
from service.workdays import WorkCalendar

ON_CALENDAR_DAYS = frozenset({Status.RECTIFYING, Status.ENFORCEMENT})
"""States whose deadline is in calendar days (自然日); the others count working days."""
RECTIFICATION_REMINDER = 3
WORKDAYS = "workdays"
"""What an entry of a history says beside a deadline: how many working days were given."""
SINCE = "since"
"""From when on, where that is not the moment of the entry."""


def due_after(
    move: Move,
    case: Case,
    values: Mapping[str, Any],
    settings: CaseSettings,
    calendar: WorkCalendar,
    now: datetime,
) -> datetime | None:
    """When the case is due once the move is made; ``values`` are those of its form."""
    workdays = workdays_given(move, case, values, settings)
    if workdays is not None:
        return calendar.after_workdays(now, workdays)
    match move.due:
        case Due.KEEP:
            return case.due_at
        case Due.NONE | Due.REVIEW:
            return None
        case Due.VERIFY:
            return _end_of(values["due_on"], calendar)
        case Due.RECTIFY:
            if "deadline" in values:
                return _end_of(values["deadline"], calendar)
            days = case.rectify_days
            return calendar.after_days(now, settings.rectify_days if days is None else days)


def workdays_given(
    move: Move, case: Case, values: Mapping[str, Any], settings: CaseSettings
) -> int | None:
    """How many working days a move gives; None when its deadline is not counted in them."""
    if move.due is Due.REVIEW:
        return settings.review_workdays
    if move.due is Due.VERIFY and "due_on" not in values:
        days = case.verify_workdays
        return settings.verify_workdays if days is None else days
    return None


def due_after_pause(case: Case, calendar: WorkCalendar, now: datetime) -> datetime | None:
    """When a paused case is due if its clock goes on now: what was left is left again.

    What was left of a period in working days is counted in working days, of one in calendar days
    in these, to the end of the last; what was overdue already stays so by as much time.
    """
    if case.due_at is None or case.paused_at is None:
        return case.due_at
    if case.due_at <= case.paused_at:
        return case.due_at + max(now - case.paused_at, timedelta())
    if Status(working_state(case)) in ON_CALENDAR_DAYS:
        last, first = (at.astimezone(calendar.zone).date() for at in (case.due_at, case.paused_at))
        return calendar.after_days(now, (last - first).days)
    left = workdays_between(case.paused_at, case.due_at, calendar)
    return calendar.after_workdays(now, left)


def keep_planned_deadline(case: Case, zone: ZoneInfo) -> None:
    """Keep the deadline of a rectification with its plan, whoever or whatever set it.

    The ledger names it to the end, when nothing is due any more.
    """
    planned = case.facts.get("plan")
    if case.due_at and planned is not None and Status(working_state(case)) in ON_CALENDAR_DAYS:
        day = case.due_at.astimezone(zone).date().isoformat()
        case.facts = {**case.facts, "plan": {**planned, "deadline": day}}


def is_missed(due_at: datetime | None, paused_at: datetime | None, now: datetime) -> bool:
    """Whether a deadline has passed; a paused clock stands at the moment of its pause.

    A deadline is the last second of a day: it has passed when that second has.
    """
    return due_at is not None and due_at < (paused_at or now).replace(microsecond=0)


def workdays_between(start: datetime, end: datetime, calendar: WorkCalendar) -> int:
    """How many working days follow the day of ``start`` up to the day of ``end``."""
    day = start.astimezone(calendar.zone).date()
    last = end.astimezone(calendar.zone).date()
    count = 0
    while day < last:
        day += timedelta(days=1)
        count += calendar.is_workday(day)
    return count


def farthest_reminder(settings: CaseSettings) -> timedelta:
    """Longer than any reminder before its deadline: holidays never stretch days so far."""
    return timedelta(days=settings.remind_workdays * RECTIFICATION_REMINDER * 3 + 15)


def is_due_soon(case: Case, settings: CaseSettings, calendar: WorkCalendar, now: datetime) -> bool:
    """Whether it is time to remind: within the last working days before the case is due."""
    if case.due_at is None or is_missed(case.due_at, None, now):
        return False
    notice = settings.remind_workdays
    if Status(working_state(case)) in ON_CALENDAR_DAYS:
        notice *= RECTIFICATION_REMINDER
    return workdays_between(now, case.due_at, calendar) <= notice


def working_state(case: Case) -> str:
    """The state whose work goes on, also of an escalated case."""
    if case.status != Status.ESCALATED.value:
        return case.status
    return str(case.facts["escalation"]["from"])


def _end_of(day: str, calendar: WorkCalendar) -> datetime:
    start = datetime.combine(date.fromisoformat(day), datetime.min.time(), calendar.zone)
    return calendar.after_workdays(start, 0)
