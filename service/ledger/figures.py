"""The summary sheets: villages, departments and months with their counts, areas and rates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from service.accounts.roles import Principal
from service.cases.figures import summaries
from service.cases.filters import CaseFilters
from service.cases.periods import Length
from service.ledger.sheets import Format, Styles, lay_out_pages, write_cell
from service.settings import Settings
from spatial.area import to_mu
from spatial.words import Category, Protection

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A heading and how its cell comes from figures; rates from 0 to 1, areas in 亩."""

    heading: str
    value: Callable[[Figures], float | None]
    format: Format = Format.NUMBER


@dataclass(frozen=True, slots=True)
class FigureTable:
    """One summary sheet: ``rows`` are named figures, ``total`` those of all of them."""

    title: str
    first_heading: str
    rows: Sequence[Figures]
    total: Figures


def figure_tables(
    session: Session, principal: Principal, filters: CaseFilters, settings: Settings
) -> list[FigureTable]:
    """The summaries of the cases that the ledger lists, as the page and the API tell them."""
    villages, total = summaries.village_figures(session, principal, filters)
    departments, _ = summaries.department_figures(session, principal, filters)
    months, _ = summaries.period_figures(session, principal, filters, Length.MONTH, settings.zone)
    return [
        FigureTable("各村汇总", "村(社区)", villages, total),
        FigureTable("各部门汇总", "责任部门", departments, total),
        FigureTable("月度汇总", "下发月份", months, total),
    ]


def _category(category: Category) -> Callable[[Figures], float]:
    return lambda figures: figures["by_category"].get(category.value, {"cases": 0})["cases"]


def _rate(name: str) -> Callable[[Figures], float | None]:
    return lambda figures: figures["rates"][name]["rate"]


def _permanent(figures: Figures) -> float:
    protected = figures["by_protection"][Protection.PERMANENT_BASIC_FARMLAND.value]
    return float(to_mu(protected["area"]))


COLUMNS: tuple[FigureColumn, ...] = (
    FigureColumn("图斑数", lambda figures: figures["cases"]),
    FigureColumn("未办结", lambda figures: figures["open"]),
    FigureColumn("逾期", lambda figures: figures["overdue"]),
    FigureColumn("疑似非农化", _category(Category.NON_FARM)),
    FigureColumn("疑似非粮化", _category(Category.NON_GRAIN)),
    FigureColumn("疑似面积(亩)", lambda figures: float(figures["suspect_mu"]), Format.MU),
    FigureColumn("涉及永农(亩)", _permanent, Format.MU),
    FigureColumn("核查率", _rate("verification"), Format.RATE),
    FigureColumn("按期核查率", _rate("verification_in_time"), Format.RATE),
    FigureColumn("整改率(面积)", _rate("rectification"), Format.RATE),
    FigureColumn("销号率", _rate("write_off"), Format.RATE),
    FigureColumn("办结率", _rate("closure"), Format.RATE),
    FigureColumn("违法占用耕地比例", _rate("illegal_cropland"), Format.RATE),
)
FIRST_ROW = 1
RATE_BAR = {
    "type": "data_bar",
    "bar_color": "#7FB8A4",
    "bar_solid": True,
    "min_type": "num",
    "min_value": 0,
    "max_type": "num",
    "max_value": 1,
}


def write_figures(workbook: Workbook, styles: Styles, table: FigureTable) -> None:
    """One summary sheet: a row for each of its figures, the total, the rates with bars."""
    worksheet = workbook.add_worksheet(table.title)
    lay_out_pages(worksheet)
    worksheet.freeze_panes(FIRST_ROW, 1)
    worksheet.set_row(0, 32)
    worksheet.set_column(0, 0, 18)
    worksheet.set_column(1, len(COLUMNS), 13)
    worksheet.write_string(0, 0, table.first_heading, styles.heading)
    for at, column in enumerate(COLUMNS, start=1):
        worksheet.write_string(0, at, column.heading, styles.heading)
    for row, figures in enumerate(table.rows, start=FIRST_ROW):
        write_cell(worksheet, row, 0, figures["name"], styles.cells[Format.TEXT])
        for at, column in enumerate(COLUMNS, start=1):
            write_cell(worksheet, row, at, column.value(figures), styles.cells[column.format])
    _finish(worksheet, styles, table)


def _finish(worksheet: Worksheet, styles: Styles, table: FigureTable) -> None:
    last = FIRST_ROW + len(table.rows)
    worksheet.write_string(last, 0, "合计", styles.heading)
    for at, column in enumerate(COLUMNS, start=1):
        write_cell(worksheet, last, at, column.value(table.total), styles.totals[column.format])
        if column.format is Format.RATE:
            worksheet.conditional_format(FIRST_ROW, at, last, at, RATE_BAR)
