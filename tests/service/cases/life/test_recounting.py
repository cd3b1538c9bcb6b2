"""Deadlines around the long holidays, also those given before the holidays were known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from service import clock
from service.assessment.delays import Entry, find_delays
from service.cases import history
from service.cases.life.clock_jobs import Ticked, tick
from service.cases.models import Case
from service.cases.statuses import Status
from tests.conftest import PASSWORD
from tests.service.cases.life.making import Township, at

S = Status
SPRING_FESTIVAL = [date(2027, 2, 5) + timedelta(days=number) for number in range(7)]
"""As the office enters it; no release of the calendar knows 2027 yet."""


@pytest.fixture(autouse=True)
def nothing_else_is_due(township: Township) -> Iterator[None]:
    yield
    with township.runtime.database.transaction() as session:
        session.query(Case).update({Case.due_at: None})


@contextmanager
def on(moment: str) -> Iterator[None]:
    with clock.moved(at(moment) - clock.now()):
        yield


def declare_off(township: Township, days: list[date], working: bool = False) -> None:
    for day in days:
        answer = township.client.put(
            f"/api/workdays/{day}", json={"working": working}, auth=("office", PASSWORD)
        )
        assert answer.status_code == 200, answer.text


def ticked(township: Township, moment: str) -> Ticked:
    with township.runtime.database.transaction() as session:
        return tick(session, township.runtime.settings, at(moment))


def dispatched(township: Township, moment: str, **fields: Any) -> int:
    with on(moment):
        case_id = township.case(verify_workdays=3, due_at=clock.now())
        assert township.move(case_id, "village_check", "office", **fields).status_code == 200
    return case_id


def test_the_national_holiday_is_no_time_and_its_make_up_saturday_is(township: Township) -> None:
    case_id = dispatched(township, "2026-09-30T16:00")
    assert township.state(case_id).due_at == at("2026-10-10T23:59:59")
    with on("2026-10-10T23:59:59"):
        township.move(case_id, "evidence", "grid")
        township.photos(case_id, "far", "near")
        assert township.move(case_id, "office_review", "village", opinion="other").is_success
    assert township.state(case_id).facts["verification"]["in_time"] is True


def test_a_deadline_moves_when_holidays_of_its_time_become_known(township: Township) -> None:
    case_id = dispatched(township, "2027-02-03T10:00")
    assert township.state(case_id).due_at == at("2027-02-08T23:59:59")
    declare_off(township, SPRING_FESTIVAL)
    assert ticked(township, "2027-02-04T10:00") == Ticked(moved=1)
    assert township.state(case_id).due_at == at("2027-02-15T23:59:59")
    entry = township.get(f"/api/cases/{case_id}/events").json()["items"][-1]
    assert (entry["kind"], entry["data"]["workdays"]) == ("due_moved", 3)
    assert "由 2027-02-08 顺延至 2027-02-15" in entry["note"]
    assert ticked(township, "2027-02-04T10:10") == Ticked()
    # A Sunday that is worked after all takes nothing away.
    declare_off(township, [date(2027, 2, 14)], working=True)
    assert ticked(township, "2027-02-04T10:20") == Ticked()
    declare_off(township, [date(2027, 2, 15), date(2027, 2, 16)])
    declare_off(township, [date(2027, 2, 14)])
    assert ticked(township, "2027-02-04T10:30") == Ticked(moved=1)
    assert township.state(case_id).due_at == at("2027-02-17T23:59:59")
    with township.runtime.database.reading() as session:
        assert history.verify(session) == []


def test_what_was_told_overdue_by_mistake_is_so_no_more(township: Township) -> None:
    with on("2027-03-01T09:00"):
        case_id = township.case(verify_workdays=2, due_at=at("2027-03-03T23:59:59"))
    assert ticked(township, "2027-03-04T09:00") == Ticked(overdue=1)
    declare_off(township, [date(2027, 3, 2), date(2027, 3, 3)])
    assert ticked(township, "2027-03-04T09:10") == Ticked(moved=1, due_soon=1)
    assert township.state(case_id).due_at == at("2027-03-05T23:59:59")


def test_a_day_that_the_office_chose_stays(township: Township) -> None:
    case_id = dispatched(township, "2027-04-01T10:00", due_on="2027-04-06")
    declare_off(township, [date(2027, 4, 2), date(2027, 4, 6)])
    assert ticked(township, "2027-04-02T10:00").moved == 0
    assert township.state(case_id).due_at == at("2027-04-06T23:59:59")


def test_days_off_that_were_declared_later_are_nobodys_delay() -> None:
    def entry(moment: datetime, kind: str, due: str, to: Status | None = None) -> Entry:
        return Entry(at=moment, kind=kind, to_status=to, tells_due=True, due_at=at(due))

    told = [
        entry(at("2027-02-03T10:00"), "dispatch", "2027-02-08T23:59:59", S.VILLAGE_CHECK),
        entry(at("2027-02-12T10:00"), "due_moved", "2027-02-15T23:59:59"),
    ]
    assert find_delays(told, ended=False, now=at("2027-02-14T10:00")) == []
    assert len(find_delays(told, ended=False, now=at("2027-02-17T10:00"))) == 1
