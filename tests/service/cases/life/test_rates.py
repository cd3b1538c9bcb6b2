"""How far the work has come: rates from what people recorded, periods in Shanghai's months."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from service import clock
from service.cases.periods import Length, Period, parse_period, period_of
from service.cases.statuses import Status
from service.errors import InvalidParameter
from service.settings import Settings
from tests.service.cases.life.making import VILLAGE, Township, at

S = Status
LEGAL = {"opinion": "legal", "document_no": "渝府地〔2026〕1号"}
# China had summer time until 1991.
_years = itertools.count(1992)


@pytest.fixture
def year() -> str:
    """A year in which no other test raises cases."""
    return str(next(_years))


def figures(township: Township, year: str, **query: str) -> dict[str, Any]:
    answer = township.get("/api/villages/summary", params={"period": year, **query})
    assert answer.status_code == 200, answer.text
    total: dict[str, Any] = answer.json()["total"]
    return total


def rate(township: Township, year: str, name: str) -> tuple[float, float, float | None]:
    found = figures(township, year)["rates"][name]
    return found["done"], found["of"], found["rate"]


def test_the_first_report_decides_whether_it_came_in_time(township: Township, year: str) -> None:
    raised = at(f"{year}-03-02T10:00")
    in_time, late, owed, not_due = (
        township.case(S.EVIDENCE, created_at=raised, due_at=clock.now() + days)
        for days in (timedelta(1), timedelta(-1), timedelta(-1), timedelta(1))
    )
    for case_id in (in_time, late):
        township.photos(case_id, "far", "near")
        assert township.move(case_id, "office_review", "village", **LEGAL).status_code == 200
    assert rate(township, year, "verification") == (2, 4, 0.5)
    assert rate(township, year, "verification_in_time") == (1, 3, pytest.approx(1 / 3))
    # Returned and handed in again, late or not, the first report stays the one that counts.
    township.set(in_time, status="evidence", due_at=clock.now() - timedelta(days=3))
    assert township.move(in_time, "office_review", "village", **LEGAL).status_code == 200
    assert rate(township, year, "verification_in_time")[0] == 1
    township.set(owed, paused_at=clock.now())
    assert rate(township, year, "verification_in_time") == (1, 2, 0.5)
    assert not_due


def test_what_was_put_right_is_counted_by_accepted_area(township: Township, year: str) -> None:
    raised = at(f"{year}-03-02T10:00")

    def violation(status: Status, area: float, done: float | None = None) -> None:
        facts: dict[str, Any] = {"conclusion": {"violation_area": area, "violation_cropland": 100}}
        if done is not None:
            facts["rectification"] = {"rectified_area": done}
        township.case(status, created_at=raised, conclusion="non_farm", facts=facts)

    violation(S.CLOSED_RECTIFIED, 300.0, 300.0)
    violation(S.RECTIFYING, 500.0)
    # Reported but not accepted: it may still be sent back.
    violation(S.ACCEPTANCE, 200.0, 200.0)
    township.case(S.CLOSED_NO_VIOLATION, created_at=raised, conclusion="legal")
    assert rate(township, year, "rectification") == (300, 1000, pytest.approx(0.3))
    assert rate(township, year, "write_off") == (1, 3, pytest.approx(1 / 3))
    assert rate(township, year, "closure") == (2, 4, 0.5)


def test_illegal_cropland_stands_against_all_that_construction_took(
    township: Township, year: str
) -> None:
    raised = at(f"{year}-03-02T10:00")
    conclusion = {"conclusion": {"violation_area": 900, "violation_cropland": 600}}
    township.case(S.RECTIFYING, created_at=raised, conclusion="non_farm", facts=conclusion,
                  areas={"suspect": 900.0, "exempt": 400.0})  # fmt: skip
    township.case(S.CLOSED_NO_VIOLATION, created_at=raised, conclusion="legal",
                  areas={"suspect": 2000.0, "exempt": 0.0})  # fmt: skip
    township.case(S.CONCLUDED, created_at=raised, conclusion="non_grain",
                  areas={"suspect": 5000.0, "exempt": 0.0})  # fmt: skip
    assert rate(township, year, "illegal_cropland") == (600, 3000, pytest.approx(0.2))
    answer = township.get("/api/villages/summary", params={"period": year}).json()
    assert answer["illegal_cropland_limit"] == 0.15


def test_illegal_cropland_is_never_more_than_the_violation(township: Township, year: str) -> None:
    township.case(S.RECTIFYING, created_at=at(f"{year}-03-02T10:00"), conclusion="non_farm",
                  facts={"conclusion": {"violation_area": 300}},
                  areas={"suspect": 900.0, "exempt": 0.0})  # fmt: skip
    assert rate(township, year, "illegal_cropland") == (300, 300, 1)


def test_nothing_to_do_is_no_rate(township: Township, year: str) -> None:
    rates = figures(township, year)["rates"]
    assert {name: found["rate"] for name, found in rates.items()} == dict.fromkeys(rates)


def test_a_month_begins_at_midnight_in_shanghai(township: Township, year: str) -> None:
    for moment in (f"{year}-06-30T23:59", f"{year}-07-01T00:00", f"{year}-12-31T23:59"):
        township.case(created_at=at(moment))

    def periods(by: str) -> list[tuple[str, str, int]]:
        query = {"by": by, "period": year, "village": VILLAGE}
        items = township.get("/api/periods/summary", params=query).json()["items"]
        return [(item["code"], item["name"], item["cases"]) for item in items]

    assert periods("month") == [
        (f"{year}-06", f"{year}年6月", 1),
        (f"{year}-07", f"{year}年7月", 1),
        (f"{year}-12", f"{year}年12月", 1),
    ]
    assert [(code, cases) for code, _, cases in periods("quarter")] == [
        (f"{year}-Q2", 1),
        (f"{year}-Q3", 1),
        (f"{year}-Q4", 1),
    ]
    assert periods("year") == [(year, f"{year}年", 3)]
    assert figures(township, f"{year}-Q3")["cases"] == 1
    assert len(township.get("/api/cases", params={"period": f"{year}-12"}).json()["items"]) == 1


def test_a_village_sees_its_own_periods_only(township: Township, year: str) -> None:
    township.case(created_at=at(f"{year}-06-30T12:00"))
    answer = township.get("/api/periods/summary", by="other-village", params={"period": year})
    assert answer.json()["items"] == []


@pytest.mark.parametrize("text", ["26", "2026-13", "2026-Q5", "2026-1", "0000", "2026-Q1-01", "x"])
def test_what_is_no_period_is_said_to_be_none(township: Township, text: str) -> None:
    with pytest.raises(InvalidParameter):
        parse_period(text)
    answer = township.get("/api/cases", params={"period": text})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "period")


def test_periods_are_read_as_they_are_written() -> None:
    for text in ("2026", "2026-Q1", "2026-Q4", "2026-01", "2026-12"):
        assert parse_period(text).code == text
    assert [period_of("2026-12", length) for length in Length] == [
        Period(2026, 12, 1),
        Period(2026, 10, 3),
        Period(2026, 1, 12),
    ]
    zone = Settings().zone
    begin, end = parse_period("2026-Q4").bounds(zone)
    assert (begin.isoformat(), end.isoformat()) == (
        "2026-10-01T00:00:00+08:00",
        "2027-01-01T00:00:00+08:00",
    )
