"""The assessment over HTTP: from cases as they are worked to cards, for whom they are."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service import clock
from service.accounts.roles import SYSTEM, Role
from service.cases import history
from service.cases.models import Case
from service.cases.statuses import Status
from service.runtime import Runtime
from service.villages.models import Village
from spatial.area import MU_M2
from tests.conftest import PASSWORD
from tests.service.cases.life.making import OTHER_VILLAGE, VILLAGE, make_case

YEAR = 2026
TODAY = datetime(YEAR, 11, 25, 2, tzinfo=UTC)
CARDS = f"/api/assessment?year={YEAR}"
ENTRIES = f"/api/assessment/{YEAR}/villages/{VILLAGE}/entries"
VETOES = f"/api/assessment/{YEAR}/villages/{VILLAGE}/vetoes"


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    """A Wednesday in the fourth quarter, whenever the tests run."""
    with clock.moved(TODAY - clock.now()):
        yield


@pytest.fixture
def township(client: TestClient, runtime: Runtime) -> TestClient:
    """Two villages, and nothing that happened in them."""
    with runtime.database.transaction() as session:
        for code, name in ((VILLAGE, "三星村"), (OTHER_VILLAGE, "望城村")):
            session.add(Village(code=code, name=name, township_code=code[:9]))
    return client


def a_case(runtime: Runtime, status: Status, **changes: Any) -> int:
    with runtime.database.transaction() as session:
        return make_case(session, status, **changes).id


def move(client: TestClient, case_id: int, to: str, note: str | None = None, **fields: Any) -> None:
    body = {"to": to, "fields": fields, "note": note}
    answer = client.post(f"/api/cases/{case_id}/transitions", json=body, auth=("office", PASSWORD))
    assert answer.status_code == 200, answer.text


def conclude(client: TestClient, case_id: int, mu: float = 2.0, **fields: Any) -> None:
    area = mu * MU_M2
    move(client, case_id, "concluded", conclusion="non_farm", confirmed=True,
         violation_area=area, **fields)  # fmt: skip


def cards(client: TestClient, by: str = "office", address: str = CARDS) -> dict[str, Any]:
    answer = client.get(address, auth=(by, PASSWORD))
    assert answer.status_code == 200, answer.text
    return {card["code"]: card for card in answer.json()["items"]}


def item(card: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in card["items"] if one["code"] == code)


def part(card: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for kept in card["items"] for one in kept["parts"] if one["code"] == code)


def put(client: TestClient, address: str, body: dict[str, Any], by: str = "office") -> Any:
    return client.put(address, json=body, auth=(by, PASSWORD))


def test_a_concluded_violation_costs_points_and_names_its_case(
    township: TestClient, runtime: Runtime
) -> None:
    case_id = a_case(runtime, Status.OFFICE_REVIEW)
    assert item(cards(township)[VILLAGE], "B")["points"] == 25
    conclude(township, case_id)
    card = cards(township)[VILLAGE]
    assert item(card, "B")["points"] == 21
    line = part(card, "violations")["cases"][0]
    assert (line["id"], line["points"], line["area_mu"]) == (case_id, -4, 2)
    assert line["reason"]["zh"] == "认定 2.00 亩"
    assert cards(township)[OTHER_VILLAGE]["rank"] == 1
    assert card["rank"] == 2


def test_a_conclusion_overturned_gives_the_points_back(
    township: TestClient, runtime: Runtime
) -> None:
    case_id = a_case(runtime, Status.OFFICE_REVIEW)
    conclude(township, case_id)
    move(township, case_id, "concluded", "区级复核", conclusion="legal",
         reasons=["procedures_complete"], document_no="渝府地〔2025〕1号")  # fmt: skip
    assert item(cards(township)[VILLAGE], "B")["points"] == 25


def test_a_conclusion_that_becomes_a_violation_counts_in_the_year_in_which_it_does(
    township: TestClient, runtime: Runtime
) -> None:
    case_id = a_case(runtime, Status.OFFICE_REVIEW)
    move(township, case_id, "concluded", conclusion="legal", document_no="渝府地〔2025〕1号",
         reasons=["procedures_complete"])  # fmt: skip
    in_2027 = f"/api/assessment?year={YEAR + 1}"
    with clock.moved(timedelta(days=60)):
        move(township, case_id, "concluded", "批文系伪造", conclusion="non_farm", confirmed=True,
             violation_area=2 * MU_M2)  # fmt: skip
        with clock.moved(timedelta(days=1)):
            # Put more exactly later on, it stays where it counts.
            move(township, case_id, "concluded", "面积更正", conclusion="non_farm", confirmed=True,
                 violation_area=2.5 * MU_M2)  # fmt: skip
        assert item(cards(township)[VILLAGE], "B")["points"] == 25
        assert item(cards(township, address=in_2027)[VILLAGE], "B")["points"] == 21
        found = township.get(
            "/api/cases", params={"concluded": f"{YEAR + 1}-01"}, auth=("office", PASSWORD)
        )
        assert [one["id"] for one in found.json()["items"]] == [case_id]


def test_what_came_before_a_rebound_counts_only_while_it_is_not_void(
    township: TestClient, runtime: Runtime
) -> None:
    earlier = a_case(runtime, Status.CLOSED_RECTIFIED, conclusion="non_farm")
    rebound = a_case(runtime, Status.OFFICE_REVIEW, recurrence_of=earlier)
    conclude(township, rebound)

    def flagged() -> list[str]:
        return [flag["code"] for flag in cards(township)[VILLAGE]["flags"]]

    assert "overdue_or_rebound" in flagged()
    void = {"reason": "entered_by_mistake"}
    answer = township.post(f"/api/cases/{earlier}/void", json=void, auth=("office", PASSWORD))
    assert answer.status_code == 200
    assert "overdue_or_rebound" not in flagged()
    revive = {"note": "并非录入错误"}
    township.post(f"/api/cases/{earlier}/revive", json=revive, auth=("office", PASSWORD))
    assert "overdue_or_rebound" in flagged()


def test_void_cases_and_wholes_do_not_count_but_their_parts_do(
    township: TestClient, runtime: Runtime
) -> None:
    void, whole = (a_case(runtime, Status.OFFICE_REVIEW) for _ in range(2))
    for case_id in (void, whole):
        conclude(township, case_id)
    with runtime.database.transaction() as session:
        session.get_one(Case, void).voided_at = clock.now()
        parent = session.get_one(Case, whole)
        for _ in range(2):
            child = make_case(session, Status.CONCLUDED)
            child.parent_id, child.conclusion, child.facts = whole, "non_farm", parent.facts
        parent.status = Status.SPLIT.value
    lines = part(cards(township)[VILLAGE], "violations")["cases"]
    assert len(lines) == 2
    assert {line["id"] for line in lines}.isdisjoint({void, whole})


def test_a_case_counts_in_the_quarter_it_was_concluded_in(
    township: TestClient, runtime: Runtime
) -> None:
    conclude(township, a_case(runtime, Status.OFFICE_REVIEW))
    points = {
        quarter: item(cards(township, address=f"{CARDS}&quarter={quarter}")[VILLAGE], "B")["points"]
        for quarter in (1, 2, 3, 4)
    }
    assert points == {1: 25, 2: 25, 3: 25, 4: 21}


def test_checks_count_by_their_first_report_and_delays_by_the_history(
    township: TestClient, runtime: Runtime
) -> None:
    with clock.moved(timedelta(days=-9)):
        late, reported = (a_case(runtime, Status.PENDING_ASSIGNMENT) for _ in range(2))
        for case_id in (late, reported):
            move(township, case_id, "village_check", due_on="2026-11-23")
    noted = {"at": "2026-11-20T09:00:00+08:00", "due_at": "2026-11-23T23:59:59+08:00"}
    with clock.moved(timedelta(days=-5)), runtime.database.transaction() as session:
        case = session.get_one(Case, reported)
        case.facts = {**case.facts, "verification": noted | {"in_time": True}}
        told = {"due_at": None}
        history.append(
            session, case, actor=SYSTEM, kind="submit", data=told, to_status="office_review"
        )
        case.status, case.due_at = Status.OFFICE_REVIEW.value, None
    card = cards(township)[VILLAGE]
    checks = part(card, "checked_in_time")
    assert (checks["points"], checks["done"], checks["of"]) == (3, 1, 2)
    assert [line["id"] for line in checks["cases"]] == [late]
    assert part(card, "overdue")["points"] == -1
    assert item(card, "C")["points"] == 16


def test_a_check_whose_clock_stands_still_is_not_counted_as_late(
    township: TestClient, runtime: Runtime
) -> None:
    with clock.moved(timedelta(days=-9)):
        case_id = a_case(runtime, Status.PENDING_ASSIGNMENT)
        move(township, case_id, "village_check")
        township.post(
            f"/api/cases/{case_id}/pause", json={"reason": "weather"}, auth=("office", PASSWORD)
        )
    card = cards(township)[VILLAGE]
    assert (part(card, "checked_in_time")["of"], part(card, "overdue")["points"]) == (0, 0)


def test_what_the_office_enters_counts_and_the_latest_wins(township: TestClient) -> None:
    before = cards(township)[VILLAGE]
    assert item(before, "D")["points"] is None
    assert part(before, "patrol_rate")["reason"]["zh"] == "未录入"
    for value in (40, 50):
        answer = put(township, f"{ENTRIES}/patrol_rate", {"value": value, "note": "11月巡查表"})
        assert answer.status_code == 200, answer.text
    after = cards(township)[VILLAGE]
    kept = part(after, "patrol_rate")
    assert kept["points"] == 4
    assert kept["entered"] | {"at": None} == {
        "value": 50, "note": "11月巡查表", "by": "office", "at": None,
    }  # fmt: skip
    assert after["unscored"] == before["unscored"] - 8
    values = [one["value"] for one in township.get(ENTRIES).json()["items"]]
    assert values == [50, 40]


def test_an_entry_is_taken_back_by_an_empty_one(township: TestClient) -> None:
    for value in (40, None):
        put(township, f"{ENTRIES}/patrol_rate", {"value": value})
    assert part(cards(township)[VILLAGE], "patrol_rate")["points"] is None


def test_entries_of_a_quarter_are_not_those_of_the_year(township: TestClient) -> None:
    put(township, f"{ENTRIES}/patrol_rate", {"value": 100, "quarter": 2})
    assert part(cards(township)[VILLAGE], "patrol_rate")["points"] is None
    second = cards(township, address=f"{CARDS}&quarter=2")
    assert part(second[VILLAGE], "patrol_rate")["points"] == 8


@pytest.mark.parametrize(
    ("address", "body", "status"),
    [
        (f"{ENTRIES}/patrol_rate", {"value": -1}, 400),
        (f"{ENTRIES}/patrol_rate", {"value": 1001}, 400),
        (f"{ENTRIES}/violations", {"value": 1}, 404),
        (f"{ENTRIES}/nothing", {"value": 1}, 404),
        (f"/api/assessment/{YEAR}/villages/nowhere/entries/bonus", {"value": 1}, 404),
        (f"/api/assessment/{YEAR}/departments/finance/entries/inspections", {"value": 1}, 404),
        (f"/api/assessment/1/villages/{VILLAGE}/entries/bonus", {"value": 1}, 400),
        (f"{ENTRIES}/patrol_rate", {"value": 1, "quarter": 5}, 400),
        (f"{ENTRIES}/patrol_rate", {"value": "\u0000"}, 400),
    ],
)
def test_entries_that_cannot_be_meant_are_refused(
    township: TestClient, address: str, body: dict[str, Any], status: int
) -> None:
    assert put(township, address, body).status_code == status


def test_entries_and_decisions_cannot_be_rewritten(township: TestClient, runtime: Runtime) -> None:
    put(township, f"{ENTRIES}/patrol_rate", {"value": 40})
    for deed in ("UPDATE assessment_entry SET value = 1", "DELETE FROM veto_decision"):
        with (
            pytest.raises(DBAPIError, match="append-only"),
            runtime.database.transaction() as session,
        ):
            session.execute(text(deed))


def test_the_leader_decides_what_the_system_only_flags(
    township: TestClient, runtime: Runtime
) -> None:
    conclude(township, a_case(runtime, Status.OFFICE_REVIEW, severity=4))
    card = cards(township)[VILLAGE]
    flag = card["flags"][0]
    assert (flag["code"], flag["state"], card["band"]) == ("gravest", "pending", None)
    wish = {"confirmed": True, "reason": "专班会议纪要第3号"}
    for by in ("office", "admin", "village"):
        assert put(township, f"{VETOES}/gravest", wish, by).status_code == 403
    assert put(township, f"{VETOES}/gravest", wish | {"reason": " "}, "leader").status_code == 400
    assert put(township, f"{VETOES}/gravest", wish, "leader").status_code == 200
    confirmed = cards(township)[VILLAGE]
    assert confirmed["band"]["code"] == "unqualified"
    assert confirmed["flags"][0]["decision"]["by"] == "leader"
    put(township, f"{VETOES}/gravest", wish | {"confirmed": False}, "leader")
    assert cards(township)[VILLAGE]["flags"][0]["state"] == "dismissed"


def test_nothing_is_decided_that_is_not_flagged(township: TestClient) -> None:
    wish = {"confirmed": True, "reason": "无"}
    assert put(township, f"{VETOES}/gravest", wish, "leader").status_code == 409


def test_supervision_by_the_district_is_entered_and_then_flagged(township: TestClient) -> None:
    put(township, f"{ENTRIES}/district_supervision", {"value": 1, "note": "区级约谈"})
    flag = cards(township)[VILLAGE]["flags"][0]
    assert flag["code"] == "district_supervision"
    assert "区级约谈" in flag["reason"]["zh"]


SEES = {
    Role.ADMIN: ({VILLAGE, OTHER_VILLAGE}, 4),
    Role.LEADER: ({VILLAGE, OTHER_VILLAGE}, 4),
    Role.OFFICE: ({VILLAGE, OTHER_VILLAGE}, 4),
    Role.VILLAGE: ({VILLAGE}, 0),
    Role.DEPARTMENT: (set(), 1),
}


@pytest.mark.parametrize("role", list(Role))
def test_everybody_sees_their_own_cards(township: TestClient, role: Role) -> None:
    addresses = (CARDS, f"/api/assessment/departments?year={YEAR}")
    if role not in SEES:
        for address in (*addresses, f"/api/assessment.xlsx?year={YEAR}"):
            assert township.get(address, auth=(role.value, PASSWORD)).status_code == 403
        return
    villages, departments = SEES[role]
    assert set(cards(township, role.value)) == villages
    assert len(cards(township, role.value, addresses[1])) == departments


@pytest.mark.parametrize("role", list(Role))
def test_only_the_office_enters(township: TestClient, role: Role) -> None:
    answer = put(township, f"{ENTRIES}/patrol_rate", {"value": 1}, role.value)
    office = role in {Role.ADMIN, Role.LEADER, Role.OFFICE}
    assert answer.status_code == (200 if office else 403)
    seen = township.get(ENTRIES, auth=(role.value, PASSWORD)).status_code
    assert seen == (200 if office else 403)


def test_a_village_learns_its_rank_among_all(township: TestClient, runtime: Runtime) -> None:
    conclude(township, a_case(runtime, Status.OFFICE_REVIEW))
    answer = township.get(CARDS, auth=("village", PASSWORD)).json()
    assert answer["of"] == 2
    assert [card["rank"] for card in answer["items"]] == [2]


def sheets(client: TestClient, by: str) -> dict[str, list[list[Any]]]:
    answer = client.get(f"/api/assessment.xlsx?year={YEAR}", auth=(by, PASSWORD))
    assert answer.status_code == 200, answer.text
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}


def test_the_workbook_has_the_table_and_the_reasons(township: TestClient, runtime: Runtime) -> None:
    conclude(township, a_case(runtime, Status.OFFICE_REVIEW))
    found = sheets(township, "office")
    assert list(found) == ["村社考核", "考核明细", "部门考核", "部门考核明细"]
    assert found["村社考核"][0] == [
        "名次", "村(社区)", "A 目标完成(30)", "B 新增违法(25)", "C 核查整改(20)", "D 巡查排查(15)",
        "E 责任制与台账(5)", "F 宣传教育(5)", "加分(5)", "得分合计", "尚未计分", "等次",
        "一票否决提示", "认定违法(件)", "耕地面积(亩)", "每1000亩违法(件)", "按面积名次",
    ]  # fmt: skip
    row = dict(zip(found["村社考核"][0], found["村社考核"][2], strict=True))
    assert (row["村(社区)"], row["B 新增违法(25)"], row["D 巡查排查(15)"]) == (
        "三星村", 21, "未录入",
    )  # fmt: skip
    assert found["考核明细"][0] == [
        "村(社区)", "项目", "指标", "满分", "得分", "依据", "图斑", "录入",
    ]  # fmt: skip
    assert any("认定 2.00 亩 -4.00" in str(row[6]) for row in found["考核明细"])


def test_the_workbook_of_a_village_holds_its_own_card_only(township: TestClient) -> None:
    found = sheets(township, "village")
    assert list(found) == ["村社考核", "考核明细"]
    assert [row[1] for row in found["村社考核"][1:]] == ["三星村"]
