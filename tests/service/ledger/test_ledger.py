"""The ledger as a spreadsheet program reads it: exact headings, totals, own cases only."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from python_calamine import CalamineWorkbook
from sqlalchemy import update
from sqlalchemy.orm import Session

from service import clock
from service.cases.models import Case
from service.patches.models import Patch
from service.runtime import Runtime
from service.settings import Settings
from service.villages.models import Village
from spatial.area import to_mu
from tests.conftest import PASSWORD
from tests.service.cases.sighting_maker import (
    OTHER_VILLAGE,
    VILLAGE,
    Seen,
    judged,
    rectangle,
    screen_file,
)

TOWNSHIP_HEADINGS = [
    "序号",
    "图斑编号",
    "批次",
    "村(社区)",
    "社/小组",
    "地名",
    "中心经纬度",
    "面积(亩)",
    "占耕地(亩)",
    "占永农(亩)",
    "变化类型",
    "变化前地类",
    "前时相",
    "后时相",
    "疑似类别",
    "六严禁",
    "责任部门",
    "责任人(网格员)",
    "核查结论",
    "整改措施",
    "整改期限",
    "整改进度",
    "是否销号",
    "销号日期",
    "备注",
]
NON_FARM_HEADINGS = [
    "序号",
    "县名称",
    "监测批次",
    "线索编号",
    "项目名称",
    "项目主体",
    "非农违法土地用途",
    "非农违法面积（亩）",
    "非农违法耕地面积（亩）",
    "非农违法基本农田面积（亩）",
    "是否整改",
    "整改方式",
    "重大典型问题",
    "备注",
]
AREAS = {"patch": 1000.0, "farmland": 800.0, "permanent_basic_farmland": 0.0, "suspect": 800.0}


@pytest.fixture
def ledger(client: TestClient, runtime: Runtime) -> TestClient:
    """Three cases in two villages, one of them concluded as a violation."""
    with runtime.database.transaction() as session:
        for code, name in ((VILLAGE, "三星村"), (OTHER_VILLAGE, "望城村")):
            session.add(Village(code=code, name=name, township_code=code[:9]))
        screen_file(
            session,
            [
                Seen(number="TB-1", ground=rectangle(0, 0, 30, 10), severity=3),
                Seen(number="=1+1", ground=rectangle(100, 0, 130, 10)),
                Seen(number="TB-3", ground=rectangle(200, 0, 230, 10), village=OTHER_VILLAGE),
            ],
        )
        conclude_first(session)
    return client


def conclude_first(session: Session) -> None:
    session.execute(update(Case).values(areas=judged()["areas"] | AREAS))
    conclusion = {"violation_area": 800.0, "violation_cropland": 800.0, "project_name": "仓库"}
    first = session.query(Case).join(Patch, Patch.id == Case.patch_id).filter_by(patch_no="TB-1")
    case = first.one()
    case.conclusion = "non_farm"
    case.facts = {"conclusion": conclusion, "plan": {"method": "demolish_and_replant"}}


def sheets(client: TestClient, query: str = "") -> dict[str, list[list[Any]]]:
    answer = client.get(f"/api/cases.xlsx{query}")
    assert answer.status_code == 200, answer.text
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}


def test_the_headings_are_exactly_those_that_districts_collect(ledger: TestClient) -> None:
    found = sheets(ledger)
    assert found["图斑台账"][0] == TOWNSHIP_HEADINGS
    assert found["非农违法清单"][0] == NON_FARM_HEADINGS
    assert len(NON_FARM_HEADINGS) == 14


def test_areas_are_mu_and_the_last_row_holds_their_totals(ledger: TestClient) -> None:
    rows = sheets(ledger)["图斑台账"]
    at = TOWNSHIP_HEADINGS.index("占耕地(亩)")
    assert [row[at] for row in rows[1:-1]] == [float(to_mu(800.0))] * 3
    assert rows[-1][0] == "合计"
    assert rows[-1][at] == pytest.approx(3 * float(to_mu(800.0)))


def test_totals_come_from_exact_areas_and_say_so_where_the_rows_do_not_add_up(
    ledger: TestClient, runtime: Runtime
) -> None:
    assert [row[0] for row in sheets(ledger)["图斑台账"]][-1] == "合计"
    with runtime.database.transaction() as session:
        session.execute(update(Case).values(areas=judged()["areas"] | AREAS | {"farmland": 803.0}))
    *rows, total, note = sheets(ledger)["图斑台账"]
    at = TOWNSHIP_HEADINGS.index("占耕地(亩)")
    assert [row[at] for row in rows[1:]] == [1.20] * 3
    assert total[at] == to_mu(3 * 803.0) == 3.61
    assert "四舍五入" in note[0]


def test_the_place_is_no_county_and_the_land_class_has_its_name(
    ledger: TestClient, runtime: Runtime
) -> None:
    with runtime.database.transaction() as session:
        brought = {"XMC": "示例区", "小地名": "老屋湾", "DLMC": "水田"}
        session.execute(update(Patch).values(attributes=brought, land_before="0101"))
    found = sheets(ledger)
    row = dict(zip(TOWNSHIP_HEADINGS, found["图斑台账"][1], strict=True))
    assert (row["地名"], row["变化前地类"]) == ("老屋湾", "0101 水田")
    assert found["非农违法清单"][1][1] == "示例区"


def test_only_concluded_violations_stand_in_the_list_of_violations(ledger: TestClient) -> None:
    rows = sheets(ledger)["非农违法清单"]
    assert [row[3] for row in rows[1:-1]] == ["TB-1"]
    assert rows[1][4] == "仓库"


def test_a_violation_without_areas_of_its_own_counts_with_those_that_were_found(
    ledger: TestClient, runtime: Runtime
) -> None:
    with runtime.database.transaction() as session:
        violation = {"conclusion": {"violation_area": 600.0}}
        session.execute(update(Case).where(Case.conclusion == "non_farm").values(facts=violation))
        others = update(Case).where(Case.conclusion.is_(None), Case.village_code != OTHER_VILLAGE)
        session.execute(others.values(conclusion="non_farm", facts={}))
    rows = sheets(ledger)["非农违法清单"]
    at = NON_FARM_HEADINGS.index("非农违法面积（亩）")
    areas = [row[at : at + 3] for row in rows[1:-1]]
    assert sorted(areas) == [
        pytest.approx([to_mu(600.0), to_mu(600.0), 0.0]),
        pytest.approx([to_mu(800.0), to_mu(800.0), 0.0]),
    ]
    assert rows[-1][at] == pytest.approx(to_mu(1400.0))


def test_a_number_that_looks_like_a_formula_stays_text(ledger: TestClient) -> None:
    numbers = [row[1] for row in sheets(ledger)["图斑台账"][1:-1]]
    assert "=1+1" in numbers


def test_the_filters_of_the_list_hold_for_the_ledger(ledger: TestClient) -> None:
    rows = sheets(ledger, f"?village={OTHER_VILLAGE}")["图斑台账"]
    assert [row[3] for row in rows[1:-1]] == ["望城村"]


def test_a_village_gets_its_own_cases_only(ledger: TestClient) -> None:
    ledger.auth = ("village", PASSWORD)
    rows = sheets(ledger)["图斑台账"]
    assert {row[3] for row in rows[1:-1]} == {"三星村"}


def test_a_grid_member_may_not_export(ledger: TestClient) -> None:
    ledger.auth = ("grid", PASSWORD)
    assert ledger.get("/api/cases.xlsx").status_code == 403


def test_the_figures_stand_beside_the_cases(ledger: TestClient) -> None:
    found = sheets(ledger)
    assert list(found) == ["图斑台账", "非农违法清单", "各村汇总", "各部门汇总", "月度汇总"]
    heading, *villages, total = found["各村汇总"]
    counts = {row[0]: row[heading.index("图斑数")] for row in [*villages, total]}
    assert counts == {"三星村": 2, "望城村": 1, "合计": 3}
    illegal = heading.index("违法占用耕地比例")
    assert [row[illegal] for row in [*villages, total]] == [1, "", 1]
    assert [row[0] for row in found["月度汇总"][1:]] == [f"{now_in_shanghai()}", "合计"]


def test_the_figures_of_a_village_are_its_own(ledger: TestClient) -> None:
    ledger.auth = ("village", PASSWORD)
    assert [row[0] for row in sheets(ledger)["各村汇总"][1:]] == ["三星村", "合计"]


def now_in_shanghai() -> str:
    today = clock.now().astimezone(Settings().zone)
    return f"{today.year}年{today.month}月"


@pytest.mark.parametrize(
    ("status", "facts", "expected"),
    [
        ("village_check", {}, ""),
        ("rectifying", {}, date(2026, 12, 31)),
        ("acceptance", {"plan": {"deadline": "2026-12-20"}}, date(2026, 12, 20)),
        ("escalated", {"escalation": {"from": "enforcement"}}, date(2026, 12, 31)),
    ],
)
def test_the_deadline_of_a_rectification_is_no_other(
    ledger: TestClient, runtime: Runtime, status: str, facts: dict[str, Any], expected: date | str
) -> None:
    due_at = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
    with runtime.database.transaction() as session:
        session.execute(update(Case).values(status=status, due_at=due_at, facts=facts))
    headings, first, *_ = sheets(ledger)["图斑台账"]
    assert first[headings.index("整改期限")] == expected
