"""One place, one case: raised, joined, merged, judged anew, withdrawn or annotated."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.accounts.roles import Principal, Role
from service.alerts.models import Notice
from service.cases import history
from service.cases.life.desk import Desk
from service.cases.life.measures import void_case
from service.cases.models import Case, CaseEvent
from service.cases.statuses import Status
from service.runtime import Runtime
from service.settings import Settings
from tests.service.cases.sighting_maker import (
    OTHER_VILLAGE,
    VILLAGE,
    Seen,
    kinds_of,
    patches_of,
    rectangle,
    screen_file,
    standing_cases,
)

EARLY, LATE = date(2026, 1, 4), date(2026, 4, 2)
A = Seen(number="A", ground=rectangle(0, 0, 30, 10), after=EARLY)
B = Seen(number="B", ground=rectangle(10, 0, 40, 10), after=LATE)
C = Seen(number="C", ground=rectangle(20, 0, 50, 10), after=LATE)
FAR = Seen(number="FAR", ground=rectangle(500, 0, 530, 10))


def arrive(session: Session, *files: Sequence[Seen]) -> list[tuple[int, int]]:
    """Screen files one after the other; returns cases raised and sightings joined by each."""
    counts = []
    for number, seen in enumerate(files, start=1):
        count = screen_file(session, seen, number)
        session.expire_all()
        counts.append((count.raised, count.joined))
    return counts


def only_case(session: Session) -> Case:
    (case,) = standing_cases(session)
    return case


def put(session: Session, status: Status) -> int:
    """Bring the only case into a state, as people would have."""
    case = only_case(session)
    case.status = status.value
    session.flush()
    return case.id


def test_a_sighting_raises_a_case_that_waits_to_be_assigned(session: Session) -> None:
    assert arrive(session, [A]) == [(1, 0)]
    case = only_case(session)
    assert case.status == Status.PENDING_ASSIGNMENT
    assert (case.category, case.severity, case.rule) == ("non_farm", 2, 3)
    assert case.provenance["run_id"] == str(case.run_id)
    assert case.provenance["tolerance_m"] == 2.0
    assert kinds_of(session, case) == ["raised"]
    assert history.verify(session) == []


def test_the_case_is_due_after_the_working_days_of_its_rule(session: Session) -> None:
    arrive(session, [A])
    case = only_case(session)
    assert case.due_at is not None
    assert case.due_at > case.created_at
    assert case.due_at.astimezone(Settings().zone).hour == 23


def test_severity_zero_waits_screened_and_without_a_deadline(session: Session) -> None:
    arrive(session, [Seen(number="S0", ground=A.ground, severity=0)])
    case = only_case(session)
    assert (case.status, case.due_at) == (Status.SCREENED, None)


def test_a_second_sighting_of_the_ground_joins(session: Session) -> None:
    assert arrive(session, [A], [B]) == [(1, 0), (0, 1)]
    case = only_case(session)
    assert patches_of(session, case) == {"A", "B"}
    assert kinds_of(session, case) == ["raised", "joined"]
    assert case.version == 2
    event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "joined")).one()
    assert event.data["joined"][0]["patch_no"] == "B"
    assert event.data["was"]["patch_id"] != event.data["is"]["patch_id"]


def test_a_sighting_that_says_the_same_is_told_as_such(session: Session) -> None:
    arrive(session, [A], [Seen(number="A2", ground=A.ground, after=LATE)])
    note = session.scalars(select(CaseEvent.note).where(CaseEvent.kind == "joined")).one()
    assert note is not None
    assert "；仍为" in note
    assert "原为" not in note


def test_two_patches_of_one_file_on_the_same_ground_are_one_case(session: Session) -> None:
    assert arrive(session, [A, B, FAR]) == [(2, 1)]


def test_a_graver_sighting_decides_the_case_and_a_milder_one_does_not(session: Session) -> None:
    grave = Seen(number="G", ground=A.ground, severity=3, after=EARLY)
    mild = Seen(number="M", ground=A.ground, severity=0, after=LATE)
    arrive(session, [A], [grave], [mild])
    case = only_case(session)
    assert case.severity == 3
    assert kinds_of(session, case) == ["raised", "joined", "joined"]
    assert case.status == Status.PENDING_ASSIGNMENT


def test_a_case_of_severity_zero_that_turns_grave_is_assigned(session: Session) -> None:
    arrive(session, [Seen(number="S0", ground=A.ground, severity=0)], [A])
    case = only_case(session)
    assert case.status == Status.PENDING_ASSIGNMENT
    assert case.due_at is not None
    assert history.verify(session) == []


def test_a_sighting_between_two_cases_makes_them_one(session: Session) -> None:
    assert arrive(session, [A], [C], [B]) == [(1, 0), (1, 0), (0, 1)]
    case = only_case(session)
    assert patches_of(session, case) == {"A", "B", "C"}
    other = session.scalars(select(Case).where(Case.voided_at.is_not(None))).one()
    assert other.merged_into == case.id
    assert kinds_of(session, other) == ["raised", "merged"]
    assert patches_of(session, other) == set()


def test_work_is_never_merged_away(session: Session) -> None:
    arrive(session, [A], [C])
    session.execute(update(Case).values(status=Status.EVIDENCE.value))
    arrive(session, [], [], [B])
    first, second = standing_cases(session)
    assert patches_of(session, first) == {"A", "B"}
    assert patches_of(session, second) == {"C"}
    assert kinds_of(session, second) == ["raised", "seen_again"]


def test_a_concluded_case_is_joined_but_keeps_what_was_answered(session: Session) -> None:
    arrive(session, [A])
    put(session, Status.RECTIFYING)
    arrive(session, [], [Seen(number="G", ground=A.ground, severity=4)])
    case = only_case(session)
    assert patches_of(session, case) == {"A", "G"}
    assert (case.severity, case.status) == (2, Status.RECTIFYING)
    assert kinds_of(session, case) == ["raised", "joined"]


def test_a_case_graver_by_being_overdue_stays_so_when_it_is_judged_anew(session: Session) -> None:
    arrive(session, [A])
    case = only_case(session)
    case.status = Status.ESCALATED.value
    case.severity = 3
    case.facts = {
        "severity_judged": 2,
        "severity_modifiers": ["overdue_15_days"],
        "escalation": {"from": "pending_assignment"},
    }
    session.flush()
    arrive(session, [], [Seen(number="G", ground=A.ground, severity=3)])
    case = only_case(session)
    assert (case.severity, case.status) == (4, Status.ESCALATED)
    assert case.facts["severity_judged"] == 3


def test_a_case_escalated_while_it_was_put_right_keeps_what_was_answered(session: Session) -> None:
    arrive(session, [A])
    case = only_case(session)
    case.status = Status.ESCALATED.value
    case.facts = {"escalation": {"from": "rectifying"}}
    session.flush()
    arrive(session, [], [Seen(number="G", ground=A.ground, severity=4)])
    assert only_case(session).severity == 2


def test_a_reopened_case_is_not_withdrawn_and_stays_seen_by_whom_people_showed_it(
    session: Session,
) -> None:
    arrive(session, [A])
    case = only_case(session)
    case.status = Status.VILLAGE_CHECK.value
    case.conclusion = "non_farm"
    case.supporting_departments = ["finance"]
    session.flush()
    arrive(session, [], [B])
    case = only_case(session)
    assert case.supporting_departments == ["law_enforcement", "finance"]
    arrive(session, [], [], [replace(one, severity=None) for one in (A, B)])
    assert kinds_of(session, only_case(session))[-1] == "annotated"


def test_a_sighting_on_closed_ground_is_a_rebound_that_names_the_earlier_case(
    session: Session,
) -> None:
    arrive(session, [A])
    closed = put(session, Status.CLOSED_RECTIFIED)
    arrive(session, [], [B])
    earlier, case = standing_cases(session)
    assert (earlier.id, case.recurrence_of) == (closed, closed)
    assert patches_of(session, case) == {"B"}
    kinds = session.scalars(select(Notice.kind).order_by(Notice.id)).all()
    assert kinds == ["raised", "rebounded"]


@pytest.mark.parametrize(
    ("conclusion", "closed_on", "severity"),
    [
        ("non_farm", date(2026, 2, 1), 3),
        ("non_farm", date(2024, 2, 1), 2),
        # The image is older than the closing: it shows what has been put right since.
        ("non_farm", date(2026, 12, 1), 2),
        ("pseudo_change", date(2026, 2, 1), 2),
    ],
)
def test_a_violation_again_within_a_year_is_graver(
    session: Session, conclusion: str, closed_on: date, severity: int
) -> None:
    arrive(session, [A])
    put(session, Status.CLOSED_RECTIFIED)
    earlier = only_case(session)
    earlier.conclusion = conclusion
    earlier.closed_at = datetime(closed_on.year, closed_on.month, closed_on.day, tzinfo=UTC)
    session.flush()
    arrive(session, [], [B])
    _, case = standing_cases(session)
    assert case.severity == severity
    assert case.facts.get("severity_judged") == (2 if severity == 3 else None)
    # Screened again, it is weighed again and comes to the same.
    arrive(session, [], [], [B])
    assert standing_cases(session)[-1].severity == severity


def test_the_day_on_which_a_case_was_closed_is_the_office_s(session: Session) -> None:
    arrive(session, [A])
    earlier = session.get_one(Case, put(session, Status.CLOSED_RECTIFIED))
    earlier.conclusion = "non_farm"
    # The morning after B's image at the office, the day of it in Greenwich.
    earlier.closed_at = datetime(2026, 4, 3, 7, tzinfo=Settings().zone)
    session.flush()
    arrive(session, [], [B])
    assert standing_cases(session)[-1].severity == 2


@pytest.mark.parametrize("order", [("B", "C"), ("C", "B")])
def test_a_rebound_is_named_whichever_sighting_of_the_place_comes_first(
    session: Session, order: tuple[str, str]
) -> None:
    # Only B lies on the closed ground of A; C is of one place with B.
    arrive(session, [A])
    closed = put(session, Status.CLOSED_NO_VIOLATION)
    arrive(session, [], *[[{"B": B, "C": C}[name]] for name in order])
    _, case = standing_cases(session)
    assert patches_of(session, case) == {"B", "C"}
    assert case.recurrence_of == closed


def test_a_changed_patch_is_judged_anew_and_its_history_says_so(session: Session) -> None:
    arrive(session, [A], [Seen(number="A", ground=rectangle(0, 0, 30, 12), severity=3)])
    case = only_case(session)
    assert case.severity == 3
    event = session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc())).first()
    assert event is not None
    assert event.kind == "screened_again"
    assert (event.data["was"]["severity"], event.data["is"]["severity"]) == (2, 3)
    assert event.note is not None
    assert "；原为" in event.note
    stored = session.scalar(select(func.ST_AsText(Case.geom)))
    assert stored == session.scalar(
        select(func.ST_AsText(func.ST_GeomFromWKB(rectangle(0, 0, 30, 12).wkb, 4490)))
    )


def test_screening_the_same_again_changes_no_history(session: Session) -> None:
    for _ in range(2):
        arrive(session, [A, FAR])
    cases = standing_cases(session)
    assert len(cases) == 2
    for case in cases:
        assert kinds_of(session, case) == ["raised"]
        assert case.version == 1
        assert case.provenance["run_id"] == str(case.run_id)


def test_a_patch_that_moved_away_withdraws_the_untouched_case(session: Session) -> None:
    arrive(session, [A], [Seen(number="A", ground=rectangle(0, 0, 30, 10), severity=None)])
    assert standing_cases(session) == []
    case = session.scalars(select(Case)).one()
    assert kinds_of(session, case) == ["raised", "withdrawn"]


def void_by_hand(session: Session) -> Case:
    desk = Desk(session=session, settings=Settings(), actor=Principal(1, "office", Role.OFFICE))
    return void_case(desk, only_case(session).id, "entered_by_mistake", None, None)


def test_what_a_person_declared_void_is_not_asked_again(session: Session) -> None:
    arrive(session, [A])
    void = void_by_hand(session)
    assert arrive(session, [], [A])[1] == (0, 0)
    assert standing_cases(session) == []
    assert kinds_of(session, void) == ["raised", "voided"]


def test_other_ground_or_another_patch_is_asked_for_beside_a_void_case(session: Session) -> None:
    arrive(session, [A])
    void_by_hand(session)
    corrected = Seen(number="A", ground=rectangle(200, 0, 230, 10), after=EARLY)
    assert arrive(session, [], [corrected])[1] == (1, 0)
    session.rollback()
    arrive(session, [A])
    void_by_hand(session)
    assert arrive(session, [], [Seen(number="NEW", ground=A.ground, after=LATE)])[1] == (1, 0)
    assert only_case(session).recurrence_of is None


@pytest.mark.parametrize("status", [Status.EVIDENCE, Status.CONCLUDED, Status.CLOSED_RECTIFIED])
def test_a_case_that_people_took_up_is_annotated_when_its_suspicion_is_gone(
    session: Session, status: Status
) -> None:
    arrive(session, [A])
    put(session, status)
    arrive(session, [], [Seen(number="A", ground=A.ground, severity=None)])
    case = only_case(session)
    assert kinds_of(session, case) == ["raised", "annotated"]
    assert patches_of(session, case) == {"A"}


def test_a_closed_case_is_annotated_when_its_patch_is_judged_anew(session: Session) -> None:
    arrive(session, [A])
    put(session, Status.CLOSED_RECTIFIED)
    again = Seen(number="A", ground=A.ground, severity=0, after=EARLY)
    assert arrive(session, [], [again])[1] == (0, 0)
    case = only_case(session)
    assert case.severity == 2
    assert kinds_of(session, case) == ["raised", "annotated"]


def test_a_case_whose_sightings_come_apart_keeps_the_one_that_decided_it(session: Session) -> None:
    moved = Seen(number="A", ground=rectangle(200, 0, 230, 10), after=EARLY)
    arrive(session, [A], [B])
    assert arrive(session, [], [], [moved])[2] == (1, 0)
    first, second = standing_cases(session)
    assert patches_of(session, first) == {"B"}
    assert patches_of(session, second) == {"A"}
    assert (
        "left"
        in session.scalars(select(CaseEvent.data).where(CaseEvent.kind == "screened_again")).one()
    )


def test_codes_count_by_village_and_year_without_gaps(session: Session) -> None:
    elsewhere = Seen(number="E", ground=FAR.ground, village=OTHER_VILLAGE)
    arrive(session, [A, FAR], [elsewhere])
    year = datetime.now(UTC).astimezone(Settings().zone).year
    assert [case.code for case in standing_cases(session)] == [
        f"{VILLAGE}-{year}-0001",
        f"{VILLAGE}-{year}-0002",
        f"{OTHER_VILLAGE}-{year}-0001",
    ]


def test_a_number_taken_by_a_transaction_that_failed_is_given_again(session: Session) -> None:
    arrive(session, [A])
    session.rollback()
    arrive(session, [A])
    assert only_case(session).code.endswith("-0001")


def test_two_batches_at_once_raise_one_case_for_one_place(runtime: Runtime) -> None:
    def deliver(prefix: str) -> None:
        file = [
            Seen(number=f"{prefix}{n}", ground=rectangle(100 * n, 0, 100 * n + 30, 10))
            for n in range(20)
        ]
        with runtime.database.transaction() as session:
            screen_file(session, file)

    threads = [threading.Thread(target=deliver, args=(prefix,)) for prefix in ("N", "S")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with runtime.database.reading() as session:
        cases = standing_cases(session)
        assert len(cases) == 20
        assert all(len(patches_of(session, case)) == 2 for case in cases)
        assert [int(case.code[-4:]) for case in cases] == list(range(1, 21))
        assert history.verify(session) == []


def outcome(session: Session) -> set[tuple[object, ...]]:
    """What the cases say, without what arrival may decide: numbers and times."""
    return {
        (
            case.village_code,
            frozenset(patches_of(session, case)),
            case.category,
            case.severity,
            case.status,
            case.areas["suspect"],
        )
        for case in standing_cases(session)
    }


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_the_order_of_arrival_does_not_change_the_outcome(
    session: Session, data: st.DataObject
) -> None:
    starts = data.draw(st.lists(st.integers(0, 60), min_size=3, max_size=5), label="starts")
    files = [
        [
            Seen(
                number=f"P{number}",
                ground=rectangle(start, 0, start + data.draw(st.integers(5, 30)), 10),
                severity=data.draw(st.integers(0, 3)),
                after=date(2026, data.draw(st.integers(1, 3)), 1),
            )
        ]
        for number, start in enumerate(starts)
    ]
    order = data.draw(st.permutations(files), label="order")
    outcomes = []
    for arrival in (files, order, [[one for file in files for one in file]]):
        arrive(session, *arrival)
        outcomes.append(outcome(session))
        session.rollback()
    assert outcomes[0] == outcomes[1] == outcomes[2]


def test_a_chain_of_sightings_ends_the_same_in_every_order(session: Session) -> None:
    outcomes = []
    for order in itertools.permutations([A, B, C]):
        arrive(session, *([seen] for seen in order))
        outcomes.append(outcome(session))
        session.rollback()
    assert all(one == outcomes[0] for one in outcomes)
    assert len(outcomes[0]) == 1
