"""Measures beside the moves: together, at once, paused, void, split."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from shapely import MultiPolygon, box
from shapely.geometry import mapping
from sqlalchemy import select, text

from service import clock
from service.accounts.roles import Principal, Role
from service.alerts.models import Notice
from service.cases import history
from service.cases.life.desk import Desk
from service.cases.life.transitions import Wish, make_move
from service.cases.models import Case, CaseEvent
from service.cases.statuses import Status
from service.errors import Conflict
from spatial.area import to_mu
from tests.service.cases.life.making import PLACE, SIDE, VILLAGE, Township, at

S = Status


def kinds(township: Township, case_id: int) -> list[str]:
    with township.runtime.database.reading() as session:
        found = select(CaseEvent.kind).where(CaseEvent.case_id == case_id)
        return list(session.scalars(found.order_by(CaseEvent.number)))


def test_of_two_at_once_one_wins_and_the_other_gets_a_conflict(township: Township) -> None:
    for _ in range(5):
        case_id = township.case()

        def dispatch(person: int, case_id: int = case_id) -> str:
            actor = Principal(person, f"office-{person}", Role.OFFICE)
            with township.runtime.database.transaction() as session:
                desk = Desk(session=session, settings=township.runtime.settings, actor=actor)
                try:
                    make_move(desk, case_id, Wish(to="village_check"))
                except Conflict as error:
                    return error.problem_code
                return "won"

        with ThreadPoolExecutor(2) as pool:
            results = sorted(pool.map(dispatch, (1, 2)))
        assert results == ["not-from-here", "won"]
        assert kinds(township, case_id) == ["raised", "dispatch"]


def test_who_saw_an_older_version_gets_a_conflict_with_what_is_allowed(
    township: Township,
) -> None:
    case_id = township.case(S.CONCLUDED, conclusion="other")
    body = {
        "to": "concluded", "note": "改判", "version": 1,
        "fields": {"conclusion": "pseudo_change", "reasons": ["伪图斑提取错误"]},
    }  # fmt: skip
    address = f"/api/cases/{case_id}/transitions"
    assert township.post(address, body).status_code == 200
    refused = township.post(address, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "stale")
    assert "closed_no_violation" in {move["to"] for move in refused.json()["allowed"]}


def test_many_are_dispatched_together_and_the_others_named(township: Township) -> None:
    ready = [township.case() for _ in range(3)]
    begun = township.case(S.EVIDENCE)
    body = {"case_ids": [*ready, begun, 10**9], "note": "请三日内核查"}
    answer = township.post("/api/cases/dispatch", body).json()
    assert answer["dispatched"] == ready
    assert [(item["id"], item["code"]) for item in answer["refused"]] == [
        (begun, "not-from-here"),
        (10**9, "not-found"),
    ]
    assert all(township.state(case_id).status == "village_check" for case_id in ready)


def test_a_village_dispatches_nothing(township: Township) -> None:
    case_id = township.case()
    answer = township.post("/api/cases/dispatch", {"ids": [case_id]}, "village").json()
    assert [item["code"] for item in answer["refused"]] == ["not-yours"]
    refused = township.post("/api/cases/dispatch", {"ids": [case_id]}, "analyst")
    assert refused.status_code == 403


@pytest.mark.parametrize("ids", [[], [0], [2**63], ["x"], list(range(1, 1002))])
def test_a_malformed_list_of_cases_is_a_400(township: Township, ids: list[Any]) -> None:
    assert township.post("/api/cases/dispatch", {"case_ids": ids}).status_code == 400


def test_a_pause_gives_back_the_working_days_that_were_left(township: Township) -> None:
    with clock.moved(at("2026-11-23T10:00") - clock.now()):
        case_id = township.case(S.VILLAGE_CHECK, due_at=at("2026-11-26T23:59:59"))
        paused = township.post(f"/api/cases/{case_id}/pause", {"reason": "作物未收获"})
        assert paused.json()["facts"]["pause"]["reason"] == "harvest"
    with clock.moved(at("2026-12-07T10:00") - clock.now()):
        resumed = township.post(f"/api/cases/{case_id}/resume", {"note": "已收获"})
        assert resumed.json()["paused_at"] is None
    assert township.state(case_id).due_at == at("2026-12-10T23:59:59")
    assert kinds(township, case_id) == ["raised", "paused", "resumed"]


def test_a_pause_of_a_rectification_gives_back_calendar_days(township: Township) -> None:
    with clock.moved(at("2026-11-23T10:00") - clock.now()):
        case_id = township.case(S.RECTIFYING, due_at=at("2026-11-26T23:59:59"))
        township.post(f"/api/cases/{case_id}/pause", {"reason": "weather"})
    # Later in the day than it was paused, and still due at the end of a day.
    with clock.moved(at("2026-12-03T16:00") - clock.now()):
        township.post(f"/api/cases/{case_id}/resume", {})
    assert township.state(case_id).due_at == at("2026-12-06T23:59:59")


def test_what_is_handed_in_while_the_clock_stands_still_is_in_time(township: Township) -> None:
    case_id = township.case(S.EVIDENCE, due_at=clock.now() + timedelta(days=1))
    township.photos(case_id, "far", "near")
    township.post(f"/api/cases/{case_id}/pause", {"reason": "weather"})
    with clock.moved(timedelta(days=5)):
        assert township.move(case_id, "office_review", "village", opinion="other").is_success
    assert township.state(case_id).facts["verification"]["in_time"] is True


def test_a_paused_rectification_is_not_overdue_for_law_enforcement(township: Township) -> None:
    case_id = township.case(S.RECTIFYING, due_at=clock.now() + timedelta(days=1))
    township.post(f"/api/cases/{case_id}/pause", {"reason": "weather"})
    overdue = {"reason": "overdue", "order_no": "1"}
    with clock.moved(timedelta(days=5)):
        assert township.move(case_id, "enforcement", "office", **overdue).status_code == 409
        township.post(f"/api/cases/{case_id}/resume", {})
    with clock.moved(timedelta(days=9)):
        assert township.move(case_id, "enforcement", "office", **overdue).is_success


def test_a_pause_needs_a_reason_of_the_list_and_a_running_clock(township: Township) -> None:
    case_id = township.case(S.VILLAGE_CHECK, due_at=clock.now() + timedelta(days=3))
    address = f"/api/cases/{case_id}/pause"
    assert township.post(address, {"reason": "太忙"}).status_code == 400
    assert township.post(address, {"reason": "weather"}, "village").status_code == 403
    assert township.post(address, {"reason": "weather"}).status_code == 200
    assert township.post(address, {"reason": "weather"}).status_code == 409
    assert township.post(f"/api/cases/{township.case(S.CONCLUDED)}/resume", {}).status_code == 409


def test_a_void_case_stays_readable_and_still(township: Township) -> None:
    case_id = township.case()
    address = f"/api/cases/{case_id}/void"
    assert township.post(address, {"reason": "重复图斑"}, "village").status_code == 403
    voided = township.post(address, {"reason": "重复图斑", "note": "与上一批重复"}).json()
    assert voided["voided_at"] is not None
    assert township.get(f"/api/cases/{case_id}").status_code == 200
    refused = township.move(case_id, "village_check", "office")
    assert (refused.status_code, refused.json()["code"]) == (409, "voided")
    assert township.get(f"/api/cases/{case_id}/transitions").json()["items"] == []


def test_what_was_declared_void_by_mistake_comes_back_with_its_time(township: Township) -> None:
    address = "/api/cases/{}/revive"
    with clock.moved(at("2026-11-24T10:00") - clock.now()):
        case_id = township.case(S.VILLAGE_CHECK, due_at=at("2026-11-26T23:59:59"))
        township.post(f"/api/cases/{case_id}/void", {"reason": "duplicate"})
    with clock.moved(at("2026-12-07T10:00") - clock.now()):
        assert township.post(address.format(case_id), {}).status_code == 400
        village = township.post(address.format(case_id), {"note": "不重复"}, "village")
        assert village.status_code == 403
        revived = township.post(address.format(case_id), {"note": "经核对并不重复"})
        assert (revived.json()["voided_at"], revived.json()["status"]) == (None, "village_check")
        assert "void" not in revived.json()["facts"]
        assert township.move(case_id, "evidence", "grid").status_code == 200
    assert township.state(case_id).due_at == at("2026-12-09T23:59:59")
    assert kinds(township, case_id) == ["raised", "voided", "revived", "start_check"]


def test_what_the_product_made_void_does_not_come_back(township: Township) -> None:
    for case_id in (township.case(voided_at=clock.now()), township.case()):
        answer = township.post(f"/api/cases/{case_id}/revive", {"note": "恢复"})
        assert (answer.status_code, answer.json()["code"]) == (409, "not-voided")


def test_a_case_declared_void_is_told_of(township: Township) -> None:
    case_id = township.case(S.VILLAGE_CHECK)
    township.post(f"/api/cases/{case_id}/void", {"reason": "duplicate", "note": "与0002号重复"})
    with township.runtime.database.reading() as session:
        (notice,) = session.scalars(select(Notice).where(Notice.case_id == case_id))
    assert (notice.kind, notice.payload["detail"]["note"]) == ("voided", "与0002号重复")


def test_a_note_goes_into_the_history(township: Township) -> None:
    case_id = township.case()
    address = f"/api/cases/{case_id}/notes"
    assert township.post(address, {"note": "村里电话已核实"}, "village").status_code == 200
    assert township.post(address, {"note": "x"}, "analyst").status_code == 403
    assert kinds(township, case_id) == ["raised", "noted"]


def test_the_office_is_told_what_a_village_notes(township: Township) -> None:
    case_id = township.case()
    note = "雨天机械进不了地，请求延期三天"
    township.post(f"/api/cases/{case_id}/notes", {"note": note}, "village")
    with township.runtime.database.reading() as session:
        told = session.scalars(select(Notice).where(Notice.case_id == case_id)).one()
        assert (told.kind, told.payload["detail"]) == ("noted", {"by": "village", "note": note})


def halves(at_share: float = 0.5, gap: float = 0.0) -> list[MultiPolygon]:
    """The ground of a case in a western and an eastern part."""
    west, south = PLACE
    middle = west + SIDE * at_share
    return [
        MultiPolygon([box(west, south, middle, south + SIDE)]),
        MultiPolygon([box(middle + gap, south, west + SIDE, south + SIDE)]),
    ]


def split(township: Township, case_id: int, parts: list[Any], by: str = "office") -> Any:
    body = {"note": "西侧已批", "parts": [{"geometry": mapping(part)} for part in parts]}
    return township.post(f"/api/cases/{case_id}/split", body, by)


def test_the_parts_of_a_split_go_on_where_the_whole_stood(township: Township) -> None:
    areas = {"patch": 3000.0, "suspect": 2600.0, "permanent_basic_farmland": 0.0}
    case_id = township.case(S.EVIDENCE, areas=areas)
    township.photos(case_id, "far", "near")
    answer = split(township, case_id, halves(0.25)).json()
    parent, west, east = (township.state(number) for number in (case_id, *answer["parts"]))
    assert (parent.status, parent.due_at) == ("split", None)
    assert (west.status, west.parent_id, west.village_code) == ("evidence", case_id, VILLAGE)
    with township.runtime.database.reading() as session:
        whole = session.get_one(Case, case_id)
        total = west.areas["suspect"] + east.areas["suspect"]
        assert west.areas["suspect"] == pytest.approx(total / 4, rel=1e-6)
        assert [part.areas["patch"] for part in (west, east)] == [
            part.areas["suspect"] for part in (west, east)
        ]
        assert history.verify(session) == []
        assert whole.code not in answer["codes"]
        mu = f"{to_mu(west.areas['suspect']):.2f}亩"
        assert west.reason == f"由 {whole.code} 拆分，本部分{mu}；拆分前：{whole.reason}"
    # What was shown of the whole is shown of its parts.
    fields = {"opinion": "other"}
    assert township.move(west.id, "office_review", "village", **fields).status_code == 200
    refused = township.move(case_id, "office_review", "village", **fields)
    assert refused.status_code == 409


def test_maps_show_the_parts_of_a_split_without_the_whole(township: Township) -> None:
    case_id = township.case()
    parts = split(township, case_id, halves()).json()["parts"]
    asked = {"filter": f"case_id IN ({case_id}, {parts[0]}, {parts[1]})"}
    answer = township.get("/ogc/collections/cases/items", params=asked).json()
    assert {feature["properties"]["case_id"] for feature in answer["features"]} == {*parts}
    with township.runtime.database.reading() as session:
        shown = {*session.scalars(text("SELECT id FROM qgis.cases"))}
        assert shown & {case_id, *parts} == {*parts}


def test_parts_share_the_violation_that_was_concluded_of_the_whole(township: Township) -> None:
    concluded = {"violation_area": 2000.0, "violation_cropland": 1600.0}
    case_id = township.case(
        S.ACCEPTANCE,
        conclusion="non_farm",
        facts={"conclusion": concluded, "rectification": {"rectified_area": 1200.0}},
    )
    answer = split(township, case_id, halves(0.25)).json()
    west, east = (township.state(number).facts for number in answer["parts"])
    assert west["conclusion"] == pytest.approx(
        {"violation_area": 500.0, "violation_cropland": 400.0}, rel=1e-6
    )
    assert east["conclusion"]["violation_area"] == pytest.approx(1500.0, rel=1e-6)
    done = west["rectification"]["rectified_area"] + east["rectification"]["rectified_area"]
    assert done == pytest.approx(1200.0, rel=1e-6)
    assert township.state(case_id).facts["conclusion"] == concluded


@pytest.mark.parametrize(
    "parts",
    [
        halves(0.5, gap=1e-6),
        [*halves(), halves()[0]],
        [halves(0.6)[0], halves(0.5)[1]],
        [halves()[0], MultiPolygon([box(0, 0, 1, 1)])],
    ],
)
def test_parts_that_do_not_make_up_the_whole_are_refused(
    township: Township, parts: list[MultiPolygon]
) -> None:
    case_id = township.case()
    assert split(township, case_id, parts).status_code == 400
    assert township.state(case_id).status == "pending_assignment"


@pytest.mark.parametrize(
    "geometry",
    [
        {},
        {"type": "Point", "coordinates": [105.9, 29.35]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, "x"], [0, 1], [0, 0]]]},
    ],
)
def test_what_is_no_polygon_is_refused(township: Township, geometry: dict[str, Any]) -> None:
    case_id = township.case()
    body = {"note": "x", "parts": [{"geometry": geometry}] * 2}
    address = f"/api/cases/{case_id}/split"
    answer = township.post(address, body)
    assert answer.status_code == 400


def test_only_the_office_splits_and_only_what_is_open(township: Township) -> None:
    assert split(township, township.case(), halves(), "village").status_code == 403
    closed = township.case(S.CLOSED_NO_VIOLATION)
    assert split(township, closed, halves()).status_code == 409


def test_every_notice_is_told_once(township: Township) -> None:
    with township.runtime.database.reading() as session:
        keys = session.scalars(select(Notice.key)).all()
    assert len(keys) == len(set(keys))


def offered(township: Township, case_id: int, by: str = "office") -> list[str]:
    answer = township.get(f"/api/cases/{case_id}/transitions", by).json()
    return [measure["name"] for measure in answer["measures"]]


def test_measures_are_offered_to_whom_they_are_open(township: Township) -> None:
    case_id = township.case(S.VILLAGE_CHECK, due_at=clock.now() + timedelta(days=3))
    assert offered(township, case_id) == ["notes", "pause", "self-report", "split", "void"]
    assert offered(township, case_id, "village") == ["notes"]
    assert offered(township, case_id, "analyst") == []
    township.post(f"/api/cases/{case_id}/pause", {"reason": "weather"})
    assert offered(township, case_id) == ["notes", "resume", "self-report", "split", "void"]
    township.post(f"/api/cases/{case_id}/void", {"reason": "duplicate"})
    assert offered(township, case_id) == ["revive"]
    assert offered(township, case_id, "village") == []
    assert offered(township, township.case(S.CLOSED_RECTIFIED)) == ["notes", "void"]


def test_every_measure_on_offer_is_taken_at_its_address(township: Township) -> None:
    """What the page fills in from the offer alone is what the measure asks for."""
    case_id = township.case(S.VILLAGE_CHECK, due_at=clock.now() + timedelta(days=3))
    for name in ("notes", "pause", "resume", "void"):
        answer = township.get(f"/api/cases/{case_id}/transitions").json()
        measure = next(one for one in answer["measures"] if one["name"] == name)
        filled = {field["name"]: field["choices"][0]["value"] for field in measure["fields"]}
        note = {"note": "说明"} if measure["note_required"] else {}
        done = township.post(f"/api/cases/{case_id}/{name}", filled | note)
        assert done.status_code == 200, name


def test_what_a_history_mentions_has_words(township: Township) -> None:
    fields = {field["name"]: field for field in township.get("/api/case-forms").json()["items"]}
    reasons = {choice["value"]: choice["label"] for choice in fields["reason"]["choices"]}
    assert (reasons["weather"], reasons["duplicate"]) == ("汛期、灾害等无法到场", "重复图斑")
    assert fields["conclusion"]["label"] and fields["document_no"]["choices"] == []


def test_what_the_village_reported_itself_before_weighs_less(township: Township) -> None:
    case_id = township.case(severity=3)
    address = f"/api/cases/{case_id}/self-report"
    body = {"reported_on": "2026-01-02", "note": "网格员巡查发现并电话报告"}
    late = township.post(address, body | {"reported_on": "2999-01-01"})
    assert (late.status_code, late.json()["parameter"]) == (400, "reported_on")
    assert township.post(address, body).json()["severity"] == 2
    assert township.post(address, body).json()["severity"] == 2
    assert kinds(township, case_id) == ["raised", "self_reported", "self_reported"]


def test_a_village_does_not_certify_its_own_report(township: Township) -> None:
    case_id = township.case(S.VILLAGE_CHECK)
    body = {"reported_on": "2026-01-02", "note": "自报"}
    answer = township.post(f"/api/cases/{case_id}/self-report", body, by="village")
    assert (answer.status_code, answer.json()["code"]) == (403, "not-yours")
