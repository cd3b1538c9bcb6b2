"""Whole selections as files, in memory that does not grow with them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from service.features.access import Access, Admission
from service.features.crs import CRS84, ServedCrs
from service.features.fragments import Fragment
from service.features.geojson import page_query
from service.features.reader import Row
from service.features.selection import Selection, picked
from service.features.types import Kind, Property

ARROW: dict[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.INSTANT: pa.timestamp("ms", "UTC"),
    Kind.BOOLEAN: pa.bool_(),
    Kind.JSON: pa.string(),
}
CASTS = {Kind.NUMBER: "::float8", Kind.JSON: "::text", Kind.INTEGER: "::bigint"}
GEOMETRY = "geometry"
ROWS_AT_ONCE = 2000


async def geojson_stream(
    access: Access, admission: Admission, selection: Selection
) -> AsyncGenerator[bytes, None]:
    """A FeatureCollection piece by piece; the first piece comes once the first rows are there.

    A file has no header that names its system, so one of another than CRS84 names it itself, as
    GeoJSON of 2008 does and desktops read it, east before north.
    """
    rows_picked = picked(selection, admission)
    crs = selection.crs.in_files
    head = b'{"type":"FeatureCollection",' + _crs_member(selection.crs) + b'"features":['
    if rows_picked is None:
        yield head + b"]}"
        return
    query = page_query(rows_picked, selection.type, selection.properties, crs, None)
    async with aclosing(access.reader.batches(query)) as batches:
        async for rows in batches:
            yield head + b",\n".join(row[1] for row in rows)
            head = b",\n"
    yield b"]}" if head == b",\n" else head + b"]}"


def _crs_member(crs: ServedCrs) -> bytes:
    if crs == CRS84:
        return b""
    name = f"urn:ogc:def:crs:EPSG::{crs.epsg}"
    return b'"crs":' + orjson.dumps({"type": "name", "properties": {"name": name}}) + b","


async def row_stream(
    access: Access, admission: Admission, selection: Selection
) -> AsyncGenerator[list[Row], None]:
    """Batches of rows: the properties in order, then the geometry as WKB."""
    rows_picked = picked(selection, admission)
    if rows_picked is None:
        return
    table = selection.type.table
    columns = [f"({prop.expression}){CASTS.get(prop.kind, '')}" for prop in selection.properties]
    columns.append(f"ST_AsBinary({selection.crs.east_first_sql(f'{table}.geom')})")
    query = Fragment(
        f"SELECT {', '.join(columns)} {rows_picked.text} ORDER BY {table}.id",
        rows_picked.parameters,
    )
    async with aclosing(access.reader.batches(query, ROWS_AT_ONCE)) as batches:
        async for rows in batches:
            yield rows


def write_flatgeobuf(path: Path, selection: Selection, batches: Iterator[list[Row]]) -> None:
    """Write batches of :func:`row_stream` as one FlatGeobuf file.

    It has no spatial index: that would have to be held in memory until the last row is known.
    """
    # It brings pandas along, which would double the time that the service takes to start.
    import pyogrio

    schema = pa.schema(
        [pa.field(prop.name, ARROW[prop.kind]) for prop in selection.properties]
        + [pa.field(GEOMETRY, pa.binary())]
    )
    arrow = (_record_batch(schema, selection.properties, rows) for rows in batches)
    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(schema, arrow),
        path,
        driver="FlatGeobuf",
        layer=selection.type.name,
        geometry_name=GEOMETRY,
        geometry_type="MultiPolygon",
        crs=f"EPSG:{selection.crs.epsg}",
        layer_options={"SPATIAL_INDEX": "NO"},
    )


def _record_batch(
    schema: pa.Schema, properties: tuple[Property, ...], rows: list[Row]
) -> pa.RecordBatch:
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True))
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
