"""How sheets look: cell formats, rows that fit their text, pages ready for the printer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from math import ceil
from typing import Any
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

Value = str | float | int | date | None

A3 = 8
LINE = "#C5CFC2"
HEADING_GROUND = "#E8EFE6"
INDENT = 2
LINE_HEIGHT = 15
"""Points; a spreadsheet program does not fit rows to wrapped text by itself."""
# A cell that starts like a formula must stay text in every spreadsheet program.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


class Format(Enum):
    """How a column's cells are shown."""

    TEXT = "text"
    NUMBER = "number"
    MU = "mu"
    RATE = "rate"
    DATE = "date"


CELL = {"valign": "vcenter", "border": 1, "border_color": LINE}
LOOKS: dict[Format, dict[str, Any]] = {
    Format.TEXT: {"indent": 1, "text_wrap": True},
    Format.NUMBER: {"num_format": "0_ "},
    Format.MU: {"num_format": "0.00_ "},
    Format.RATE: {"num_format": "0.0%"},
    Format.DATE: {"num_format": "yyyy-mm-dd", "align": "center"},
}


@dataclass(frozen=True, slots=True)
class Styles:
    """The formats of a workbook: of its cells, of the cells of totals, of its headings."""

    cells: dict[Format, CellFormat]
    totals: dict[Format, CellFormat]
    heading: CellFormat

    @classmethod
    def of(cls, workbook: Workbook) -> Styles:
        """The formats, made known to a workbook."""
        heading = {"bold": True, "text_wrap": True, "align": "center", "bg_color": HEADING_GROUND}
        return cls(
            cells={kind: workbook.add_format(CELL | look) for kind, look in LOOKS.items()},
            totals={
                kind: workbook.add_format(CELL | look | {"bold": True})
                for kind, look in LOOKS.items()
            },
            heading=workbook.add_format(CELL | heading),
        )


def lay_out_pages(worksheet: Worksheet) -> None:
    """Printed on A3 across, as wide as the sheet, the headings on every page."""
    worksheet.set_landscape()
    worksheet.set_paper(A3)
    worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(0)
    worksheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    worksheet.set_footer("&L&A&C第 &P 页，共 &N 页&R&D")


def write_cell(worksheet: Worksheet, row: int, column: int, value: Value, cell: CellFormat) -> None:
    """A value in its cell; an empty one keeps the cell's lines."""
    if value is None:
        worksheet.write_blank(row, column, None, cell)
    elif isinstance(value, str):
        worksheet.write_string(row, column, value, cell)
    elif isinstance(value, int | float):
        worksheet.write_number(row, column, value, cell)
    else:
        worksheet.write_datetime(row, column, value, cell)


def lines(value: Value, width: int) -> int:
    """How many lines a text takes in a column; a Chinese character is as wide as two others."""
    if not isinstance(value, str):
        return 1
    wide = sum(2 if east_asian_width(character) in "WF" else 1 for character in value)
    return max(1, ceil(wide / (width - INDENT)))
