"""Counting working days: the State Council's calendar, corrected by the office's own table.

A period of *n* working days that begins at some moment ends with the *n*-th working day after
the day of that moment; the day itself does not count, however early it is. It ends at the end
of that day, 23:59:59 in the configured zone: what is handed in on the last day is in time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.settings import Settings
from service.workdays.models import WorkdayOverride

END_OF_DAY = time(23, 59, 59)
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Month and day of the statutory holidays that do not move with the moon."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked in a time zone; ``overrides`` decide before the calendar does."""

    zone: ZoneInfo
    overrides: Mapping[date, bool]

    def is_workday(self, day: date) -> bool:
        """Whether offices work on that day, make-up weekends and public holidays considered."""
        decided = self.overrides.get(day)
        return published_or_usual(day)[0] if decided is None else decided

    def after_workdays(self, start: datetime, days: int) -> datetime:
        """The end of the ``days``-th working day after the day of ``start``, in this zone.

        ``start`` is aware. With 0 days it is the end of the day of ``start`` itself.

        Raises:
            ValueError: when ``days`` is negative.
        """
        if days < 0:
            raise ValueError("a period has at least 0 days")
        day = start.astimezone(self.zone).date()
        left = days
        while left:
            day += timedelta(days=1)
            left -= self.is_workday(day)
        return self._end_of(day)

    def after_days(self, start: datetime, days: int) -> datetime:
        """The end of the day ``days`` calendar days (自然日) after the day of ``start``."""
        return self._end_of(start.astimezone(self.zone).date() + timedelta(days=days))

    def _end_of(self, day: date) -> datetime:
        return datetime.combine(day, END_OF_DAY, self.zone)


@lru_cache(maxsize=4096)
def published_or_usual(day: date) -> tuple[bool, bool]:
    """Whether a day is worked, and whether the State Council's calendar of that year says so.

    The calendar of a year is published in the November before. Until a release of
    ``chinese-calendar`` knows it, Monday to Friday are worked save the holidays of fixed date;
    the office enters the others by hand.
    """
    try:
        return bool(chinese_calendar.is_workday(day)), True
    except NotImplementedError:
        return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS, False


def load_calendar(session: Session, zone: ZoneInfo | None = None) -> WorkCalendar:
    """The calendar with the office's corrections; ``zone`` is the configured one by default."""
    rows = session.execute(select(WorkdayOverride.day, WorkdayOverride.working))
    return WorkCalendar(zone or Settings().zone, dict(iter(rows)))


def add_workdays(session: Session, start: datetime, days: int) -> datetime:
    """The end of the ``days``-th working day after ``start``; for many use a loaded calendar."""
    return load_calendar(session).after_workdays(start, days)


def add_days(session: Session, start: datetime, days: int) -> datetime:
    """The end of the day ``days`` calendar days after ``start``."""
    return load_calendar(session).after_days(start, days)
