"""The ``datetime`` parameter: an instant or an interval, open ends allowed (RFC 3339).

One end of an interval may be a duration (RFC 3339, Appendix A: ``2026-04-01/P2D``).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.errors import InvalidParameter
from service.features import literals
from spatial.messages import Message

OPEN = ("", "..")
DURATION = re.compile(
    r"P(?=.)(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,5})M)?(?:(?P<weeks>\d{1,6})W)?"
    r"(?:(?P<days>\d{1,7})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,8})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9})S)?)?",
    re.ASCII,
)
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

MALFORMED = Message(
    "datetime 必须是日期、RFC 3339 时间，或以 / 分隔的起止时间（未定一端写作 ..，"
    "一端可写时长，如 P2D）。",
    "datetime must be a date, an RFC 3339 time, or two of them with a / between (.. for an open"
    " end; one of them may be a duration such as P2D).",
)


@dataclass(frozen=True, slots=True)
class Period:
    """From ``start`` to ``end``, both included and aware; None is open."""

    start: datetime | None
    end: datetime | None


def parse_period(text: str | None, zone: ZoneInfo, parameter: str = "datetime") -> Period | None:
    """The period a text names; dates are whole days of ``zone``; None without a text.

    Raises:
        InvalidParameter: when it is no date, time or interval, or ends before it starts.
    """
    if text is None:
        return None
    try:
        start, end = _ends(text, zone)
    except (ValueError, OverflowError) as error:
        raise InvalidParameter(parameter, MALFORMED) from error
    if start and end and start > end:
        raise InvalidParameter(parameter, MALFORMED)
    return Period(start, end)


def _ends(text: str, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    first, slash, last = text.partition("/")
    if first in OPEN and last in OPEN:
        # Neither OGC API Features nor STAC knows an interval without any end.
        raise ValueError("open at both ends")
    if not slash:
        return _moment(first, zone, ends=False), _moment(first, zone, ends=True)
    if last.startswith("P"):
        start = _moment(first, zone, ends=False)
        return start, _shifted(start, last, 1)
    if first.startswith("P"):
        end = _moment(last, zone, ends=True)
        return _shifted(end, first, -1), end
    return (
        None if first in OPEN else _moment(first, zone, ends=False),
        None if last in OPEN else _moment(last, zone, ends=True),
    )


def _shifted(moment: datetime, duration: str, sign: int) -> datetime:
    """A moment a duration later, or earlier; a day that a month does not have is its last."""
    found = DURATION.fullmatch(duration)
    if found is None:
        raise ValueError("no duration")
    parts = {name: sign * int(text or 0) for name, text in found.groupdict().items()}
    year, month = divmod(
        moment.year * 12 + moment.month - 1 + parts.pop("years") * 12 + parts.pop("months"), 12
    )
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day) + timedelta(**parts)


def _moment(text: str, zone: ZoneInfo, *, ends: bool) -> datetime:
    # QGIS writes year 0000 for "since ever", which Python has no date for.
    if text.startswith("0000-01-01"):
        text = text.replace("0000", "0001", 1)
    if len(text) == 10:
        day = literals.day(text)
        if day.year in (1, 9999):
            return EARLIEST if day.year == 1 else LATEST
        whole = datetime.combine(day, time.min, zone)
        return whole + timedelta(days=1, microseconds=-1) if ends else whole
    moment = literals.moment(text)
    if moment.tzinfo is None:
        raise ValueError("a time without offset")
    return moment.astimezone(UTC) if 1 < moment.year < 9999 else _limit(moment)


def _limit(moment: datetime) -> datetime:
    return EARLIEST if moment.year == 1 else LATEST
