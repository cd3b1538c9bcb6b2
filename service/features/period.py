"""The ``datetime`` parameter: an instant or an interval, open ends allowed (RFC 3339)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.errors import InvalidParameter
from spatial.messages import Message

OPEN = ("", "..")
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

MALFORMED = Message(
    "datetime 必须是日期、RFC 3339 时间，或以 / 分隔的起止时间（未定一端写作 ..）。",
    "datetime must be a date, an RFC 3339 time, or two of them with a / between (.. for open).",
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
    first, slash, last = text.partition("/")
    try:
        start = None if first in OPEN else _moment(first, zone, ends=False)
        end = start
        if not slash:
            end = _moment(first, zone, ends=True)
        else:
            end = None if last in OPEN else _moment(last, zone, ends=True)
    except (ValueError, OverflowError) as error:
        raise InvalidParameter(parameter, MALFORMED) from error
    if (start is None and end is None and not slash) or (start and end and start > end):
        raise InvalidParameter(parameter, MALFORMED)
    return Period(start, end)


def _moment(text: str, zone: ZoneInfo, *, ends: bool) -> datetime:
    # QGIS writes year 0000 for "since ever", which Python has no date for.
    if text.startswith("0000-"):
        return EARLIEST
    if len(text) == 10:
        day = date.fromisoformat(text)
        if day.year in (1, 9999):
            return EARLIEST if day.year == 1 else LATEST
        whole = datetime.combine(day, time.min, zone)
        return whole + timedelta(days=1, microseconds=-1) if ends else whole
    moment = datetime.fromisoformat(text.upper().replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError("a time without offset")
    return moment.astimezone(UTC) if 1 < moment.year < 9999 else _limit(moment)


def _limit(moment: datetime) -> datetime:
    return EARLIEST if moment.year == 1 else LATEST
