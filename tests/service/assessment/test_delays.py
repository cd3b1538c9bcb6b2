"""Missed deadlines, read from what a history says of them."""

from __future__ import annotations

import pytest

from service.assessment.delays import Delay, Entry, find_delays
from service.cases.statuses import Status
from tests.service.assessment.making import ZONE, at

NOW = at("2026-06-30T12:00")


def entry(
    moment: str, kind: str, to: Status | None = None, due: str | None = None, tells: bool = True
) -> Entry:
    return Entry(
        at=at(moment),
        kind=kind,
        to_status=to.value if to else None,
        tells_due=tells,
        due_at=at(f"{due}T23:59:59") if due else None,
    )


DISPATCHED = entry("2026-06-01T09:00", "dispatch", Status.VILLAGE_CHECK, "2026-06-03")


def days(delays: list[Delay]) -> list[tuple[Status, int]]:
    return [(delay.phase, delay.days(ZONE, NOW)) for delay in delays]


def test_what_is_handed_in_on_its_last_day_is_not_late() -> None:
    told = [DISPATCHED, entry("2026-06-03T23:00", "submit", Status.OFFICE_REVIEW, "2026-06-30")]
    assert find_delays(told, ended=False, now=NOW) == []


def test_every_state_has_its_own_days_of_a_deadline() -> None:
    told = [
        DISPATCHED,
        entry("2026-06-04T08:00", "start_check", Status.EVIDENCE, "2026-06-03"),
        entry("2026-06-06T08:00", "submit", Status.OFFICE_REVIEW, "2026-06-30"),
    ]
    assert days(find_delays(told, ended=False, now=NOW)) == [
        (Status.VILLAGE_CHECK, 1),
        (Status.EVIDENCE, 2),
    ]


def test_who_takes_over_what_is_late_is_late_from_then_on() -> None:
    told = [
        entry("2026-05-01T09:00", "plan", Status.RECTIFYING, "2026-06-01"),
        entry("2026-06-11T09:00", "enforce", Status.ENFORCEMENT, "2026-06-01"),
    ]
    rectifying, enforcement = find_delays(told, ended=False, now=NOW)
    assert (rectifying.days(ZONE, NOW), enforcement.days(ZONE, NOW)) == (10, 19)
    assert enforcement.days_after_due(ZONE, NOW) == 29


def test_what_is_still_owed_is_late_until_now() -> None:
    assert days(find_delays([DISPATCHED], ended=False, now=NOW)) == [(Status.VILLAGE_CHECK, 27)]


def test_an_escalation_goes_on_with_the_state_it_came_from() -> None:
    told = [DISPATCHED, entry("2026-06-18T12:00", "escalate", Status.ESCALATED, "2026-06-03")]
    assert days(find_delays(told, ended=False, now=NOW)) == [(Status.VILLAGE_CHECK, 27)]


def test_reminders_change_nothing() -> None:
    told = [DISPATCHED, entry("2026-06-04T00:10", "overdue", due="2026-06-03")]
    assert days(find_delays(told, ended=False, now=NOW)) == [(Status.VILLAGE_CHECK, 27)]


@pytest.mark.parametrize(("stops", "goes_on"), [("paused", "resumed"), ("voided", "revived")])
def test_a_clock_that_stands_still_is_not_late(stops: str, goes_on: str) -> None:
    paused = [DISPATCHED, entry("2026-06-02T09:00", stops, tells=False)]
    assert find_delays(paused, ended=False, now=NOW) == []
    resumed = [*paused, entry("2026-06-20T09:00", goes_on, due="2026-06-21")]
    assert days(find_delays(resumed, ended=False, now=NOW)) == [(Status.VILLAGE_CHECK, 9)]


@pytest.mark.parametrize("move", ["start_check", "escalate", "split_from"])
def test_what_keeps_a_deadline_keeps_its_pause(move: str) -> None:
    told = [
        DISPATCHED,
        entry("2026-06-02T09:00", "paused", tells=False),
        entry("2026-06-02T10:00", move, Status.EVIDENCE, "2026-06-03"),
    ]
    assert find_delays(told, ended=False, now=NOW) == []


def test_a_new_deadline_ends_the_pause_of_the_one_before() -> None:
    told = [
        DISPATCHED,
        entry("2026-06-02T09:00", "paused", tells=False),
        entry("2026-06-02T10:00", "submit", Status.OFFICE_REVIEW, "2026-06-20"),
    ]
    assert days(find_delays(told, ended=False, now=NOW)) == [(Status.OFFICE_REVIEW, 10)]


def test_nothing_is_late_that_has_no_deadline() -> None:
    told = [DISPATCHED, entry("2026-06-02T09:00", "conclude", Status.CONCLUDED)]
    assert find_delays(told, ended=False, now=NOW) == []
    assert find_delays([DISPATCHED], ended=True, now=NOW) == []
