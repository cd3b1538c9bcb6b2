"""Bulk loading: rows of a model by binary COPY, in the session's own transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import orjson
import shapely
from geoalchemy2 import Geometry
from numpy.typing import NDArray
from psycopg import sql
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Float,
    Integer,
    Text,
    Uuid,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from service.database.base import STORAGE_SRID, Base
from service.database.engine import driver_connection

# Binary COPY casts nothing, so every column says its type. Geometry takes EWKB as it is, and
# jsonb its text behind a version byte: both travel as plain bytes. Subclasses stand first.
WIRE_TYPES: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (BigInteger, "int8"),
    (Integer, "int4"),
    (Double, "float8"),
    (Float, "float8"),
    (Boolean, "bool"),
    (Text, "text"),
    (Uuid, "uuid"),
    (Date, "date"),
    (DateTime, "timestamptz"),
    (JSONB, "bytea"),
    (Geometry, "bytea"),
)
JSONB_VERSION = b"\x01"


def copy_rows(
    session: Session, model: type[Base], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Append rows to a model's table; returns how many.

    ``columns`` names the columns in the order of each row's values. Geometry values are EWKB
    bytes with the storage SRID; JSON values are plain Python or bytes already written.
    """
    session.flush()
    table = model.metadata.tables[model.__tablename__]
    described = [table.columns[name] for name in columns]
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    jsons = [place for place, column in enumerate(described) if isinstance(column.type, JSONB)]
    count = 0
    with driver_connection(session).cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types([_wire_type(column) for column in described])
        write: Callable[[Sequence[Any]], None] = copy.write_row
        for row in rows:
            write(_with_json(row, jsons) if jsons else row)
            count += 1
    return count


def ewkb_of(geometry: NDArray[np.object_]) -> list[bytes | None]:
    """Polygons as the storage's multipolygons, written as EWKB; None stays None.

    ``geometry``: object array of shapely polygons and multipolygons, EPSG:4490.
    """
    multi = np.array(geometry, dtype=np.object_)
    single = np.flatnonzero(shapely.get_type_id(multi) == shapely.GeometryType.POLYGON)
    if len(single):
        multi[single] = shapely.multipolygons(multi[single], indices=np.arange(len(single)))
    written: list[bytes | None] = shapely.to_wkb(
        shapely.set_srid(multi, STORAGE_SRID), include_srid=True
    ).tolist()
    return written


def reserve_ids(session: Session, model: type[Base], count: int) -> list[int]:
    """Take ``count`` fresh ids of a model with an identity key, ascending."""
    sequence = func.pg_get_serial_sequence(model.__tablename__, "id")
    numbers = func.generate_series(1, count).table_valued("number")
    statement = select(func.nextval(sequence)).select_from(numbers)
    return sorted(session.scalars(statement)) if count else []


def _with_json(row: Sequence[Any], places: Sequence[int]) -> list[Any]:
    values = list(row)
    for place in places:
        value = values[place]
        if value is not None:
            written = value if isinstance(value, bytes) else orjson.dumps(value)
            values[place] = JSONB_VERSION + written
    return values


def _wire_type(column: Column[Any]) -> str:
    kind = column.type
    if isinstance(kind, ARRAY):
        return _name_of(kind.item_type) + "[]"
    return _name_of(kind)


def _name_of(kind: TypeEngine[Any]) -> str:
    for known, name in WIRE_TYPES:
        if isinstance(kind, known):
            return name
    raise TypeError(f"COPY knows no wire type for {kind!r}")
