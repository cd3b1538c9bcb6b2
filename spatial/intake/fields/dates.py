"""Dates in the forms that survey and monitoring files write them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from spatial.intake.fields.instants import days_to_china, read_instant

_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_RANGE = range(20_000, 80_000)
"""Excel day numbers from 1954 to 2119: anything else is no date."""

_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{4}|\d{6})?")
_PARTED = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s].*)?", re.DOTALL
)
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?|(\d{4})(\d{2})")
_YEAR = re.compile(r"(\d{4})\s*年?")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")

EARLIEST, LATEST = date(1949, 10, 1), date(2200, 1, 1)


def parse_date(text: str, *, last: bool = False) -> date | None:
    """The day that a cell names; None when it names none.

    Understands ``20260402`` (with or without a time), ``2026-04-02``, ``2026/4/2``, ``2026.4.2``,
    ``2026年4月2日``, ISO times, Excel day numbers, and a month alone, which is its first day. A
    time that names its zone is the day that it is in China. Raises ``ValueError`` when the cell
    holds something else.

    ``last``: the cell names the last day of something, so that a month alone is its last day, and
    a year alone is understood.
    """
    cell = text.strip().removesuffix(".0")
    if not cell or set(cell) <= {"0", "-", "/"}:
        return None
    if match := _SERIAL.fullmatch(cell):
        return _serial(int(match[1]))
    if match := _COMPACT.fullmatch(cell) or _PARTED.fullmatch(cell):
        day = _checked(int(match[1]), int(match[2]), int(match[3]))
        instant = read_instant(cell)
        return day + timedelta(days=int(days_to_china(*instant)) if instant else 0)
    if match := _MONTH.fullmatch(cell):
        year, month = int(match[1] or match[3]), int(match[2] or match[4])
        first = _checked(year, month, 1)
        return first.replace(day=monthrange(year, month)[1]) if last else first
    if last and (match := _YEAR.fullmatch(cell)):
        return _checked(int(match[1]), 12, 31)
    raise ValueError(text)


def as_date(value: object, *, last: bool = False) -> date | None:
    """A date from what a reader gave: a date, a time, a number or text. Raises ``ValueError``.

    ``last``: as for ``parse_date``.
    """
    if value is None or isinstance(value, datetime):
        return value.date() if value else None
    return value if isinstance(value, date) else parse_date(str(value), last=last)


def _checked(year: int, month: int, day: int) -> date:
    found = date(year, month, day)
    if not EARLIEST <= found <= LATEST:
        raise ValueError(found.isoformat())
    return found


def _serial(number: int) -> date:
    if number not in _EXCEL_RANGE:
        raise ValueError(str(number))
    return _EXCEL_EPOCH + timedelta(days=number)
