"""The clock: reminders, overdue, escalation; each once, whatever the clock does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.alerts.models import Notice
from service.cases import history
from service.cases.life.clock_jobs import Ticked, tick
from service.cases.models import Case
from service.cases.statuses import Status
from service.runtime import Runtime
from tests.service.cases.life.making import at, make_case

S = Status
DUE = at("2026-11-26T23:59:59")
# A Thursday; the day before is a working day.


@pytest.fixture
def case_id(runtime: Runtime) -> int:
    with runtime.database.transaction() as session:
        return make_case(session, S.VILLAGE_CHECK, due_at=DUE, severity=2).id


def tick_at(runtime: Runtime, now: datetime) -> Ticked:
    with runtime.database.transaction() as session:
        return tick(session, runtime.settings, now)


def case_of(runtime: Runtime, case_id: int) -> Case:
    with runtime.database.reading() as session:
        return session.get_one(Case, case_id)


def notices(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        return list(session.scalars(select(Notice.kind).order_by(Notice.id)))


def test_one_is_reminded_within_the_last_working_day(runtime: Runtime, case_id: int) -> None:
    assert tick_at(runtime, at("2026-11-24T10:00")) == Ticked()
    assert tick_at(runtime, at("2026-11-25T10:00")) == Ticked(due_soon=1)
    assert tick_at(runtime, at("2026-11-25T10:10")) == Ticked()
    assert notices(runtime) == ["due_soon"]


def test_a_weekend_before_the_deadline_does_not_swallow_the_reminder(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        make_case(session, S.VILLAGE_CHECK, due_at=at("2026-11-30T23:59:59"))
    assert tick_at(runtime, at("2026-11-26T10:00")) == Ticked()
    assert tick_at(runtime, at("2026-11-27T10:00")) == Ticked(due_soon=1)


def test_what_is_overdue_is_told_once(runtime: Runtime, case_id: int) -> None:
    for minutes in (0, 10, 20):
        tick_at(runtime, at("2026-11-27T00:00") + timedelta(minutes=minutes))
    assert notices(runtime) == ["overdue"]
    assert case_of(runtime, case_id).status == "village_check"


def test_fifteen_days_overdue_escalate_and_thirty_escalate_again(
    runtime: Runtime, case_id: int
) -> None:
    assert tick_at(runtime, DUE + timedelta(days=14, hours=23)) == Ticked(overdue=1)
    assert tick_at(runtime, DUE + timedelta(days=15)) == Ticked(escalated=1)
    case = case_of(runtime, case_id)
    assert (case.status, case.severity, case.due_at) == ("escalated", 3, DUE)
    assert tick_at(runtime, DUE + timedelta(days=20)) == Ticked()
    assert tick_at(runtime, DUE + timedelta(days=30)) == Ticked(escalated=1)
    assert tick_at(runtime, DUE + timedelta(days=90)) == Ticked()
    assert case_of(runtime, case_id).facts["escalation"]["level"] == 2
    assert notices(runtime) == ["overdue", "escalated", "escalated"]


def test_a_clock_that_jumps_ahead_makes_up_for_everything_at_once(
    runtime: Runtime, case_id: int
) -> None:
    assert tick_at(runtime, DUE + timedelta(days=40)) == Ticked(overdue=1, escalated=1)
    assert notices(runtime) == ["overdue", "escalated", "escalated"]
    # Set back to the right time, it takes nothing back and says nothing again.
    assert tick_at(runtime, at("2026-11-25T10:00")).overdue == 0
    assert tick_at(runtime, DUE + timedelta(days=40)) == Ticked()
    assert case_of(runtime, case_id).status == "escalated"
    with runtime.database.reading() as session:
        assert history.verify(session) == []


def test_an_escalation_that_was_lifted_stays_lifted_for_this_deadline(
    runtime: Runtime, case_id: int
) -> None:
    tick_at(runtime, DUE + timedelta(days=16))
    with runtime.database.transaction() as session:
        case = session.get_one(Case, case_id)
        case.status = "village_check"
    assert tick_at(runtime, DUE + timedelta(days=17)) == Ticked()
    assert tick_at(runtime, DUE + timedelta(days=31)) == Ticked()
    with runtime.database.transaction() as session:
        case = session.get_one(Case, case_id)
        case.due_at = DUE + timedelta(days=40)
    assert tick_at(runtime, DUE + timedelta(days=56)) == Ticked(overdue=1, escalated=1)
    # Being overdue makes a case graver once.
    assert case_of(runtime, case_id).severity == 3


def test_another_deadline_is_told_of_anew(runtime: Runtime, case_id: int) -> None:
    tick_at(runtime, at("2026-11-27T01:00"))
    with runtime.database.transaction() as session:
        case = session.get_one(Case, case_id)
        case.due_at = at("2026-12-01T23:59:59")
    assert tick_at(runtime, at("2026-12-01T10:00")) == Ticked(due_soon=1)
    assert tick_at(runtime, at("2026-12-02T10:00")) == Ticked(overdue=1)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": S.CLOSED_RECTIFIED.value},
        {"status": S.TRANSFERRED.value},
        {"voided_at": at("2026-11-25T10:00")},
        {"paused_at": at("2026-11-25T10:00")},
        {"due_at": None},
    ],
)
def test_nothing_is_owed_by_what_is_over_void_or_paused(
    runtime: Runtime, case_id: int, changes: dict[str, Any]
) -> None:
    with runtime.database.transaction() as session:
        case = session.get_one(Case, case_id)
        for name, value in changes.items():
            setattr(case, name, value)
    assert tick_at(runtime, DUE + timedelta(days=40)) == Ticked()
    assert notices(runtime) == []


def test_a_rectification_is_reminded_of_three_working_days_before(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        make_case(session, S.RECTIFYING, due_at=at("2026-12-10T23:59:59"))
    assert tick_at(runtime, at("2026-12-04T10:00")) == Ticked()
    assert tick_at(runtime, at("2026-12-07T10:00")) == Ticked(due_soon=1)


def test_a_tick_that_fails_leaves_nothing_half_done(runtime: Runtime, case_id: int) -> None:
    with runtime.database.reading() as session:
        tick(session, runtime.settings, DUE + timedelta(days=16))
    assert notices(runtime) == []
    assert case_of(runtime, case_id).status == "village_check"
    assert tick_at(runtime, DUE + timedelta(days=16)) == Ticked(overdue=1, escalated=1)
