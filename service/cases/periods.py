"""Years, quarters and months: how a period is written, and when it begins and ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from service.errors import InvalidParameter
from spatial.messages import Message

WRITTEN = re.compile(r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")
FIRST_YEAR, LAST_YEAR = 1900, 2999


class Length(StrEnum):
    """How long the periods are that figures are told apart by."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months of one year: ``months`` of them, from month ``first`` (1 to 12) on."""

    year: int
    first: int
    months: int

    @property
    def code(self) -> str:
        """As it is asked for: ``2026``, ``2026-Q4`` or ``2026-11``."""
        if self.months == 12:
            return f"{self.year:04d}"
        if self.months == 3:
            return f"{self.year:04d}-Q{(self.first + 2) // 3}"
        return f"{self.year:04d}-{self.first:02d}"

    @property
    def label(self) -> Message:
        """As people say it."""
        if self.months == 12:
            return Message(f"{self.year}年", f"{self.year}")
        if self.months == 3:
            quarter = (self.first + 2) // 3
            return Message(f"{self.year}年{quarter}季度", f"{self.year} Q{quarter}")
        return Message(f"{self.year}年{self.first}月", f"{self.year}-{self.first:02d}")

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The moment it begins and the one when the next begins, in a time zone."""
        after = self.first + self.months
        begins = date(self.year, self.first, 1)
        ends = date(self.year + (after > 12), after - 12 if after > 12 else after, 1)
        return (
            datetime.combine(begins, time(), zone),
            datetime.combine(ends, time(), zone),
        )


def parse_period(text: str, parameter: str = "period") -> Period:
    """The period that is asked for in a parameter.

    Raises:
        InvalidParameter: when the text is no year, quarter or month.
    """
    found = WRITTEN.fullmatch(text)
    if found is None or not FIRST_YEAR <= int(found["year"]) <= LAST_YEAR:
        raise InvalidParameter(
            parameter,
            Message(
                "时段写作 2026、2026-Q4 或 2026-11。",
                "A period is written as 2026, 2026-Q4 or 2026-11.",
            ),
        )
    year = int(found["year"])
    if found["quarter"]:
        return Period(year, 3 * int(found["quarter"]) - 2, 3)
    return Period(year, int(found["month"]), 1) if found["month"] else Period(year, 1, 12)


def period_of(month: str, length: Length) -> Period:
    """The period of a length that holds a month given as ``2026-11``."""
    year, number = int(month[:4]), int(month[5:])
    match length:
        case Length.MONTH:
            return Period(year, number, 1)
        case Length.QUARTER:
            return Period(year, number - (number - 1) % 3, 3)
        case Length.YEAR:
            return Period(year, 1, 12)
