"""Findings as a table for people, and the count of them by village and category."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas
import numpy as np
import shapely

from spatial.area import to_mu
from spatial.crs import STORAGE_CRS
from spatial.messages import Message
from spatial.overlay import Villages
from spatial.rules import Exemption, Finding, Outcome, RuleTable
from spatial.screening.reading import Rows
from spatial.words import ChangeGroup

OUTCOMES = {
    Outcome.SLIVER: Message("边角细缝", "sliver"),
    Outcome.NOT_FARMLAND: Message("不涉及耕地", "not farmland"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLine:
    """Findings of one category in one village, or of what raises no case.

    ``suspect_m2``: their suspect ground.
    """

    village: str
    category: Message
    findings: int
    suspect_m2: float

    @property
    def suspect_mu(self) -> float:
        """The suspect ground in 亩, as it is shown."""
        return to_mu(self.suspect_m2)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its field name, its heading for people, and where it comes from."""

    name: str
    heading: str
    value: Callable[[Finding, _Context], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    patches: Rows
    names: Mapping[str, str]
    table: RuleTable

    def patch(self, finding: Finding, column: str) -> Any:
        return self.patches.columns[column][finding.patch]

    def village(self, finding: Finding) -> str:
        code = finding.village_code
        return self.names[code] if code is not None else self.table.sentences.nowhere.zh


def to_table(
    findings: Sequence[Finding], patches: Rows, villages: Villages, table: RuleTable
) -> geopandas.GeoDataFrame:
    """One row for each finding, EPSG:4490; areas in m² unless a name ends in ``_mu``.

    Findings without ground of their own show their patch.
    """
    context = _context(patches, villages, table)
    columns = {
        column.name: [column.value(finding, context) for finding in findings] for column in COLUMNS
    }
    ground = np.empty(len(findings), dtype=np.object_)
    ground[:] = [finding.geometry or patches.geometry[finding.patch] for finding in findings]
    return geopandas.GeoDataFrame(columns, geometry=ground, crs=STORAGE_CRS)


def summarise(
    findings: Sequence[Finding], patches: Rows, villages: Villages, table: RuleTable
) -> list[SummaryLine]:
    """Findings counted by village and category, cases before what raises none."""
    context = _context(patches, villages, table)
    groups: dict[tuple[str, int, str], list[float]] = defaultdict(list)
    labels: dict[str, Message] = {}
    for finding in findings:
        code = finding.village_code or ""
        label = _label(finding)
        labels[label.zh] = label
        key = (code, finding.outcome is not Outcome.CASE, label.zh)
        groups[key].append(finding.areas.suspect if finding.outcome is Outcome.CASE else 0.0)
    return [
        SummaryLine(
            village=context.names.get(code, table.sentences.nowhere.zh),
            category=labels[category],
            findings=len(areas),
            suspect_m2=sum(areas),
        )
        for (code, _, category), areas in sorted(groups.items())
    ]


def _context(patches: Rows, villages: Villages, table: RuleTable) -> _Context:
    names = dict(zip(villages.codes.tolist(), villages.names.tolist(), strict=True))
    return _Context(patches=patches, names=names, table=table)


def _label(finding: Finding) -> Message:
    if finding.category is not None:
        return finding.category.label
    return OUTCOMES[finding.outcome]


def _category(finding: Finding, _context: _Context) -> str:
    return _label(finding).zh


def _rule_label(finding: Finding, context: _Context) -> str | None:
    if finding.outcome is not Outcome.CASE:
        return None
    row = context.table.rows.get(finding.rule)
    return row.label.zh if row else context.table.hint.label.zh


def _departments(finding: Finding, _context: _Context) -> str | None:
    if finding.department is None:
        return None
    departments = (finding.department, *finding.supporting_departments)
    return "、".join(department.label.zh for department in departments)


def _deadline(finding: Finding, _context: _Context) -> str | None:
    if finding.rectify_until is not None:
        return finding.rectify_until.label.zh
    return f"{finding.rectify_days}天" if finding.rectify_days is not None else None


def _document(exemption: Exemption) -> str:
    number = exemption.document_no or "无文号"
    state = "已到期" if exemption.expired else "" if exemption.exempts else "不免除"
    return f"{exemption.kind.label.zh} {number} {to_mu(exemption.area):.2f}亩{state}"


def _documents(finding: Finding, _context: _Context) -> str | None:
    return "；".join(map(_document, finding.exemptions)) or None


def _square_metres(name: str) -> Callable[[Finding, _Context], float]:
    return lambda finding, _context: round(getattr(finding.areas, name), 2)


def _mu(name: str) -> Callable[[Finding, _Context], float]:
    return lambda finding, _context: to_mu(getattr(finding.areas, name))


def _centre(axis: int) -> Callable[[Finding, _Context], float]:
    def value(finding: Finding, context: _Context) -> float:
        ground = finding.geometry or context.patches.geometry[finding.patch]
        point = shapely.point_on_surface(ground)
        return round(float(shapely.get_coordinates(point)[0, axis]), 6)

    return value


COLUMNS = (
    Column("patch_no", "图斑编号", lambda finding, it: it.patch(finding, "patch_no")),
    Column("village_code", "村代码", lambda finding, it: finding.village_code),
    Column("village", "村（社区）", lambda finding, it: it.village(finding)),
    Column("outcome", "结果", lambda finding, it: finding.outcome.value),
    Column("category", "类别代码", lambda finding, it: finding.category and finding.category.value),
    Column("category_label", "疑似类别", _category),
    Column("rule", "规则行", lambda finding, it: finding.rule),
    Column("rule_label", "规则", _rule_label),
    Column("severity", "严重程度", lambda finding, it: finding.severity),
    Column("countable", "计入统计", lambda finding, it: finding.countable),
    Column("suspect_mu", "疑似面积（亩）", _mu("suspect")),
    Column("suspect_low_mu", "面积下限（亩）", _mu("suspect_low")),
    Column("suspect_high_mu", "面积上限（亩）", _mu("suspect_high")),
    Column("patch_mu", "图斑面积（亩）", _mu("patch")),
    Column("farmland_mu", "占耕地（亩）", _mu("farmland")),
    Column("permanent_basic_farmland_mu", "占永农（亩）", _mu("permanent_basic_farmland")),
    Column("high_standard_farmland_mu", "占高标准农田（亩）", _mu("high_standard_farmland")),
    Column("exempt_mu", "有文件面积（亩）", _mu("exempt")),
    Column("recoverable_mu", "可恢复地类（亩）", _mu("recoverable")),
    Column("suspect", "疑似面积（平方米）", _square_metres("suspect")),
    Column("exemptions", "涉及文件", _documents),
    Column(
        "prohibitions", "六个严禁", lambda finding, it: "、".join(map(str, finding.prohibitions))
    ),
    Column("departments", "责任部门", _departments),
    Column("verify_workdays", "核查（工作日）", lambda finding, it: finding.verify_workdays),
    Column("rectify", "整改期限", _deadline),
    Column("reason", "说明", lambda finding, it: finding.reason.zh),
    Column("reason_en", "Reason", lambda finding, it: finding.reason.en),
    Column("legal_basis", "依据", lambda finding, it: finding.legal_basis.zh or None),
    Column("change_code", "变化类型", lambda finding, it: it.patch(finding, "change_code")),
    Column(
        "change_group",
        "变化归类",
        lambda finding, it: ChangeGroup(it.patch(finding, "change_group")).label.zh,
    ),
    Column("before_date", "前时相", lambda finding, it: it.patch(finding, "before_date")),
    Column("after_date", "后时相", lambda finding, it: it.patch(finding, "after_date")),
    Column("longitude", "经度", _centre(0)),
    Column("latitude", "纬度", _centre(1)),
    Column("rule_version", "规则版本", lambda finding, it: it.table.version),
)
