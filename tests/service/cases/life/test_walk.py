"""A case's way from the dispatch to its end, as its people go it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service import clock
from service.alerts.models import Notice
from service.cases import history
from service.cases.statuses import Status
from tests.service.cases.life.making import Township, at

SUBMISSION = {"opinion": "非农违法", "stop_notice_no": "制〔2026〕1号"}
VIOLATION = {"conclusion": "non_farm", "confirmed": True}
PLAN = {"method": "拆除复耕", "responsible": "村委会"}
NINE = at("2026-11-25T09:00")


@pytest.fixture(autouse=True)
def a_wednesday_morning() -> Any:
    with clock.moved(NINE - clock.now()):
        yield


def walk(township: Township, case_id: int, *steps: tuple[str, str, dict[str, Any]]) -> None:
    for to, by, fields in steps:
        answer = township.move(case_id, to, by, **fields)
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == to


def to_acceptance(township: Township, **report: Any) -> int:
    case_id = township.case()
    walk(
        township,
        case_id,
        ("village_check", "office", {}),
        ("evidence", "grid", {"ongoing": True, "stop_record": "11月25日网格员口头制止"}),
    )
    township.photos(case_id, "far", "near")
    walk(
        township,
        case_id,
        ("office_review", "village", SUBMISSION),
        ("concluded", "office", VIOLATION),
        ("rectifying", "office", PLAN),
    )
    township.photos(case_id, "after")
    walk(township, case_id, ("acceptance", "village", {"rectified_area": 2600.0} | report))
    return case_id


def test_a_violation_is_rectified_and_closed(township: Township) -> None:
    case_id = to_acceptance(township)
    walk(township, case_id, ("closed_rectified", "planning_and_environment", {}))
    case = township.state(case_id)
    assert case.closed_at is not None
    assert case.due_at is None
    assert case.facts["plan"]["method"] == "demolish_and_replant"
    assert case.facts["acceptance"]["by"] == "planning_and_environment"
    with township.runtime.database.reading() as session:
        assert history.verify(session) == []
        kinds = session.scalars(
            select(Notice.kind).where(Notice.case_id == case_id).order_by(Notice.id)
        ).all()
    # Dispatched, handed in, concluded, ordered, reported, closed.
    assert kinds == ["assigned", "assigned", "concluded", "assigned", "assigned", "closed"]


def test_no_violation_is_closed_by_the_department_that_leads(township: Township) -> None:
    case_id = township.case(Status.OFFICE_REVIEW)
    facts = {"conclusion": "pseudo_change", "reasons": ["伪图斑提取错误"]}
    walk(
        township,
        case_id,
        ("concluded", "planning_and_environment", facts),
        ("closed_no_violation", "planning_and_environment", {}),
    )
    assert township.state(case_id).conclusion == "pseudo_change"


def test_deadlines_follow_the_rule_row_in_working_days_and_then_in_calendar_days(
    township: Township,
) -> None:
    case_id = township.case(verify_workdays=2, rectify_days=30)
    walk(township, case_id, ("village_check", "office", {}))
    assert township.state(case_id).due_at == at("2026-11-27T23:59:59")
    walk(township, case_id, ("evidence", "village", {}))
    assert township.state(case_id).due_at == at("2026-11-27T23:59:59")
    township.photos(case_id, "photo", "photo")
    walk(township, case_id, ("office_review", "village", SUBMISSION))
    assert township.state(case_id).due_at == at("2026-11-27T23:59:59")
    walk(township, case_id, ("concluded", "office", VIOLATION))
    assert township.state(case_id).due_at is None
    walk(township, case_id, ("rectifying", "office", PLAN))
    assert township.state(case_id).due_at == at("2026-12-25T23:59:59")


def test_the_deadline_of_a_plan_is_kept_whoever_set_it(township: Township) -> None:
    plan = {"method": "拆除复耕", "responsible": "张某"}
    by_rule, by_hand = (township.case(Status.CONCLUDED, conclusion="non_farm") for _ in range(2))
    with clock.moved(at("2026-12-20T10:00") - clock.now()):
        walk(township, by_rule, ("rectifying", "office", plan))
        walk(township, by_hand, ("rectifying", "office", plan | {"deadline": "2027-02-01"}))
    kept = [township.state(case_id).facts["plan"]["deadline"] for case_id in (by_rule, by_hand)]
    assert kept == ["2027-01-19", "2027-02-01"]


def test_the_deadline_of_a_plan_moves_with_what_is_owed(township: Township) -> None:
    plan = {"method": "拆除复耕", "responsible": "张某", "deadline": "2026-12-05"}
    case_id = township.case(Status.CONCLUDED, conclusion="non_farm", rectify_days=30)
    walk(township, case_id, ("rectifying", "office", plan))
    township.photos(case_id, "after")
    walk(
        township,
        case_id,
        ("acceptance", "village", {"rectified_area": 2600.0}),
        ("rectifying", "office", {"reasons": "需补充实地照片"}),
    )
    assert township.state(case_id).facts["plan"]["deadline"] == "2026-12-25"
    township.post(f"/api/cases/{case_id}/pause", {"reason": "harvest"})
    with clock.moved(at("2026-12-05T09:00") - clock.now()):
        township.post(f"/api/cases/{case_id}/resume", {})
    case = township.state(case_id)
    assert case.facts["plan"]["deadline"] == "2027-01-04"
    assert case.due_at == at("2027-01-04T23:59:59")


def test_the_office_may_set_another_day(township: Township) -> None:
    case_id = township.case()
    walk(township, case_id, ("village_check", "office", {"due_on": "2026-12-01"}))
    assert township.state(case_id).due_at == at("2026-12-01T23:59:59")


def test_a_returned_case_comes_back_with_more(township: Township) -> None:
    case_id = township.case(Status.OFFICE_REVIEW)
    township.photos(case_id, "far", "near")
    walk(
        township,
        case_id,
        ("returned", "planning_and_environment", {"reasons": "需补充实地照片"}),
        ("evidence", "grid", {}),
        ("office_review", "village", SUBMISSION),
    )
    assert township.state(case_id).facts["return"]["reasons"] == ["site_photos"]


def test_the_third_return_escalates_by_itself(township: Township) -> None:
    case_id = township.case(Status.OFFICE_REVIEW, facts={"returns": 2})
    answer = township.move(case_id, "returned", "office", reasons=["需提供套合图"])
    assert answer.json()["status"] == "escalated"
    # Its work goes on from where it stood.
    assert township.move(case_id, "evidence", "village").status_code == 200


@pytest.mark.parametrize(
    ("severity", "conclusion", "status"),
    [(4, "non_farm", "escalated"), (3, "non_farm", "concluded"), (4, "pseudo_change", "concluded")],
)
def test_a_violation_of_the_gravest_kind_is_escalated_once_it_is_concluded(
    township: Township, severity: int, conclusion: str, status: str
) -> None:
    case_id = township.case(Status.OFFICE_REVIEW, severity=severity)
    fields = {"conclusion": conclusion, "confirmed": True, "reasons": "伪图斑提取错误"}
    answer = township.move(case_id, "concluded", "office", **fields)
    assert answer.json()["status"] == status
    if status == "escalated":
        assert township.state(case_id).facts["escalation"]["reason"] == "severity_4"
        # Lifted once, it is not escalated for the same reason again.
        assert township.move(case_id, "concluded", "leader", note="已部署").is_success
        amended = township.move(case_id, "concluded", "office", note="更正", **fields)
        assert amended.json()["status"] == "concluded"


def test_an_escalated_case_goes_on_or_is_put_back(township: Township) -> None:
    case_id = township.case(Status.VILLAGE_CHECK)
    walk(township, case_id, ("escalated", "leader", {"reason": "组长决定"}))
    offered = township.get(f"/api/cases/{case_id}/transitions", "village").json()["items"]
    assert [move["to"] for move in offered] == ["evidence"]
    assert township.move(case_id, "village_check", "leader").status_code == 400
    answer = township.move(case_id, "village_check", "leader", note="已督促到位")
    assert answer.json()["status"] == "village_check"


def test_a_refused_rectification_goes_to_law_enforcement_and_comes_back_for_acceptance(
    township: Township,
) -> None:
    case_id = township.case(
        Status.RECTIFYING, conclusion="non_grain", supporting_departments=[], facts={"plan": {}},
        due_at=clock.now() + timedelta(days=5),
    )  # fmt: skip
    order = {"order_no": "责停〔2026〕3号"}
    refused = township.move(case_id, "enforcement", "office", reason="overdue", **order)
    assert refused.json()["unmet"][0]["guard"] == "overdue_or_refused"
    assert township.get(f"/api/cases/{case_id}", "law_enforcement").status_code == 404
    walk(township, case_id, ("enforcement", "office", {"reason": "拒不整改"} | order))
    township.photos(case_id, "after")
    report = {"rectified_area": 2600.0}
    assert township.move(case_id, "acceptance", "village", **report).status_code == 403
    walk(township, case_id, ("acceptance", "law_enforcement", report))


def test_a_closed_case_is_reopened_with_a_reason(township: Township) -> None:
    case_id = township.case(Status.CLOSED_RECTIFIED, closed_at=clock.now())
    fields = {"reason": "区级复核退回"}
    assert township.move(case_id, "reopened", "office", **fields).status_code == 400
    answer = township.move(case_id, "reopened", "office", note="区里要求重新核查", **fields)
    assert (answer.json()["status"], answer.json()["closed_at"]) == ("reopened", None)
    walk(township, case_id, ("village_check", "office", {}))


def test_a_clue_of_a_crime_is_transferred_with_its_number(township: Township) -> None:
    case_id = township.case(Status.CONCLUDED, conclusion="non_farm", severity=4)
    fields = {"reason": "涉刑线索", "receiver": "区规资局"}
    assert township.move(case_id, "transferred", "office", **fields).status_code == 400
    walk(township, case_id, ("transferred", "office", fields | {"transfer_no": "移〔2026〕1号"}))


def test_a_changed_conclusion_needs_its_reason(township: Township) -> None:
    case_id = township.case(Status.CONCLUDED, conclusion="non_farm")
    fields = {"conclusion": "other", "reasons": ["有瑕疵"]}
    refused = township.move(case_id, "concluded", "office", **fields)
    assert (refused.status_code, refused.json()["fields"][0]["field"]) == (400, "note")
    answer = township.move(case_id, "concluded", "office", note="补充材料后改判", **fields)
    assert answer.json()["conclusion"] == "other"
