"""Dates in all the forms that files write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from spatial.intake.fields.dates import as_date, parse_date

THE_DAY = date(2026, 4, 2)


@pytest.mark.parametrize(
    "text",
    [
        "20260402", "2026-04-02", "2026/4/2", "2026.4.2", "2026年4月2日", " 2026-4-2 ",
        "2026-04-02T10:11:12", "2026-04-02 10:11:12", "2026/4/2 0:00:00", "46114", "46114.0",
        "46114.5", "20260402.0", "202604021011", "20260402101112", "2026-04-02T10:11:12+08:00",
        "2026-04-01T16:00:00.000Z", "2026-04-01 16:00:00+00:00", "2026-04-02T16:00:00",
    ],
)  # fmt: skip
def test_a_day_is_read(text: str) -> None:
    assert parse_date(text) == THE_DAY


@pytest.mark.parametrize("text", ["202604", "2026-04", "2026年4月", "2026/4"])
def test_a_month_is_its_first_day(text: str) -> None:
    assert parse_date(text) == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026年2月", date(2026, 2, 28)),
        ("202612", date(2026, 12, 31)),
        ("2027", date(2027, 12, 31)),
        ("2027年", date(2027, 12, 31)),
        ("2026-04-02", THE_DAY),
    ],
)
def test_what_is_valid_until_a_month_or_year_is_valid_to_its_end(text: str, day: date) -> None:
    assert parse_date(text, last=True) == day


@pytest.mark.parametrize("text", ["", "  ", "0", "00000000", "-", "//"])
def test_nothing_is_no_date(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    "text",
    ["20261301", "2026-02-30", "99999999", "12345678", "today", "1", "19000101", "2026", "4月"],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_date(text)


def test_dates_and_times_of_readers_are_taken() -> None:
    assert as_date(datetime(2026, 4, 2, 8)) == THE_DAY
    assert as_date(THE_DAY) == THE_DAY
    assert as_date(20260402) == THE_DAY
    assert as_date(None) is None
