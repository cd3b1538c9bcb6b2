"""When a base layer changes, cases on changed ground follow, and say why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.roles import Principal, Role
from service.alerts.models import Notice
from service.cases import history
from service.cases.life.desk import Desk
from service.cases.life.transitions import Wish, make_move
from service.cases.models import Case, CaseEvent
from service.cases.statuses import Status
from service.findings.models import ScreeningRun
from service.layers.models import LayerVersion
from service.patches.models import Patch
from service.screening import ScreeningCounts, base_changed, screen_again, screen_batch
from service.settings import Settings
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
    Document,
    publish_plots,
    publish_villages,
    publish_zones,
    receive,
)

FIELD = ("0101", rectangle(0, 0, 1900, 300))
NEAR = Change(number="near", ground=rectangle(10, 10, 60, 30))
FAR = Change(number="far", ground=rectangle(510, 10, 560, 30))
APPROVAL = Document(ground=rectangle(0, 0, 100, 100), number="渝府〔2026〕1号")


@pytest.fixture
def township(session: Session) -> Session:
    """Two cases of severity 2 on cropland, far apart."""
    publish_villages(session)
    publish_plots(session, [FIELD])
    receive(session, 1, [NEAR, FAR])
    screen_batch(session, 1, Settings())
    return session


def follow(session: Session, layer: LayerName, version: LayerVersion) -> ScreeningCounts | None:
    counts = base_changed(session, layer, version, Settings())
    session.expire_all()
    return counts


def approve(session: Session, *documents: Document) -> ScreeningCounts | None:
    layer = LayerName.APPROVED_CONSTRUCTION
    return follow(session, layer, publish_zones(session, layer, documents))


def number_of(session: Session, case: Case) -> str:
    return session.get_one(Patch, case.patch_id).patch_no


def case_of(session: Session, change: Change) -> Case:
    cases = {number_of(session, case): case for case in standing_cases(session)}
    return cases[change.number]


def last_event(session: Session, case: Case) -> CaseEvent:
    events = select(CaseEvent).where(CaseEvent.case_id == case.id)
    return session.scalars(events.order_by(CaseEvent.number.desc()).limit(1)).one()


def test_a_late_approval_makes_a_case_likely_legal_and_says_why(township: Session) -> None:
    assert approve(township, APPROVAL) is not None
    case = case_of(township, NEAR)
    assert (case.category, case.severity, case.status) == ("likely_legal", 0, Status.SCREENED)
    assert case.due_at is None
    assert case.provenance["zones_versions"] == {"approved-construction": 1}
    event = last_event(township, case)
    assert event.kind == "screened_again"
    assert (event.from_status, event.to_status) == ("pending_assignment", "screened")
    assert event.data["was"]["category"] == "non_farm"
    assert event.data["is"]["exemptions"] == ["渝府〔2026〕1号"]
    assert (event.data["layer"], event.data["version"]) == ("approved-construction", 1)
    assert event.note is not None
    assert "农转用批文更新为第 1 版" in event.note
    assert history.verify(township) == []


def test_cases_on_ground_that_did_not_change_are_left_alone(township: Session) -> None:
    before = case_of(township, FAR).run_id
    counts = approve(township, APPROVAL)
    assert counts is not None
    assert counts.patches == 1
    case = case_of(township, FAR)
    assert case.run_id == before
    assert kinds_of(township, case) == ["raised"]


def test_the_outcome_is_the_same_as_if_the_approval_had_come_first(session: Session) -> None:
    def outcome() -> list[Any]:
        return [
            (case.category, case.severity, case.status, case.areas, case.due_at is None)
            for case in standing_cases(session)
        ]

    outcomes = []
    for approval_first in (True, False):
        publish_villages(session)
        publish_plots(session, [FIELD])
        if approval_first:
            approve(session, APPROVAL)
        receive(session, 1, [NEAR, FAR])
        screen_batch(session, 1, Settings())
        if not approval_first:
            approve(session, APPROVAL)
        outcomes.append(outcome())
        session.rollback()
    assert outcomes[0] == outcomes[1]


def test_an_approval_taken_back_brings_the_suspicion_back(township: Session) -> None:
    approve(township, APPROVAL)
    approve(township)
    case = case_of(township, NEAR)
    assert (case.category, case.status) == ("non_farm", Status.PENDING_ASSIGNMENT)
    assert case.due_at is not None
    assert kinds_of(township, case) == ["raised", "screened_again", "screened_again"]


def test_the_same_version_again_changes_nothing(township: Session) -> None:
    runs = select(ScreeningRun.id)
    assert follow(township, LayerName.PLOTS, publish_plots(township, [FIELD])) is None
    assert len(township.scalars(runs).all()) == 1


@pytest.mark.parametrize("status", [Status.CONCLUDED, Status.RECTIFYING, Status.CLOSED_RECTIFIED])
def test_a_concluded_case_is_only_annotated(township: Session, status: Status) -> None:
    case = case_of(township, NEAR)
    case.status = status.value
    township.flush()
    run = case.run_id
    approve(township, APPROVAL)
    case = case_of(township, NEAR)
    assert (case.category, case.severity, case.status) == ("non_farm", 2, status)
    assert case.run_id == run
    event = last_event(township, case)
    assert event.kind == "annotated"
    assert (event.data["was"]["category"], event.data["is"]["category"]) == (
        "non_farm",
        "likely_legal",
    )


def told_of(session: Session, case: Case) -> list[Notice]:
    notices = select(Notice).where(Notice.case_id == case.id, Notice.kind != "raised")
    return list(session.scalars(notices.order_by(Notice.id)))


@pytest.mark.parametrize("status", [Status.CONCLUDED, Status.CLOSED_RECTIFIED])
def test_people_are_told_once_when_a_late_approval_covers_what_they_concluded(
    township: Session, status: Status
) -> None:
    case = case_of(township, NEAR)
    case.status, case.conclusion = status.value, "non_farm"
    township.flush()
    approve(township, APPROVAL)
    case = case_of(township, NEAR)
    (notice,) = told_of(township, case)
    assert (notice.kind, notice.village_code) == ("reconsider", VILLAGE)
    assert "农转用批文更新为第 1 版" in notice.payload["reason"]
    assert "疑似合法" in notice.payload["reason"]
    assert (case.conclusion, case.category) == ("non_farm", "non_farm")
    (said,) = case.facts["reconsider"].values()
    assert said["says"] == notice.payload["reason"]
    # Another version over other ground of the same patch says nothing new.
    beside = Document(ground=rectangle(0, 90, 60, 100), number="渝府〔2026〕2号")
    approve(township, APPROVAL, beside)
    assert len(told_of(township, case)) == 1
    assert kinds_of(township, case) == ["raised", "annotated"]


def test_an_approval_taken_back_again_is_told_of_a_concluded_case(township: Session) -> None:
    case = case_of(township, NEAR)
    case.status, case.conclusion = Status.CONCLUDED.value, "non_farm"
    township.flush()
    for documents in ((APPROVAL,), (), (APPROVAL,)):
        approve(township, *documents)
    case = case_of(township, NEAR)
    reasons = [notice.payload["reason"] for notice in told_of(township, case)]
    assert [reason.rpartition("，")[2] for reason in reasons] == [
        "请人工复核",
        "又与认定时一致",
        "请人工复核",
    ]


def test_a_suspicion_that_comes_back_to_a_case_under_way_is_no_longer_told_as_gone(
    township: Session,
) -> None:
    case_of(township, NEAR).status = Status.EVIDENCE.value
    township.flush()
    woods = ("0301", rectangle(0, 0, 100, 300))
    rest = ("0101", rectangle(100, 0, 1900, 300))
    follow(township, LayerName.PLOTS, publish_plots(township, [woods, rest]))
    assert "reconsider" in case_of(township, NEAR).facts
    follow(township, LayerName.PLOTS, publish_plots(township, [FIELD]))
    assert "reconsider" not in case_of(township, NEAR).facts


def test_what_a_person_has_decided_on_is_not_asked_again(township: Session) -> None:
    case = case_of(township, NEAR)
    case.status, case.conclusion = Status.CONCLUDED.value, "non_farm"
    township.flush()
    approve(township, APPROVAL)
    desk = Desk(session=township, settings=Settings(), actor=Principal(1, "office", Role.OFFICE))
    plan = {"method": "regularise", "responsible": "村委会"}
    make_move(desk, case.id, Wish(to="rectifying", fields=plan))
    screen_again(township, 1, desk.actor, Settings())
    township.expire_all()
    case = case_of(township, NEAR)
    (said,) = case.facts["reconsider"].values()
    assert said["decided_by"] == "office"
    assert [notice.kind for notice in told_of(township, case)] == ["reconsider", "assigned"]


def test_a_concluded_case_whose_areas_alone_change_is_annotated_in_silence(
    township: Session,
) -> None:
    case = case_of(township, NEAR)
    case.status, case.conclusion = Status.CONCLUDED.value, "non_farm"
    township.flush()
    rest = ("0101", rectangle(15, 0, 1900, 300))
    follow(township, LayerName.PLOTS, publish_plots(township, [rest]))
    case = case_of(township, NEAR)
    assert last_event(township, case).kind == "annotated"
    assert told_of(township, case) == []


def test_a_case_under_way_changes_but_keeps_its_state(township: Session) -> None:
    case = case_of(township, NEAR)
    case.status = Status.EVIDENCE.value
    township.flush()
    approve(township, APPROVAL)
    case = case_of(township, NEAR)
    assert (case.category, case.status) == ("likely_legal", Status.EVIDENCE)


def test_a_patch_that_raised_nothing_may_raise_a_case_now(session: Session) -> None:
    publish_villages(session)
    publish_plots(session, [("0301", FIELD[1])])
    receive(session, 1, [NEAR])
    assert screen_batch(session, 1, Settings()).cases_raised == 0
    counts = follow(session, LayerName.PLOTS, publish_plots(session, [FIELD]))
    assert counts is not None
    assert counts.cases_raised == 1
    assert case_of(session, NEAR).provenance["plots_version"] == 2


def test_ground_that_turns_out_to_be_no_farmland_withdraws_its_case(township: Session) -> None:
    woods = ("0301", rectangle(0, 0, 100, 300))
    rest = ("0101", rectangle(100, 0, 1900, 300))
    follow(township, LayerName.PLOTS, publish_plots(township, [woods, rest]))
    assert [number_of(township, case) for case in standing_cases(township)] == ["far"]
    void = select(Notice.kind).where(Notice.kind == "voided")
    assert len(township.scalars(void).all()) == 1


def test_plots_cut_differently_over_the_same_ground_change_no_case(township: Session) -> None:
    halves = [("0101", rectangle(0, 0, 35, 300)), ("0101", rectangle(35, 0, 1900, 300))]
    counts = follow(township, LayerName.PLOTS, publish_plots(township, halves))
    assert counts is not None
    assert counts.patches == 2
    for case in standing_cases(township):
        assert kinds_of(township, case) == ["raised"]


def test_a_village_boundary_that_moved_asks_the_other_village(township: Session) -> None:
    (west, west_name, _), (east, east_name, _) = VILLAGES
    moved = (
        (west, west_name, rectangle(0, 0, 300, 1000)),
        (east, east_name, rectangle(300, 0, 2000, 1000)),
    )
    follow(township, LayerName.VILLAGES, publish_villages(township, moved))
    assert case_of(township, NEAR).village_code == VILLAGE
    assert case_of(township, FAR).village_code == OTHER_VILLAGE


def test_an_approval_that_ended_before_the_image_changes_the_rule(township: Session) -> None:
    ended = Document(ground=APPROVAL.ground, number="临〔2025〕3号", valid_to=date(2026, 3, 31))
    layer = LayerName.TEMPORARY_LAND_USE
    follow(township, layer, publish_zones(township, layer, [ended]))
    assert case_of(township, NEAR).rule == 10
