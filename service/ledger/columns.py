"""The columns of the two sheets, with their exact headings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from service.cases.life.deadlines import ON_CALENDAR_DAYS, working_state
from service.cases.life.pick_lists import pick_list
from service.cases.statuses import Status
from service.ledger.rows import LedgerRow
from service.ledger.sheets import Format, Value
from spatial.area import to_mu
from spatial.words import Category, ChangeGroup, Department

PROHIBITIONS = ("一", "二", "三", "四", "五", "六")
GRAVE = 4


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and how its cell comes from a row.

    ``square_metres``: the exact area behind a cell of 亩; such columns have a total.
    """

    heading: str
    value: Callable[[LedgerRow, ZoneInfo], Value]
    width: int = 12
    format: Format = Format.TEXT
    square_metres: Callable[[LedgerRow], float] | None = None


def _area(heading: str, square_metres: Callable[[LedgerRow], float], width: int) -> Column:
    return Column(
        heading,
        lambda row, zone: float(to_mu(square_metres(row))),
        width,
        Format.MU,
        square_metres,
    )


def _found(name: str) -> Callable[[LedgerRow], float]:
    return lambda row: float(row.case.areas[name])


def _violation(name: str, found: str) -> Callable[[LedgerRow], float]:
    """An area as concluded; one left out is what was found there, as rates and points count it."""

    def value(row: LedgerRow) -> float:
        areas = row.case.areas
        whole = row.fact("conclusion", "violation_area")
        area = row.fact("conclusion", name)
        if area is None:
            area = min(areas[found], areas["suspect"] if whole is None else whole)
        return float(area)

    return value


def _fact(record: str, name: str) -> Callable[[LedgerRow, ZoneInfo], Value]:
    return lambda row, zone: row.fact(record, name)


def _attribute(*names: str) -> Callable[[LedgerRow, ZoneInfo], Value]:
    """The first of the patch's own fields that is there, such as a place name."""

    def value(row: LedgerRow, zone: ZoneInfo) -> Value:
        attributes = row.patch.attributes
        return next((str(attributes[name]) for name in names if attributes.get(name)), None)

    return value


def _land_before(row: LedgerRow, zone: ZoneInfo) -> Value:
    """The code, and its name as the patch brought it: ``0101 水田``."""
    return " ".join(filter(None, (row.patch.land_before, row.patch.attributes.get("DLMC")))) or None


@cache
def _choices(name: str) -> dict[str, str]:
    return {choice: label.zh for choice, label in pick_list(name).labels.items()}


def _conclusion(row: LedgerRow, zone: ZoneInfo) -> Value:
    return _choices("conclusions").get(row.case.conclusion or "", None)


def _method(row: LedgerRow, zone: ZoneInfo) -> Value:
    return _choices("rectification_methods").get(row.fact("plan", "method") or "", None)


def _rectified(row: LedgerRow, zone: ZoneInfo) -> Value:
    return "是" if row.case.status == Status.CLOSED_RECTIFIED else "否"


def _prohibitions(row: LedgerRow, zone: ZoneInfo) -> Value:
    return "、".join(PROHIBITIONS[number - 1] for number in row.case.prohibitions) or None


def _local(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None


def _closed_on(row: LedgerRow, zone: ZoneInfo) -> Value:
    return _local(row.case.closed_at, zone)


def _deadline(row: LedgerRow, zone: ZoneInfo) -> Value:
    """The deadline of the rectification; what is due in other states is not that."""
    if working_state(row.case) in ON_CALENDAR_DAYS:
        return _local(row.case.due_at, zone)
    planned = row.fact("plan", "deadline")
    return date.fromisoformat(planned) if planned else None


TOWNSHIP: tuple[Column, ...] = (
    Column("图斑编号", lambda row, zone: row.patch.patch_no, 20),
    Column("批次", lambda row, zone: row.batch, 20),
    Column("村(社区)", lambda row, zone: row.village),
    Column("社/小组", _attribute("ZMC", "社", "小组", "社/小组"), 10),
    Column("地名", _attribute("地名", "小地名", "ZL", "坐落"), 12),
    Column("中心经纬度", lambda row, zone: f"{row.longitude:.6f}, {row.latitude:.6f}", 22),
    _area("面积(亩)", _found("patch"), 10),
    _area("占耕地(亩)", _found("farmland"), 11),
    _area("占永农(亩)", _found("permanent_basic_farmland"), 11),
    Column("变化类型", lambda row, zone: ChangeGroup(row.patch.change_group).label.zh),
    Column("变化前地类", _land_before, 18),
    Column("前时相", lambda row, zone: row.patch.before_date, 11, Format.DATE),
    Column("后时相", lambda row, zone: row.patch.after_date, 11, Format.DATE),
    Column("疑似类别", lambda row, zone: Category(row.case.category).label.zh, 16),
    Column("六严禁", _prohibitions, 9),
    Column("责任部门", lambda row, zone: Department(row.case.department).label.zh, 14),
    Column(
        "责任人(网格员)", lambda row, zone: row.fact("dispatch", "responsible") or row.assignee, 18
    ),
    Column("核查结论", _conclusion, 11),
    Column(
        "整改措施",
        lambda row, zone: row.fact("plan", "measures") or _method(row, zone),
        24,
    ),
    Column("整改期限", _deadline, 11, Format.DATE),
    Column("整改进度", lambda row, zone: Status(row.case.status).label.zh, 16),
    Column("是否销号", _rectified, 9),
    Column("销号日期", _closed_on, 11, Format.DATE),
    Column("备注", lambda row, zone: row.case.reason, 56),
)
"""The township's ledger; 序号 stands before it."""

NON_FARM: tuple[Column, ...] = (
    Column("县名称", lambda row, zone: row.patch.attributes.get("XMC"), 12),
    Column("监测批次", lambda row, zone: row.batch, 20),
    Column("线索编号", lambda row, zone: row.patch.patch_no, 20),
    Column("项目名称", _fact("conclusion", "project_name"), 18),
    Column("项目主体", _fact("conclusion", "project_owner"), 18),
    Column("非农违法土地用途", _fact("conclusion", "land_use"), 18),
    _area("非农违法面积（亩）", _violation("violation_area", "suspect"), 18),
    _area("非农违法耕地面积（亩）", _violation("violation_cropland", "suspect"), 20),
    _area(
        "非农违法基本农田面积（亩）",
        _violation("violation_permanent", "permanent_basic_farmland"),
        24,
    ),
    Column("是否整改", _rectified, 10),
    Column("整改方式", _method, 12),
    Column("重大典型问题", lambda row, zone: "是" if row.case.severity >= GRAVE else "否", 14),
    Column("备注", lambda row, zone: row.case.reason, 56),
)
"""非农违法清单: fourteen columns with 序号; only what a person concluded to be a violation."""
