"""Lists of what was concluded in a year, a quarter or a month."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from service import clock
from service.accounts.roles import SYSTEM
from service.cases import history
from service.cases.models import Case
from service.cases.statuses import Status
from tests.service.cases.life.making import OTHER_VILLAGE, Township, at

# From 1992 on Shanghai has no summer time.
_years = itertools.count(1992)


@pytest.fixture
def year() -> str:
    """A year in which no other test concludes cases."""
    return str(next(_years))


def write(township: Township, case_id: int, moment: str, kind: str = "conclude") -> None:
    """An entry of a case's history, as at that moment."""
    with clock.moved(at(moment) - clock.now()), township.runtime.database.transaction() as session:
        history.append(session, session.get_one(Case, case_id), actor=SYSTEM, kind=kind)


def concluded(township: Township, moment: str, **changes: Any) -> int:
    case_id = township.case(Status.CONCLUDED, conclusion="non_farm", **changes)
    write(township, case_id, moment)
    return case_id


def listed(township: Township, period: str, by: str = "office", **query: str) -> set[int]:
    answer = township.get("/api/cases", by=by, params={"concluded": period, **query})
    assert answer.status_code == 200, answer.text
    return {item["id"] for item in answer.json()["items"]}


def test_cases_are_listed_by_the_month_of_their_conclusion(township: Township, year: str) -> None:
    june = concluded(township, f"{year}-06-30T23:59")
    july = concluded(township, f"{year}-07-01T00:00")
    township.case(Status.OFFICE_REVIEW)
    assert listed(township, f"{year}-06") == listed(township, f"{year}-Q2") == {june}
    assert listed(township, f"{year}-Q3") == {july}
    assert listed(township, year) == {june, july}


def test_the_latest_conclusion_counts_and_an_amendment_is_none(
    township: Township, year: str
) -> None:
    again = concluded(township, f"{year}-02-10T10:00")
    write(township, again, f"{year}-05-10T10:00", "reopen")
    write(township, again, f"{year}-06-10T10:00")
    amended = concluded(township, f"{year}-02-11T10:00")
    write(township, amended, f"{year}-06-11T10:00", "amend_conclusion")
    assert listed(township, f"{year}-02") == {amended}
    assert listed(township, f"{year}-06") == {again}


def test_parts_were_concluded_with_the_whole_unless_later_themselves(
    township: Township, year: str
) -> None:
    whole = concluded(township, f"{year}-03-10T10:00")
    part = township.case(Status.CONCLUDED, conclusion="non_farm", parent_id=whole)
    piece = township.case(Status.CONCLUDED, conclusion="non_farm", parent_id=part)
    later = concluded(township, f"{year}-08-10T10:00", parent_id=whole)
    assert listed(township, f"{year}-03") == {whole, part, piece}
    assert listed(township, f"{year}-08") == {later}


def test_other_filters_scope_and_figures_go_with_it(township: Township, year: str) -> None:
    own = concluded(township, f"{year}-03-10T10:00", severity=4)
    concluded(township, f"{year}-03-10T10:00", severity=1)
    foreign = concluded(township, f"{year}-03-10T10:00", village_code=OTHER_VILLAGE, severity=4)
    assert listed(township, year, severity="4") == {own, foreign}
    assert listed(township, year, by="village", severity="4") == {own}
    total = township.get("/api/villages/summary", params={"concluded": year}).json()["total"]
    assert total["cases"] == 3


def test_what_is_no_period_is_said_to_be_none(township: Township) -> None:
    answer = township.get("/api/cases", params={"concluded": "2026-13"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "concluded")
