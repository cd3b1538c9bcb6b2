"""What a move needs before it is made, and how it says what is missing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service import clock
from service.cases.statuses import Status
from tests.service.cases.life.making import Township

LEGAL = {"opinion": "legal", "document_no": "渝府地〔2026〕1号"}
S = Status


def unmet(answer: Any) -> list[str]:
    assert answer.status_code == 409, answer.text
    assert answer.json()["code"] == "guard-failed"
    return [guard["guard"] for guard in answer.json()["unmet"]]


@pytest.mark.parametrize(
    "photos",
    [
        [],
        [("photo", 10.0)],
        [("photo", 10.0), ("photo", 200.1)],
        [("photo", 10.0), ("photo", None)],
        [("near", 10.0), ("near", 12.0)],
        [("document", 10.0), ("photo", 10.0)],
    ],
)
def test_two_photos_from_near_the_patch_are_needed(
    township: Township, photos: list[tuple[str, float | None]]
) -> None:
    case_id = township.case(S.EVIDENCE)
    for kind, distance in photos:
        township.photos(case_id, kind, distance_m=distance)
    answer = township.move(case_id, "office_review", "village", **LEGAL)
    assert unmet(answer) == ["two_photos_near"]
    assert [move["to"] for move in answer.json()["allowed"]] == ["office_review"]


@pytest.mark.parametrize(
    "photos", [[("far", 200.0), ("near", 0.0)], [("photo", 1.0), ("near", 1.0)]]
)
def test_a_far_and_a_near_one_are_enough(
    township: Township, photos: list[tuple[str, float]]
) -> None:
    case_id = township.case(S.EVIDENCE)
    for kind, distance in photos:
        township.photos(case_id, kind, distance_m=distance)
    assert township.move(case_id, "office_review", "village", **LEGAL).status_code == 200


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({}, "opinion"),
        ({"opinion": "legal"}, "document_no"),
        ({"opinion": "non_farm"}, "stop_notice_no"),
        ({"opinion": "non_grain", "stop_notice_no": "  "}, "stop_notice_no"),
        ({"opinion": "not on the list"}, "opinion"),
        ({"opinion": ["legal"]}, "opinion"),
        ({"opinion": "other", "stop_notice_on": "yesterday"}, "stop_notice_on"),
        ({"opinion": "other", "description": 7}, "description"),
        ({"opinion": "other", "description": "a\x00b"}, "description"),
        ({"opinion": "other", "description": "x" * 3000}, "description"),
        ({"opinion": "other", "invented": 1}, "invented"),
    ],
)
def test_a_form_names_the_field_that_cannot_be_used(
    township: Township, fields: dict[str, Any], missing: str
) -> None:
    case_id = township.case(S.EVIDENCE)
    township.photos(case_id, "far", "near")
    answer = township.move(case_id, "office_review", "village", **fields)
    assert answer.status_code == 400
    assert [field["field"] for field in answer.json()["fields"]] == [missing]


def test_a_violation_under_way_needs_the_record_of_stopping_it(township: Township) -> None:
    case_id = township.case(S.VILLAGE_CHECK)
    assert township.move(case_id, "evidence", "grid", ongoing=True).status_code == 400
    record = "11月25日现场制止"
    answer = township.move(case_id, "evidence", "grid", ongoing=True, stop_record=record)
    assert answer.json()["facts"]["check"]["stop_record"] == record


@pytest.mark.parametrize(
    ("severity", "by", "fields", "status"),
    [
        (2, "planning_and_environment", {"conclusion": "non_grain"}, 200),
        (2, "planning_and_environment", {"conclusion": "non_farm", "confirmed": True}, 409),
        (3, "planning_and_environment", {"conclusion": "non_grain", "confirmed": True}, 409),
        (3, "office", {"conclusion": "non_grain"}, 409),
        (3, "office", {"conclusion": "non_grain", "confirmed": True}, 200),
        (4, "leader", {"conclusion": "non_farm", "confirmed": True}, 200),
        (2, "office", {"conclusion": "legal", "reasons": ["批供手续齐全"]}, 409),
        (2, "office", {"conclusion": "legal", "reasons": "宅基地", "document_no": "1"}, 200),
        (2, "office", {"conclusion": "legal", "document_no": "1"}, 400),
        (2, "office", {"conclusion": "non_grain", "violation_area": 10, "violation_cropland": 11},
         409),
        (2, "office", {"conclusion": "non_grain", "violation_permanent": 5}, 409),
        (2, "office", {"conclusion": "non_grain", "violation_area": -1}, 400),
        (2, "office", {"conclusion": "non_grain", "violation_area": "NaN"}, 400),
    ],
)  # fmt: skip
def test_a_conclusion_is_the_offices_when_it_is_grave(
    township: Township, severity: int, by: str, fields: dict[str, Any], status: int
) -> None:
    case_id = township.case(S.OFFICE_REVIEW, severity=severity)
    assert township.move(case_id, "concluded", by, **fields).status_code == status


def test_the_document_the_village_named_serves_for_the_conclusion(township: Township) -> None:
    facts = {"submission": {"document_no": "渝府地〔2026〕1号"}}
    case_id = township.case(S.OFFICE_REVIEW, facts=facts)
    fields = {"conclusion": "legal", "reasons": ["批供手续齐全"]}
    assert township.move(case_id, "concluded", "office", **fields).status_code == 200


@pytest.mark.parametrize("status", [S.PENDING_ASSIGNMENT, S.REOPENED])
def test_nobody_is_sent_out_with_a_deadline_that_has_passed(township: Township, status: S) -> None:
    case_id = township.case(status)
    yesterday = (clock.now() - timedelta(days=1)).date().isoformat()
    refused = township.move(case_id, "village_check", "office", due_on=yesterday)
    assert unmet(refused) == ["due_ahead"]
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    assert township.move(case_id, "village_check", "office", due_on=tomorrow).status_code == 200


@pytest.mark.parametrize(
    ("conclusion", "to", "fields", "guard"),
    [
        ("legal", "rectifying", {"method": "both", "responsible": "村"}, "violation"),
        ("non_farm", "closed_no_violation", {}, "no_violation"),
        (None, "closed_no_violation", {}, "no_violation"),
        ("non_farm", "rectifying",
         {"method": "both", "responsible": "村", "deadline": "2001-01-01"}, "deadline_ahead"),
    ],
)  # fmt: skip
def test_what_follows_the_conclusion_fits_it(
    township: Township, conclusion: str | None, to: str, fields: dict[str, Any], guard: str
) -> None:
    case_id = township.case(S.CONCLUDED, conclusion=conclusion)
    assert unmet(township.move(case_id, to, "office", **fields)) == [guard]


@pytest.mark.parametrize(
    ("fields", "guards"),
    [
        ({"rectified_area": 2600, "restored_area": 2000, "regularised_area": 600},
         ["approval_when_regularised"]),
        ({"rectified_area": 2600, "restored_area": 2000}, ["areas_add_up"]),
        ({"rectified_area": 2601}, ["areas_add_up"]),
        ({"rectified_area": 2600, "restored_area": 2599.4}, ["areas_add_up"]),
    ],
)  # fmt: skip
def test_areas_of_a_rectification_add_up(
    township: Township, fields: dict[str, Any], guards: list[str]
) -> None:
    case_id = township.case(S.RECTIFYING, conclusion="non_farm", facts={"plan": {}})
    township.photos(case_id, "after")
    assert unmet(township.move(case_id, "acceptance", "village", **fields)) == guards


def test_a_photo_from_before_does_not_show_the_rectification(township: Township) -> None:
    before = clock.now() - timedelta(days=3)
    plan = {"plan": {"at": (clock.now() - timedelta(days=1)).isoformat()}}
    case_id = township.case(S.RECTIFYING, conclusion="non_farm", facts=plan)
    township.photos(case_id, "photo", uploaded_at=before)
    fields = {"rectified_area": 2600}
    assert unmet(township.move(case_id, "acceptance", "village", **fields)) == ["photo_after"]
    township.photos(case_id, "photo")
    assert township.move(case_id, "acceptance", "village", **fields).status_code == 200


def test_nothing_may_remain_at_the_acceptance(township: Township) -> None:
    facts = {"rectification": {"rectified_area": 2500.0, "by_id": 0}}
    case_id = township.case(S.ACCEPTANCE, conclusion="non_farm", facts=facts)
    refused = township.move(case_id, "closed_rectified", "planning_and_environment")
    assert unmet(refused) == ["nothing_remains"]
    answer = township.move(
        case_id, "rectifying", "planning_and_environment", reasons=["需补充实地照片"]
    )
    assert answer.json()["status"] == "rectifying"


def test_what_was_concluded_is_what_has_to_be_put_right(township: Township) -> None:
    facts = {
        "conclusion": {"violation_area": 2500.0},
        "rectification": {"rectified_area": 2500.0, "by_id": 0},
    }
    case_id = township.case(S.ACCEPTANCE, conclusion="non_grain", facts=facts)
    answer = township.move(case_id, "closed_rectified", "office")
    assert answer.status_code == 200


def test_nobody_accepts_their_own_report(township: Township) -> None:
    case_id = township.case(S.RECTIFYING, conclusion="non_farm", facts={"plan": {}})
    township.photos(case_id, "after")
    assert township.move(case_id, "acceptance", "admin", rectified_area=2600).status_code == 200
    assert unmet(township.move(case_id, "closed_rectified", "admin")) == ["another_person"]
    assert township.move(case_id, "closed_rectified", "office").status_code == 200


def test_the_agriculture_center_accepts_what_was_non_grain(township: Township) -> None:
    facts = {"rectification": {"rectified_area": 2600.0, "by_id": 0}}
    supporting = ["agriculture_service_center"]
    case_id = township.case(
        S.ACCEPTANCE, conclusion="non_grain", facts=facts, supporting_departments=supporting
    )
    refused = township.move(case_id, "closed_rectified", "planning_and_environment")
    assert refused.status_code == 403
    answer = township.move(case_id, "closed_rectified", "agriculture_service_center")
    assert answer.status_code == 200


@pytest.mark.parametrize("body", [{"to": 7}, {"to": ""}, {}, {"to": "rich"}, [], {"to": "a\x00"}])
def test_a_malformed_move_is_a_400(township: Township, body: Any) -> None:
    case_id = township.case()
    answer = township.post(f"/api/cases/{case_id}/transitions", body)
    assert answer.status_code == 400


@pytest.mark.parametrize("number", ["0", "999999", str(2**64), "-1", "x"])
def test_no_such_case_is_a_404_or_400(township: Township, number: str) -> None:
    answer = township.post(f"/api/cases/{number}/transitions", {"to": "evidence"})
    assert answer.status_code in (400, 404)


def test_the_forms_are_served_with_their_fields(township: Township) -> None:
    case_id = township.case(S.OFFICE_REVIEW)
    items = township.get(f"/api/cases/{case_id}/transitions").json()["items"]
    assert {move["to"] for move in items} == {"returned", "concluded"}
    conclude = next(move for move in items if move["to"] == "concluded")
    fields = {field["name"]: field for field in conclude["fields"]}
    assert fields["conclusion"]["required"] is True
    assert fields["conclusion"]["choices"][0] == {
        "value": "legal", "label": "合法", "label_en": "legal"
    }  # fmt: skip
    assert fields["reasons"]["required_when"] == {
        "field": "conclusion", "values": ["legal", "other", "pseudo_change"]
    }  # fmt: skip
    assert fields["detail_legal"]["asked_when"] == {"field": "conclusion", "values": ["legal"]}
    assert fields["violation_area"]["asked_when"]["values"] == ["non_farm", "non_grain"]
    assert fields["project_name"]["asked_when"] is None
    assert township.get(f"/api/cases/{case_id}/transitions", "analyst").json()["items"] == []


@pytest.mark.parametrize(
    ("conclusion", "offered", "not_offered"),
    [
        ("non_farm", "rectifying", "closed_no_violation"),
        ("legal", "closed_no_violation", "rectifying"),
    ],
)
def test_what_the_conclusion_rules_out_is_not_offered(
    township: Township, conclusion: str, offered: str, not_offered: str
) -> None:
    case_id = township.case(S.CONCLUDED, conclusion=conclusion)
    options = township.get(f"/api/cases/{case_id}/transitions").json()["items"]
    ways = {move["to"] for move in options}
    assert offered in ways
    assert not_offered not in ways
