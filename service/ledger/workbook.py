"""The workbook: all cases, concluded non-farm violations, and the figures of both.

Written row by row in constant memory. Headings are frozen and filtered, areas are 亩 to two
decimals, totals come from the exact areas, categories have the colours of the map.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from service.ledger.columns import NON_FARM, TOWNSHIP, Column
from service.ledger.figures import FigureTable, write_figures
from service.ledger.rows import LedgerRow
from service.ledger.sheets import (
    LINE_HEIGHT,
    OPTIONS,
    Format,
    Styles,
    lay_out_pages,
    lines,
    write_cell,
)
from service.symbology import symbols
from spatial.area import to_mu

FIRST_ROW = 1
NON_FARM_CONCLUSION = "non_farm"
ROUNDED = "注：合计由平方米精确值求和后换算，与各行亩数（已四舍五入）之和略有不同。"
"""Stands below totals that the rounded rows do not add up to."""


@dataclass(slots=True)
class Total:
    """An area summed twice: exactly, and as a reader adds up the cells."""

    square_metres: float = 0.0
    shown_mu: float = 0.0

    def add(self, square_metres: float) -> None:
        """One more row."""
        self.square_metres += square_metres
        self.shown_mu += to_mu(square_metres)

    @property
    def mu(self) -> float:
        """The exact total as it is shown."""
        return to_mu(self.square_metres)


@dataclass
class Sheet:
    """One sheet while it is written."""

    worksheet: Worksheet
    columns: Sequence[Column]
    zone: ZoneInfo
    styles: Styles
    row: int = FIRST_ROW
    totals: dict[int, Total] = field(init=False)

    def __post_init__(self) -> None:
        areas = (at for at, column in enumerate(self.columns, 1) if column.square_metres)
        self.totals = {at: Total() for at in areas}

    def head(self) -> None:
        """The frozen heading row and the widths of the columns."""
        lay_out_pages(self.worksheet)
        self.worksheet.freeze_panes(FIRST_ROW, 2)
        self.worksheet.set_row(0, 32)
        self.worksheet.write_string(0, 0, "序号", self.styles.heading)
        self.worksheet.set_column(0, 0, 6)
        for at, column in enumerate(self.columns, start=1):
            self.worksheet.set_column(at, at, column.width)
            self.worksheet.write_string(0, at, column.heading, self.styles.heading)

    def add(self, row: LedgerRow) -> None:
        """One case."""
        values = [column.value(row, self.zone) for column in self.columns]
        needed = (lines(value, by.width) for value, by in zip(values, self.columns, strict=True))
        self.worksheet.set_row(self.row, LINE_HEIGHT * max(needed))
        cells = self.styles.cells
        write_cell(self.worksheet, self.row, 0, self.row, cells[Format.TEXT])
        for at, (column, value) in enumerate(zip(self.columns, values, strict=True), start=1):
            write_cell(self.worksheet, self.row, at, value, cells[column.format])
            if column.square_metres:
                self.totals[at].add(column.square_metres(row))
        self.row += 1

    def finish(self) -> None:
        """Filters over what was written, and the totals below it."""
        self.worksheet.autofilter(0, 0, max(self.row - 1, 0), len(self.columns))
        self.worksheet.write_string(self.row, 0, "合计", self.styles.heading)
        for at, total in self.totals.items():
            self.worksheet.write_number(self.row, at, total.mu, self.styles.totals[Format.MU])
        if any(total.mu != round(total.shown_mu, 2) for total in self.totals.values()):
            self.worksheet.write_string(self.row + 1, 0, ROUNDED)


def write_workbook(
    target: Path, rows: Iterable[LedgerRow], figures: Iterable[FigureTable], zone: ZoneInfo
) -> int:
    """Write the ledger; returns how many cases it holds."""
    with xlsxwriter.Workbook(target, {**OPTIONS, "tmpdir": str(target.parent)}) as workbook:
        styles = Styles.of(workbook)
        township = Sheet(workbook.add_worksheet("图斑台账"), TOWNSHIP, zone, styles)
        non_farm = Sheet(workbook.add_worksheet("非农违法清单"), NON_FARM, zone, styles)
        for sheet in (township, non_farm):
            sheet.head()
        for row in rows:
            township.add(row)
            if row.case.conclusion == NON_FARM_CONCLUSION:
                non_farm.add(row)
        for sheet in (township, non_farm):
            sheet.finish()
        _paint_categories(workbook, township)
        for table in figures:
            write_figures(workbook, styles, table)
    return township.row - FIRST_ROW


def _paint_categories(workbook: xlsxwriter.Workbook, sheet: Sheet) -> None:
    at = 1 + [column.heading for column in sheet.columns].index("疑似类别")
    for symbol in symbols("category"):
        sheet.worksheet.conditional_format(
            FIRST_ROW,
            at,
            max(sheet.row - 1, FIRST_ROW),
            at,
            {
                "type": "cell",
                "criteria": "==",
                "value": f'"{symbol.label.zh}"',
                "format": workbook.add_format({"bg_color": _tint(symbol.colour)}),
            },
        )


def _tint(colour: str) -> str:
    """A colour light enough for dark text: three parts of white to one."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{(3 * 255 + part) // 4:02X}" for part in parts)
