"""When a case is due that waits for its assignment, and is judged anew meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock
from service.accounts.roles import Principal, Role
from service.alerts.models import Notice
from service.cases.life.clock_jobs import tick
from service.cases.life.desk import Desk
from service.cases.life.measures import pause_case, resume_case
from service.cases.models import Case, CaseEvent
from service.settings import Settings
from service.workdays.corrections import correct_day
from tests.service.cases.life.making import at
from tests.service.cases.sighting_maker import Seen, rectangle, screen_file, standing_cases

OFFICE = Principal(1, "office", Role.OFFICE)
SEEN = Seen(number="A", ground=rectangle(0, 0, 30, 10))
LEGAL = replace(SEEN, severity=0)
MONDAY = at("2026-11-23T09:00")


@contextmanager
def on(moment: datetime) -> Iterator[None]:
    with clock.moved(moment - clock.now()):
        yield


def arrive(session: Session, moment: datetime, seen: Sequence[Seen], batch: int) -> Case:
    with on(moment):
        screen_file(session, seen, batch)
    session.expire_all()
    (case,) = standing_cases(session)
    return case


def test_a_deadline_that_a_pause_moved_outlives_the_next_screening(session: Session) -> None:
    case = arrive(session, MONDAY, [SEEN], 1)
    assert case.due_at == at("2026-11-25T23:59:59")
    desk = Desk(session=session, settings=Settings(), actor=OFFICE, now=at("2026-11-24T10:00"))
    pause_case(desk, case.id, "weather", None, None)
    resume_case(replace(desk, now=at("2026-12-07T10:00")), case.id, None, None)
    assert case.due_at == at("2026-12-08T23:59:59")
    seen_again = Seen(number="B", ground=SEEN.ground, severity=3)
    case = arrive(session, at("2026-12-07T11:00"), [seen_again], 2)
    assert (case.severity, case.due_at) == (3, at("2026-12-08T23:59:59"))


def test_a_case_that_is_suspect_only_now_is_due_from_now_on(session: Session) -> None:
    assert arrive(session, MONDAY, [LEGAL], 1).due_at is None
    case = arrive(session, at("2026-12-14T10:00"), [SEEN], 2)
    assert (case.status, case.due_at) == ("pending_assignment", at("2026-12-16T23:59:59"))
    event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "screened_again")).one()
    assert datetime.fromisoformat(event.data["due_at"]) == case.due_at
    told = select(Notice.kind).where(Notice.case_id == case.id).order_by(Notice.id)
    assert session.scalars(told).all() == ["raised", "raised"]


def test_days_off_that_become_known_later_are_no_time_of_it(session: Session) -> None:
    arrive(session, MONDAY, [LEGAL], 1)
    case = arrive(session, at("2026-12-14T10:00"), [SEEN], 2)
    correct_day(session, OFFICE, date(2026, 12, 15), working=False, note=None)
    tick(session, Settings(), at("2026-12-14T10:10"))
    assert case.due_at == at("2026-12-17T23:59:59")


def test_a_clock_that_stood_still_is_gone_with_the_suspicion(session: Session) -> None:
    case = arrive(session, MONDAY, [SEEN], 1)
    desk = Desk(session=session, settings=Settings(), actor=OFFICE, now=at("2026-11-24T10:00"))
    pause_case(desk, case.id, "weather", None, None)
    case = arrive(session, at("2026-11-25T10:00"), [LEGAL], 2)
    assert (case.due_at, case.paused_at) == (None, None)


@pytest.mark.parametrize(
    ("judged_on", "workdays", "due"),
    [
        ("2026-11-24T10:00", 4, "2026-11-27T23:59:59"),
        ("2026-11-24T10:00", 1, "2026-11-25T23:59:59"),
        ("2026-11-23T18:00", 1, "2026-11-24T23:59:59"),
        ("2026-11-24T10:00", None, None),
    ],
)
def test_another_period_is_counted_from_the_start_and_never_ends_before_it_was_known(
    session: Session, judged_on: str, workdays: int | None, due: str | None
) -> None:
    arrive(session, MONDAY, [SEEN], 1)
    case = arrive(session, at(judged_on), [replace(SEEN, workdays=workdays)], 2)
    assert case.due_at == (at(due) if due else None)
