"""The calendar of working days: read by everyone, corrected by the office."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from service import clock
from service.dependencies import CurrentPrincipal, ReadingSession, TheRuntime
from service.workdays.calendar import load_calendar, published_or_usual
from service.workdays.corrections import correct_day, corrections_of, days_of, forget_correction
from service.workdays.models import WorkdayOverride
from service.workdays.schemas import Day, DayChange, Year

router = APIRouter(tags=["working days"])


@router.get("/workdays")
def read_year(
    runtime: TheRuntime,
    session: ReadingSession,
    principal: CurrentPrincipal,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
) -> Year:
    """The days of a year (this one by default) that differ from Monday to Friday."""
    year = year or clock.now().astimezone(runtime.settings.zone).year
    calendar = load_calendar(session, runtime.settings.zone)
    days = list(days_of(year))
    return Year(
        year=year,
        published=published_or_usual(days[0])[1],
        days_off=[day for day in days if day.weekday() < 5 and not calendar.is_workday(day)],
        days_on=[day for day in days if day.weekday() >= 5 and calendar.is_workday(day)],
        corrections=[_day(row) for row in corrections_of(session, year)],
    )


@router.put("/workdays/{day}")
def put_day(runtime: TheRuntime, principal: CurrentPrincipal, day: date, change: DayChange) -> Day:
    """Decide by hand whether a day is worked.

    Deadlines that lose a working day by it move later within minutes, with an entry in their
    histories; none moves earlier.
    """
    with runtime.database.transaction() as session:
        return _day(correct_day(session, principal, day, change.working, change.note))


@router.delete("/workdays/{day}", status_code=204)
def delete_day(runtime: TheRuntime, principal: CurrentPrincipal, day: date) -> Response:
    """Let the published calendar decide a day again."""
    with runtime.database.transaction() as session:
        forget_correction(session, principal, day)
    return Response(status_code=204)


def _day(row: WorkdayOverride) -> Day:
    return Day(
        day=row.day,
        working=row.working,
        note=row.note,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
    )
