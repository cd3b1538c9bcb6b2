"""The office's own table of working days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service import clock
from service.accounts.permissions import Action, require
from service.accounts.roles import Principal
from service.workdays.models import WorkdayOverride


def correct_day(
    session: Session, actor: Principal, day: date, working: bool, note: str | None
) -> WorkdayOverride:
    """Decide by hand whether a day is worked. Deadlines that have lost a working day by it move
    later by themselves within minutes; none ever moves earlier.

    Raises:
        NotAllowed: when the actor may not manage the calendar.
    """
    require(actor, Action.MANAGE_CALENDAR)
    values = {
        "working": working,
        "note": note,
        "changed_by": actor.username,
        "changed_at": clock.now(),
    }
    statement = (
        insert(WorkdayOverride)
        .values(day=day, **values)
        .on_conflict_do_update(index_elements=[WorkdayOverride.day], set_=values)
        .returning(WorkdayOverride)
    )
    return session.scalars(statement, execution_options={"populate_existing": True}).one()


def forget_correction(session: Session, actor: Principal, day: date) -> None:
    """Let the published calendar decide a day again.

    Raises:
        NotAllowed: when the actor may not manage the calendar.
    """
    require(actor, Action.MANAGE_CALENDAR)
    session.execute(delete(WorkdayOverride).where(WorkdayOverride.day == day))


def corrections_of(session: Session, year: int) -> Sequence[WorkdayOverride]:
    """The corrected days of a year, in order."""
    statement = (
        select(WorkdayOverride)
        .where(WorkdayOverride.day.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(WorkdayOverride.day)
    )
    return session.scalars(statement).all()


def days_of(year: int) -> Iterator[date]:
    """Every day of a year."""
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)
