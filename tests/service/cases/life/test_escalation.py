"""Escalation stays with a case, and with its parts, until it is lifted or the case has ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from shapely import MultiPolygon, box
from shapely.geometry import mapping

from service import clock
from service.cases import history
from service.cases.life.clock_jobs import Ticked, tick
from service.cases.models import Case
from service.cases.statuses import Status
from tests.service.cases.life.making import PLACE, SIDE, Township, at

S = Status
DECIDED = {"reason": "leader_decides"}
VIOLATION: dict[str, Any] = {"conclusion": "non_farm", "confirmed": True}
PLAN: dict[str, Any] = {"method": "demolish_and_replant", "responsible": "村委会"}


def escalated(township: Township, status: Status, **changes: Any) -> int:
    """A case that the leader has put under supervision."""
    case_id = township.case(status, **changes)
    assert township.move(case_id, "escalated", "leader", **DECIDED).status_code == 200
    return case_id


def standing(township: Township, case_id: int) -> tuple[str, str]:
    """A case's state, and where its work stands."""
    case = township.state(case_id)
    return case.status, case.facts["escalation"]["from"]


def last_entry(township: Township, case_id: int) -> tuple[str, str]:
    entry = township.get(f"/api/cases/{case_id}/events").json()["items"][-1]
    return entry["from_status"], entry["to_status"]


def listed(township: Township, case_id: int, status: str) -> bool:
    items = township.get("/api/cases", params={"status": status, "limit": 500}).json()["items"]
    return case_id in {item["id"] for item in items}


def test_work_goes_on_and_the_case_stays_escalated_to_its_end(township: Township) -> None:
    case_id = escalated(township, S.OFFICE_REVIEW)
    assert township.move(case_id, "concluded", "office", **VIOLATION).status_code == 200
    assert standing(township, case_id) == ("escalated", "concluded")
    assert last_entry(township, case_id) == ("office_review", "concluded")
    assert township.move(case_id, "rectifying", "office", **PLAN).status_code == 200
    assert standing(township, case_id) == ("escalated", "rectifying")
    refusal: dict[str, Any] = {"reason": "refused", "order_no": "责停〔2026〕7号"}
    assert township.move(case_id, "enforcement", "office", **refusal).status_code == 200
    assert standing(township, case_id) == ("escalated", "enforcement")
    township.photos(case_id, "after")
    report: dict[str, Any] = {"rectified_area": 2600.0}
    assert township.move(case_id, "acceptance", "law_enforcement", **report).status_code == 200
    ended = township.move(case_id, "closed_rectified", "planning_and_environment")
    assert ended.json()["status"] == "closed_rectified"


def test_a_conclusion_is_changed_while_the_case_stays_escalated(township: Township) -> None:
    case_id = escalated(township, S.OFFICE_REVIEW)
    assert township.move(case_id, "concluded", "office", **VIOLATION).status_code == 200
    offer = township.get(f"/api/cases/{case_id}/transitions").json()["items"]
    names = [move["name"] for move in offer if move["to"] == "concluded"]
    assert sorted(names) == ["amend_conclusion", "de_escalate"]
    change = VIOLATION | {"violation_area": 1200.0}
    assert township.move(case_id, "concluded", "office", "面积更正", **change).status_code == 200
    assert standing(township, case_id) == ("escalated", "concluded")
    assert township.state(case_id).facts["conclusion"]["violation_area"] == 1200.0
    lifted = township.move(case_id, "concluded", "leader", "已部署")
    assert lifted.json()["status"] == "concluded"


def test_lifting_it_leads_to_where_its_work_stands_by_then(township: Township) -> None:
    case_id = escalated(township, S.VILLAGE_CHECK)
    assert township.move(case_id, "evidence", "grid").status_code == 200
    early = township.move(case_id, "village_check", "leader", note="已督促到位")
    assert early.status_code == 409
    lifted = township.move(case_id, "evidence", "leader", note="已督促到位")
    assert lifted.json()["status"] == "evidence"


def test_it_is_listed_as_escalated_and_where_its_work_stands(township: Township) -> None:
    case_id = escalated(township, S.VILLAGE_CHECK)
    assert township.move(case_id, "evidence", "grid").status_code == 200
    found = [listed(township, case_id, name) for name in ("escalated", "evidence", "village_check")]
    assert found == [True, True, False]


def test_the_parts_of_a_split_are_escalated_too(township: Township) -> None:
    case_id = escalated(township, S.EVIDENCE)
    west, south = PLACE
    middle = west + SIDE / 2
    halves = [
        MultiPolygon([box(west, south, middle, south + SIDE)]),
        MultiPolygon([box(middle, south, west + SIDE, south + SIDE)]),
    ]
    body = {"note": "分别处置", "parts": [{"geometry": mapping(part)} for part in halves]}
    parts = township.post(f"/api/cases/{case_id}/split", body).json()["parts"]
    assert [standing(township, part) for part in parts] == [("escalated", "evidence")] * 2
    assert last_entry(township, parts[0])[1] == "evidence"
    lifted = township.move(parts[0], "evidence", "leader", note="本部分已核实")
    assert lifted.json()["status"] == "evidence"
    assert standing(township, parts[1]) == ("escalated", "evidence")


def tick_at(township: Township, case_id: int, moment: Any) -> tuple[Ticked, Case]:
    runtime = township.runtime
    with runtime.database.transaction() as session:
        done = tick(session, runtime.settings, moment)
    return done, township.state(case_id)


@pytest.fixture
def overdue(township: Township) -> Any:
    """Nothing else may be due when the clock is asked."""
    with township.runtime.database.transaction() as session:
        session.query(Case).update({Case.due_at: None})


@pytest.mark.usefixtures("overdue")
def test_missing_a_later_deadline_by_far_is_told_of_an_escalated_case(township: Township) -> None:
    due = at("2026-11-26T23:59:59")
    case_id = escalated(township, S.RECTIFYING, due_at=due - timedelta(days=9))
    township.set(case_id, due_at=due)
    done, case = tick_at(township, case_id, due + timedelta(days=15))
    assert (done.escalated, case.status, case.severity) == (1, "escalated", 3)
    assert tick_at(township, case_id, due + timedelta(days=16))[0] == Ticked()
    done, case = tick_at(township, case_id, due + timedelta(days=30))
    assert (done.escalated, case.facts["escalation"]["level"]) == (1, 2)


@pytest.mark.usefixtures("overdue")
def test_one_lifted_for_another_reason_is_escalated_when_it_is_overdue(township: Township) -> None:
    due = at("2026-11-26T23:59:59")
    with clock.moved(at("2026-11-25T09:00") - clock.now()):
        case_id = escalated(township, S.VILLAGE_CHECK, due_at=due)
        township.move(case_id, "village_check", "leader", note="已部署")
    done, case = tick_at(township, case_id, due + timedelta(days=15))
    assert (done.escalated, case.status) == (1, "escalated")
    assert case.facts["escalation"]["reason"] == "overdue_15"


def test_histories_agree_with_cases_that_are_escalated_while_work_goes_on(
    township: Township,
) -> None:
    case_id = escalated(township, S.VILLAGE_CHECK)
    assert township.move(case_id, "evidence", "grid").status_code == 200
    with township.runtime.database.reading() as session:
        assert history.verify(session) == []
    township.set(case_id, status="evidence")
    with township.runtime.database.reading() as session:
        (broken,) = history.verify(session)
    assert (broken.case_id, broken.what) == (case_id, "is evidence, its history ends in escalated")
    township.set(case_id, status="escalated")
