"""When villages merge or their boundaries move, cases go along with their ground."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock
from service.accounts.roles import Principal, Role
from service.alerts.models import Notice
from service.cases import history
from service.cases.details import ground_of
from service.cases.life.clock_jobs import tick
from service.cases.life.desk import Desk
from service.cases.life.measures import pause_case, resume_case, void_case
from service.cases.models import Case, CaseEvent
from service.cases.statuses import Status
from service.screening import base_changed, screen_batch
from service.settings import Settings
from service.workdays.corrections import correct_day
from spatial.words import LayerName
from tests.service.cases.sighting_maker import (
    OTHER_VILLAGE,
    VILLAGE,
    kinds_of,
    rectangle,
    standing_cases,
)
from tests.service.screening.township import (
    VILLAGES,
    Change,
    publish_plots,
    publish_villages,
    receive,
)

FIELD = ("0101", rectangle(0, 0, 1900, 300))
SEEN = Change(number="seen", ground=rectangle(10, 10, 60, 30))
AGAIN = Change(number="again", ground=SEEN.ground, after=date(2026, 7, 1))
MERGED = ((OTHER_VILLAGE, "望城村", rectangle(0, 0, 2000, 1000)),)
OFFICE = Principal(1, "office", Role.OFFICE)
OPEN = [Status.PENDING_ASSIGNMENT, Status.VILLAGE_CHECK, Status.EVIDENCE, Status.RECTIFYING]


@pytest.fixture
def township(session: Session) -> Session:
    """One case in the western village."""
    publish_villages(session)
    publish_plots(session, [FIELD])
    receive(session, 1, [SEEN])
    screen_batch(session, 1, Settings())
    return session


def merge(session: Session, villages: tuple[tuple[str, str, object], ...] = MERGED) -> None:
    version = publish_villages(session, villages)
    base_changed(session, LayerName.VILLAGES, version, Settings())
    session.expire_all()


def only_case(session: Session) -> Case:
    (case,) = standing_cases(session)
    return case


def put(session: Session, status: Status, conclusion: str | None = None) -> Case:
    case = only_case(session)
    case.status, case.conclusion = status.value, conclusion
    case.closed_at = clock.now() if status is Status.CLOSED_RECTIFIED else None
    session.flush()
    return case


@pytest.mark.parametrize("status", OPEN)
def test_an_open_case_goes_to_the_village_that_has_its_ground_now(
    township: Session, status: Status
) -> None:
    code = put(township, status).code
    merge(township)
    case = only_case(township)
    assert (case.village_code, case.code, case.status) == (OTHER_VILLAGE, code, status)
    assert kinds_of(township, case)[:2] == ["raised", "village_changed"]
    event = township.scalars(select(CaseEvent).where(CaseEvent.kind == "village_changed")).one()
    assert (event.data["was"], event.data["is"]) == (VILLAGE, OTHER_VILLAGE)
    assert event.note is not None
    assert "三星村" in event.note and "望城村" in event.note
    told = township.scalars(select(Notice).order_by(Notice.id)).all()
    assert [notice.village_code for notice in told] == [VILLAGE, OTHER_VILLAGE]
    if status is Status.PENDING_ASSIGNMENT:
        assert history.verify(township) == []


@pytest.mark.parametrize("status", [Status.EVIDENCE, Status.RECTIFYING])
def test_the_ground_of_a_case_is_shown_wherever_it_has_gone(
    township: Session, status: Status
) -> None:
    put(township, status)
    (before,) = ground_of(township, only_case(township))
    merge(township)
    (after,) = ground_of(township, only_case(township))
    assert after[0].area_m2 == pytest.approx(before[0].area_m2)
    merge(township, VILLAGES[1:1])
    assert len(ground_of(township, only_case(township))) == 1


def test_the_village_it_comes_to_has_its_own_time(township: Session) -> None:
    case = put(township, Status.VILLAGE_CHECK)
    assert case.due_at is not None
    with clock.moved(case.due_at - clock.now()):
        merge(township)
        case = only_case(township)
        assert case.due_at is not None
        assert case.due_at > clock.now()
    event = township.scalars(select(CaseEvent).where(CaseEvent.kind == "village_changed")).one()
    assert datetime.fromisoformat(event.data["due_at"]) == case.due_at


def test_a_case_whose_clock_stands_gets_its_time_once_after_the_pause(township: Session) -> None:
    case = put(township, Status.VILLAGE_CHECK)
    assert case.due_at is not None
    paused = case.due_at
    desk = Desk(session=township, settings=Settings(), actor=OFFICE, now=paused)
    pause_case(desk, case.id, "weather", None, None)
    township.flush()
    with clock.moved(paused + timedelta(days=60) - clock.now()):
        merge(township)
        now = clock.now()
        resumed = resume_case(replace(desk, now=now), case.id, None, None)
    assert resumed.verify_workdays is not None
    assert resumed.due_at == desk.calendar.after_workdays(now, resumed.verify_workdays)


def test_days_off_are_no_time_of_the_village_it_comes_to(township: Session) -> None:
    case = put(township, Status.VILLAGE_CHECK)
    assert case.due_at is not None
    with clock.moved(case.due_at - clock.now()):
        merge(township)
        due_at = only_case(township).due_at
        assert due_at is not None
        zone = Settings().zone
        correct_day(township, OFFICE, due_at.astimezone(zone).date(), working=False, note=None)
        assert tick(township, Settings(), clock.now()).moved == 1
    case = only_case(township)
    assert case.due_at is not None
    assert case.due_at > due_at


def test_a_later_sighting_joins_the_case_where_it_is_now(township: Session) -> None:
    put(township, Status.CONCLUDED, "non_farm")
    merge(township)
    receive(township, 2, [AGAIN])
    counts = screen_batch(township, 2, Settings())
    assert (counts.cases_raised, counts.cases_joined) == (0, 1)
    merge(township, (*VILLAGES,))
    assert only_case(township).village_code == VILLAGE


def test_a_closed_case_is_not_asked_again_and_known_when_its_ground_is_seen_again(
    township: Session,
) -> None:
    closed = put(township, Status.CLOSED_RECTIFIED, "non_farm")
    merge(township)
    assert only_case(township).village_code == VILLAGE
    receive(township, 2, [AGAIN])
    assert screen_batch(township, 2, Settings()).cases_raised == 1
    _, rebound = sorted(standing_cases(township), key=lambda case: case.id)
    assert (rebound.village_code, rebound.recurrence_of) == (OTHER_VILLAGE, closed.id)


def test_what_was_declared_void_is_not_raised_in_the_other_village(township: Session) -> None:
    desk = Desk(session=township, settings=Settings(), actor=OFFICE)
    void_case(desk, only_case(township).id, "entered_by_mistake", None, None)
    merge(township)
    assert standing_cases(township) == []


@pytest.mark.parametrize("status", [Status.PENDING_ASSIGNMENT, Status.EVIDENCE])
def test_a_case_stays_with_its_village_while_no_village_has_its_ground(
    township: Session, status: Status
) -> None:
    put(township, status)
    merge(township, VILLAGES[1:])
    case = only_case(township)
    assert (case.village_code, case.status) == (VILLAGE, status)
    merge(township, VILLAGES)
    assert only_case(township).id == case.id
    told = township.scalars(select(Notice.kind)).all()
    assert told == ["raised"]


def test_ground_that_a_boundary_divides_is_answered_for_by_both(township: Session) -> None:
    put(township, Status.EVIDENCE)
    (west, west_name, _), (east, east_name, _) = VILLAGES
    merge(
        township,
        (
            (west, west_name, rectangle(0, 0, 35, 1000)),
            (east, east_name, rectangle(35, 0, 2000, 1000)),
        ),
    )
    cases = {case.village_code: case.status for case in standing_cases(township)}
    assert cases == {VILLAGE: "evidence", OTHER_VILLAGE: "pending_assignment"}
