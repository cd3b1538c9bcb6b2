"""The table of findings written in the format that its file name asks for."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import geopandas
import xlsxwriter
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError
from xlsxwriter.exceptions import XlsxWriterException

from spatial.errors import SourceError
from spatial.messages import Message
from spatial.rules import Outcome
from spatial.screening.results import COLUMNS

Table: TypeAlias = geopandas.GeoDataFrame
MOST_ROWS = 1_048_575
"""Rows of a sheet below its headings; what is written beyond is lost without a word."""
_TOO_MANY_ROWS = Message(
    "结果超过 Excel 一张表的上限 {rows} 行，请改用 .gpkg 或 .parquet。",
    "The result has more than the {rows} rows that a sheet of Excel takes; write .gpkg or "
    ".parquet.",
)
_NOT_WRITTEN = Message(
    "结果文件 {file} 不能写入（{why}）：请检查磁盘空间和文件夹权限，或换一个位置。",
    "The result {file} cannot be written ({why}): look at the disk's space and the folder's "
    "permissions, or choose another place.",
)
_WIDEST = 60
_NARROWEST = 8


def check_format(out: Path) -> None:
    """Refuse a file name that no writer answers for, before anything is read.

    Raises:
        SourceError: for another ending than ``.gpkg``, ``.geojson``, ``.parquet`` or ``.xlsx``.
    """
    if out.suffix.lower() not in WRITERS:
        endings = ", ".join(WRITERS)
        raise SourceError(
            Message(
                f"输出文件 {out.name} 的后缀应为 {endings} 之一。",
                f"The output file {out.name} should end in one of {endings}.",
            ),
            code="output-format-unknown",
            file=out.name,
            choices=tuple(WRITERS),
        )


def write_table(table: Table, out: Path) -> None:
    """Write findings; what stood under the name is replaced when all is written.

    GeoPackage: layers ``cases`` and ``others``; Excel: a sheet for each; GeoJSON (RFC 7946) and
    GeoParquet: cases alone.

    Raises:
        SourceError: when the file cannot be written, as on a full disk.
    """
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".plotwatch-") as folder:
            draft = Path(folder) / out.name
            WRITERS[out.suffix.lower()](table, draft)
            draft.replace(out)
    except (OSError, DataSourceError, DataLayerError, FeatureError, XlsxWriterException) as error:
        raise SourceError(
            _NOT_WRITTEN.format(file=out, why=error), code="output-not-written", file=out.name
        ) from error


def _cases(table: Table) -> Table:
    return table[table["outcome"] == Outcome.CASE.value]


def _others(table: Table) -> Table:
    return table[table["outcome"] != Outcome.CASE.value]


def _write_geopackage(table: Table, out: Path) -> None:
    # By way of Arrow days stay days.
    _cases(table).to_file(out, layer="cases", driver="GPKG", use_arrow=True)
    _others(table).to_file(out, layer="others", driver="GPKG", use_arrow=True)


def _write_geojson(table: Table, out: Path) -> None:
    # RFC 7946 knows WGS 84 alone; CGCS2000 differs from it by centimetres.
    cases = _cases(table).set_crs("OGC:CRS84", allow_override=True)
    cases.to_file(out, driver="GeoJSON", use_arrow=True, RFC7946="YES", COORDINATE_PRECISION="9")


def _write_parquet(table: Table, out: Path) -> None:
    _cases(table).to_parquet(out, index=False, write_covering_bbox=True)


def _write_excel(table: Table, out: Path) -> None:
    sheets = {"疑似图斑": _cases(table), "边角细缝与不涉及耕地": _others(table)}
    if max(map(len, sheets.values())) > MOST_ROWS:
        raise SourceError(_TOO_MANY_ROWS.format(rows=MOST_ROWS), code="too-many-rows")
    with xlsxwriter.Workbook(
        str(out), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
    ) as book:
        for title, rows in sheets.items():
            _write_sheet(book, title, rows)


def _write_sheet(book: Any, title: str, table: Table) -> None:
    heading = book.add_format(
        {
            "bold": True,
            "text_wrap": True,
            "align": "center",
            "valign": "vcenter",
            "bg_color": "#DCE6D4",
            "border": 1,
        }
    )
    text = book.add_format({"text_wrap": True, "valign": "top"})
    figure = book.add_format({"num_format": "0.00", "valign": "top"})
    sheet = book.add_worksheet(title)
    columns = [table[column.name].tolist() for column in COLUMNS]
    sheet.set_row(0, 32)
    for place, (column, values) in enumerate(zip(COLUMNS, columns, strict=True)):
        style = figure if column.heading.endswith(("（亩）", "（平方米）")) else text
        sheet.set_column(place, place, _width(column.heading, values), style)
        sheet.write_string(0, place, column.heading, heading)
    # Row by row: what is written already is kept on disk, not in memory.
    for row, cells in enumerate(zip(*columns, strict=True), start=1):
        for place, value in enumerate(cells):
            _write_cell(sheet, row, place, value)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(table), 1), len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_cell(sheet: Any, row: int, place: int, value: Any) -> None:
    if isinstance(value, bool):
        sheet.write_string(row, place, "是" if value else "否")
    elif isinstance(value, str):
        # Text stays text: numbers of patches may begin with = or 0.
        sheet.write_string(row, place, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value)
    elif value is not None and value == value:
        sheet.write_number(row, place, value)


def _width(heading: str, values: list[Any]) -> int:
    """Characters for a column; a Chinese character takes two."""
    longest = max((_length(str(value)) for value in values if value is not None), default=0)
    return max(_NARROWEST, min(_WIDEST, max(longest, _length(heading)) + 2))


def _length(text: str) -> int:
    return sum(1 if character.isascii() else 2 for character in text)


WRITERS: Mapping[str, Callable[[Table, Path], None]] = {
    ".gpkg": _write_geopackage,
    ".geojson": _write_geojson,
    ".parquet": _write_parquet,
    ".xlsx": _write_excel,
}
