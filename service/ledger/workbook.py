"""The workbook: one sheet of all cases, one of concluded non-farm violations.

Written row by row in constant memory. Headings are frozen and filtered, areas are 亩 to two
decimals, the last row holds totals, categories have the colours of the map.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from service.ledger.columns import NON_FARM, TOWNSHIP, Column, Format, Value
from service.ledger.rows import LedgerRow
from service.symbology import symbols

LINE = "#C5CFC2"
HEADING_GROUND = "#E8EFE6"
NUMBER_FORMATS = {
    Format.TEXT: "General",
    Format.MU: "0.00_ ",
    Format.DATE: "yyyy-mm-dd",
}
ALIGNED: dict[Format, dict[str, Any]] = {
    Format.TEXT: {"indent": 1, "text_wrap": True},
    Format.DATE: {"align": "center"},
}
INDENT = 2
LINE_HEIGHT = 15
"""Points; a spreadsheet program does not fit rows to wrapped text by itself."""
CELL = {"valign": "vcenter", "border": 1, "border_color": LINE}
# A cell that starts like a formula must stay text in every spreadsheet program.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
FIRST_ROW = 1
A3 = 8
NON_FARM_CONCLUSION = "non_farm"


@dataclass
class Sheet:
    """One sheet while it is written."""

    worksheet: Worksheet
    columns: Sequence[Column]
    zone: ZoneInfo
    formats: dict[Format, CellFormat]
    row: int = FIRST_ROW
    totals: dict[int, float] = field(default_factory=dict)

    def head(self, heading: CellFormat) -> None:
        """The frozen heading row and the widths of the columns."""
        self.worksheet.freeze_panes(FIRST_ROW, 2)
        self.worksheet.set_row(0, 32)
        self.worksheet.write_string(0, 0, "序号", heading)
        self.worksheet.set_column(0, 0, 6)
        for at, column in enumerate(self.columns, start=1):
            self.worksheet.set_column(at, at, column.width)
            self.worksheet.write_string(0, at, column.heading, heading)

    def lay_out_pages(self) -> None:
        """Printed on A3 across, as wide as the sheet, the headings on every page."""
        self.worksheet.set_landscape()
        self.worksheet.set_paper(A3)
        self.worksheet.fit_to_pages(1, 0)
        self.worksheet.repeat_rows(0)
        self.worksheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        self.worksheet.set_footer("&L&A&C第 &P 页，共 &N 页&R&D")

    def add(self, row: LedgerRow) -> None:
        """One case."""
        values = [column.value(row, self.zone) for column in self.columns]
        needed = (lines(value, by.width) for value, by in zip(values, self.columns, strict=True))
        self.worksheet.set_row(self.row, LINE_HEIGHT * max(needed))
        self.worksheet.write_number(self.row, 0, self.row, self.formats[Format.TEXT])
        for at, (column, value) in enumerate(zip(self.columns, values, strict=True), start=1):
            self._write(at, value, self.formats[column.format])
            if column.summed and isinstance(value, int | float):
                self.totals[at] = self.totals.get(at, 0.0) + value
        self.row += 1

    def finish(self, heading: CellFormat, total: CellFormat) -> None:
        """Filters over what was written, and the totals below it."""
        self.worksheet.autofilter(0, 0, max(self.row - 1, 0), len(self.columns))
        self.worksheet.write_string(self.row, 0, "合计", heading)
        for at, column in enumerate(self.columns, start=1):
            if column.summed:
                self.worksheet.write_number(self.row, at, round(self.totals.get(at, 0.0), 2), total)

    def _write(self, at: int, value: Value, cell: CellFormat) -> None:
        if value is None:
            self.worksheet.write_blank(self.row, at, None, cell)
        elif isinstance(value, str):
            self.worksheet.write_string(self.row, at, value, cell)
        elif isinstance(value, int | float):
            self.worksheet.write_number(self.row, at, value, cell)
        else:
            self.worksheet.write_datetime(self.row, at, value, cell)


def lines(value: Value, width: int) -> int:
    """How many lines a text takes in a column; a Chinese character is as wide as two others."""
    if not isinstance(value, str):
        return 1
    wide = sum(2 if east_asian_width(character) in "WF" else 1 for character in value)
    return max(1, ceil(wide / (width - INDENT)))


def write_workbook(target: Path, rows: Iterable[LedgerRow], zone: ZoneInfo) -> int:
    """Write the ledger; returns how many cases it holds."""
    with xlsxwriter.Workbook(target, {**OPTIONS, "tmpdir": str(target.parent)}) as workbook:
        formats = {
            kind: workbook.add_format(CELL | {"num_format": pattern} | ALIGNED.get(kind, {}))
            for kind, pattern in NUMBER_FORMATS.items()
        }
        heading = workbook.add_format(
            CELL | {"bold": True, "text_wrap": True, "align": "center", "bg_color": HEADING_GROUND}
        )
        total = workbook.add_format(CELL | {"bold": True, "num_format": NUMBER_FORMATS[Format.MU]})
        township = Sheet(workbook.add_worksheet("图斑台账"), TOWNSHIP, zone, formats)
        non_farm = Sheet(workbook.add_worksheet("非农违法清单"), NON_FARM, zone, formats)
        for sheet in (township, non_farm):
            sheet.head(heading)
            sheet.lay_out_pages()
        for row in rows:
            township.add(row)
            if row.case.conclusion == NON_FARM_CONCLUSION:
                non_farm.add(row)
        for sheet in (township, non_farm):
            sheet.finish(heading, total)
        _paint_categories(workbook, township)
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
