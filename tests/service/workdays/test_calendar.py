"""Working days as China keeps them, and as the office corrects them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from service.accounts.roles import SYSTEM
from service.runtime import Runtime
from service.workdays import WorkCalendar, add_workdays, load_calendar
from service.workdays.corrections import correct_day, forget_correction
from tests.conftest import PASSWORD

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(SHANGHAI, {})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_the_day_itself_does_not_count_and_the_last_day_counts_to_its_end() -> None:
    assert CALENDAR.after_workdays(at("2026-11-23T08:00"), 2) == at("2026-11-25T23:59:59")


def test_weekends_are_left_out() -> None:
    assert CALENDAR.after_workdays(at("2026-11-27T17:00"), 1) == at("2026-11-30T23:59:59")


def test_the_national_holiday_is_left_out_and_its_make_up_saturday_is_worked() -> None:
    # 2026: 1 to 7 October are free, Saturday 10 October is worked.
    assert CALENDAR.after_workdays(at("2026-09-30T12:00"), 3) == at("2026-10-10T23:59:59")


def test_the_day_is_the_one_in_the_configured_zone() -> None:
    # 17:00 in Greenwich is the following morning in Shanghai.
    start = datetime(2026, 11, 23, 17, tzinfo=UTC)
    assert CALENDAR.after_workdays(start, 1) == at("2026-11-25T23:59:59")


def test_calendar_days_count_weekends_too() -> None:
    assert CALENDAR.after_days(at("2026-11-23T08:00"), 15) == at("2026-12-08T23:59:59")


def test_no_days_end_with_the_day_itself() -> None:
    assert CALENDAR.after_workdays(at("2026-11-28T08:00"), 0) == at("2026-11-28T23:59:59")


def test_a_negative_period_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        CALENDAR.after_workdays(at("2026-11-23T08:00"), -1)


def test_a_year_not_yet_published_keeps_weekdays_and_holidays_of_fixed_date() -> None:
    assert not CALENDAR.is_workday(date(2040, 10, 1))
    assert not CALENDAR.is_workday(date(2040, 10, 6))
    assert CALENDAR.is_workday(date(2040, 10, 8))


def test_the_office_closes_and_opens_days_by_hand(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        correct_day(session, SYSTEM, date(2026, 11, 24), False, "防汛值守调休")
        correct_day(session, SYSTEM, date(2026, 11, 28), True, None)
    with runtime.database.transaction() as session:
        assert add_workdays(session, at("2026-11-23T08:00"), 1) == at("2026-11-25T23:59:59")
        assert load_calendar(session).is_workday(date(2026, 11, 28))
        forget_correction(session, SYSTEM, date(2026, 11, 24))
        assert add_workdays(session, at("2026-11-23T08:00"), 1) == at("2026-11-24T23:59:59")


def test_the_year_is_read_and_corrected_over_http(client: TestClient) -> None:
    change = {"working": False, "note": "调休"}
    put = client.put("/api/workdays/2026-11-24", json=change)
    assert (put.status_code, put.json()["changed_by"]) == (200, "office")
    year = client.get("/api/workdays", params={"year": 2026}).json()
    assert "2026-11-24" in year["days_off"]
    assert "2026-10-10" in year["days_on"]
    assert year["published"] is True
    assert [day["note"] for day in year["corrections"]] == ["调休"]
    assert client.delete("/api/workdays/2026-11-24").status_code == 204
    year = client.get("/api/workdays", params={"year": 2026}).json()
    assert "2026-11-24" not in year["days_off"]


@pytest.mark.parametrize("role", ["department", "village", "grid", "analyst"])
def test_only_the_office_corrects_the_calendar(client: TestClient, role: str) -> None:
    client.auth = (role, PASSWORD)
    answer = client.put("/api/workdays/2026-11-24", json={"working": False})
    assert answer.status_code == 403
    assert client.delete("/api/workdays/2026-11-24").status_code == 403
    assert client.get("/api/workdays").status_code == 200


def test_a_note_that_no_text_column_takes_is_refused(client: TestClient) -> None:
    answer = client.put("/api/workdays/2026-11-24", json={"working": True, "note": "a\x00b"})
    assert answer.status_code == 400
