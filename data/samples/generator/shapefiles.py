"""Shapefiles as people send them: the text encoding, the language byte and the .prj are a choice.

GDAL writes the geometry; the attribute table is written here, because what matters is exactly
what a library would put right: Chinese in GBK with no sign of it.
"""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray

Value = str | float | int | None

TABLE_DATE = date(2026, 7, 1)
DEGREE_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class Column:
    """A DBF column: ``C`` text or ``N`` number, its width in bytes and its decimals."""

    name: str
    kind: str
    width: int
    decimals: int = 0


def text(name: str, width: int) -> Column:
    """A text column."""
    return Column(name, "C", width)


def number(name: str, width: int, decimals: int = 0) -> Column:
    """A numeric column."""
    return Column(name, "N", width, decimals)


def shapefile(
    stem: str,
    geometry: NDArray[np.object_],
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Value]],
    *,
    epsg: int,
    encoding: str = "gbk",
    language_byte: int = 0,
    cpg: str | None = None,
    prj: bool = True,
) -> dict[str, bytes]:
    """The files of a shapefile by name. ``geometry`` is in the CRS of ``epsg``, x before y."""
    parts = _shapes(geometry)
    files = {f"{stem}.shp": parts[".shp"], f"{stem}.shx": parts[".shx"]}
    files[f"{stem}.dbf"] = attribute_table(columns, rows, encoding, language_byte)
    if prj:
        wkt = pyproj.CRS.from_epsg(epsg).to_wkt("WKT1_ESRI")
        files[f"{stem}.prj"] = wkt.encode("ascii")
    if cpg is not None:
        files[f"{stem}.cpg"] = cpg.encode("ascii")
    return files


def attribute_table(
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Value]],
    encoding: str,
    language_byte: int,
) -> bytes:
    """A dBase III table."""
    width = 1 + sum(column.width for column in columns)
    head = struct.pack(
        "<BBBBIHH16xBB2x",
        3,
        TABLE_DATE.year - 1900,
        TABLE_DATE.month,
        TABLE_DATE.day,
        len(rows),
        33 + 32 * len(columns),
        width,
        0,
        language_byte,
    )
    fields = b"".join(
        struct.pack(
            "<11sc4xBB14x",
            column.name.encode("ascii"),
            column.kind.encode("ascii"),
            column.width,
            column.decimals,
        )
        for column in columns
    )
    records = b"".join(
        b" " + b"".join(_cell(column, row.get(column.name), encoding) for column in columns)
        for row in rows
    )
    return head + fields + b"\r" + records + b"\x1a"


def _cell(column: Column, value: Value, encoding: str) -> bytes:
    if value is None:
        return b" " * column.width
    if column.kind == "N":
        cell = f"{value:.{column.decimals}f}".rjust(column.width).encode("ascii")
    else:
        cell = str(value).encode(encoding).ljust(column.width)
    if len(cell) > column.width:
        raise ValueError(f"{value!r} does not fit {column.name}")
    return cell


def _shapes(geometry: NDArray[np.object_]) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shapes.shp"
        pyogrio.raw.write(
            path,
            shapely.to_wkb(geometry),
            field_data=[],
            fields=[],
            geometry_type="Polygon",
            crs="EPSG:4490",
            driver="ESRI Shapefile",
        )
        return {suffix: path.with_suffix(suffix).read_bytes() for suffix in (".shp", ".shx")}
