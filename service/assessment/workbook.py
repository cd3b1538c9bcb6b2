"""The assessment as a workbook: the table of villages, the reasons of every point, departments.

Written row by row; rows fit their text, and all is laid out for A3 across.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook

from service.assessment.cards import Assessed
from service.assessment.reading import Assessment
from service.assessment.rules import Item
from service.assessment.scoring import PartScore
from service.assessment.vetoes import Flag, FlagState
from service.ledger.sheets import (
    LINE_HEIGHT,
    OPTIONS,
    Format,
    Styles,
    Value,
    lay_out_pages,
    lines,
    write_cell,
)

FIRST_ROW = 1
HEADING_HEIGHT = 34
NOT_ENTERED = "未录入"
STATES = {
    FlagState.PENDING: "待专班决定",
    FlagState.CONFIRMED: "已确认",
    FlagState.DISMISSED: "已排除",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, how wide its column is, and how its cells are shown."""

    heading: str
    width: int
    format: Format = Format.TEXT


PLACE = (Column("名次", 7, Format.NUMBER), Column("村(社区)", 16))
RESULT = (
    Column("得分合计", 10, Format.MU),
    Column("尚未计分", 10, Format.MU),
    Column("等次", 9),
    Column("一票否决提示", 62),
    Column("认定违法(件)", 10, Format.NUMBER),
    Column("耕地面积(亩)", 12, Format.MU),
)
DETAILS = (
    Column("村(社区)", 16),
    Column("项目", 20),
    Column("指标", 32),
    Column("满分", 8, Format.MU),
    Column("得分", 8, Format.MU),
    Column("依据", 44),
    Column("图斑", 60),
    Column("录入", 30),
)


def write_workbook(
    target: Path, villages: Assessment, departments: Assessment, zone: ZoneInfo
) -> None:
    """Write the sheets of the cards that somebody may see."""
    with Workbook(target, {**OPTIONS, "tmpdir": str(target.parent)}) as workbook:
        styles = Styles.of(workbook)
        if villages.cards:
            columns = village_columns(villages)
            rows = (_village_row(card) for card in villages.cards)
            _write(workbook, styles, "村社考核", columns, rows)
            _write(workbook, styles, "考核明细", DETAILS, _details(villages.cards, zone))
        if departments.cards:
            columns = _department_columns(departments)
            rows = (_department_row(card) for card in departments.cards)
            _write(workbook, styles, "部门考核", columns, rows)
            _write(
                workbook,
                styles,
                "部门考核明细",
                (Column("部门", 16), *DETAILS[1:]),
                _details(departments.cards, zone),
            )
        if not villages.cards and not departments.cards:
            _write(workbook, styles, "村社考核", village_columns(villages), ())


def village_columns(assessment: Assessment) -> tuple[Column, ...]:
    """The columns of the table of villages."""
    per = f"每{assessment.rules.index.per_mu:g}亩违法(件)"
    index = (Column(per, 12, Format.MU), Column("按面积名次", 9, Format.NUMBER))
    return (*PLACE, *_item_columns(assessment.rules.villages.items), *RESULT, *index)


def _department_columns(assessment: Assessment) -> tuple[Column, ...]:
    place = (PLACE[0], Column("部门", 20))
    return (*place, *_item_columns(assessment.rules.departments.items), *RESULT[:3])


def _item_columns(items: Sequence[Item]) -> Iterator[Column]:
    for item in items:
        letter = f"{item.code} " if len(item.code) == 1 else ""
        yield Column(f"{letter}{item.label.zh}({item.weight:g})", 11, Format.MU)


def _village_row(card: Assessed) -> list[Value]:
    index = card.index
    return [
        *_department_row(card),
        "\n".join(_flag_line(flag) for flag in card.flags) or None,
        index.violations,
        index.farmland_mu,
        index.per_area,
        index.rank,
    ]


def _department_row(card: Assessed) -> list[Value]:
    points = [NOT_ENTERED if one.points is None else one.points for one in card.items]
    band = card.band.label.zh if card.band else "待定"
    return [card.rank, card.subject.name, *points, card.total, card.unscored, band]


def _flag_line(flag: Flag) -> str:
    state = "仅供参考" if flag.veto.advisory else STATES[flag.state]
    return f"{flag.veto.label.zh}：{flag.reason.zh}（{state}）"


def _details(cards: Sequence[Assessed], zone: ZoneInfo) -> Iterator[list[Value]]:
    for card in cards:
        for one in card.items:
            for part in one.parts:
                yield [card.subject.name, one.item.label.zh, *_detail(part, zone)]


def _detail(part: PartScore, zone: ZoneInfo) -> list[Value]:
    entered = part.entered
    cases = "\n".join(
        f"{line.case.code} {line.reason.zh} {line.points:+.2f}" for line in part.cases
    )
    told = None
    if entered:
        day = entered.at.astimezone(zone).date()
        told = f"{entered.by} {day.isoformat()} {entered.note}".strip()
    return [
        part.part.label.zh,
        part.part.points,
        NOT_ENTERED if part.points is None else round(part.points, 2),
        part.reason.zh,
        cases or None,
        told,
    ]


def _write(
    workbook: Workbook,
    styles: Styles,
    title: str,
    columns: Sequence[Column],
    rows: Iterator[list[Value]] | Sequence[list[Value]],
) -> None:
    worksheet = workbook.add_worksheet(title)
    lay_out_pages(worksheet)
    worksheet.freeze_panes(FIRST_ROW, 2)
    worksheet.set_row(0, HEADING_HEIGHT)
    for at, column in enumerate(columns):
        worksheet.set_column(at, at, column.width)
        worksheet.write_string(0, at, column.heading, styles.heading)
    for number, values in enumerate(rows, start=FIRST_ROW):
        most = max(_lines(value, by.width) for value, by in zip(values, columns, strict=True))
        worksheet.set_row(number, LINE_HEIGHT * most)
        for at, (value, column) in enumerate(zip(values, columns, strict=True)):
            kind = Format.TEXT if isinstance(value, str) else column.format
            write_cell(worksheet, number, at, value, styles.cells[kind])


def _lines(value: Value, width: int) -> int:
    """How many lines a text takes that may have line breaks of its own."""
    if not isinstance(value, str):
        return 1
    return sum(lines(line, width) for line in value.split("\n"))
