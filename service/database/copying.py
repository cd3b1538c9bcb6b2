"""Bulk loading: rows of a model by binary COPY, in the session's own transaction."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
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

# Binary COPY casts nothing, so every column says its type. Geometry takes EWKB as it is, jsonb its
# text behind a version byte; these and arrays travel as bytes ready made. Subclasses stand first.
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
    (ARRAY, "bytea"),
    (Geometry, "bytea"),
)
JSONB_VERSION = b"\x01"
OID_TEXT, OID_INT4 = 25, 23


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
    encoders = {
        place: _encoder(column.type)
        for place, column in enumerate(described)
        if isinstance(column.type, JSONB | ARRAY)
    }
    count = 0
    with driver_connection(session).cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types([_wire_type(column.type) for column in described])
        for row in rows:
            copy.write_row(_encoded(row, encoders) if encoders else row)
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


def _encoded(row: Sequence[Any], encoders: Mapping[int, Callable[[Any], bytes]]) -> list[Any]:
    values = list(row)
    for place, encode in encoders.items():
        if values[place] is not None:
            values[place] = encode(values[place])
    return values


def _encoder(kind: TypeEngine[Any]) -> Callable[[Any], bytes]:
    if isinstance(kind, JSONB):
        return _json_bytes
    item = kind.item_type if isinstance(kind, ARRAY) else kind
    if isinstance(item, BigInteger) or not isinstance(item, Text | Integer):
        raise TypeError(f"COPY knows no arrays of {item!r}")
    oid = OID_TEXT if isinstance(item, Text) else OID_INT4
    return lambda values: _array_bytes(tuple(values), oid)


def _json_bytes(value: Any) -> bytes:
    return JSONB_VERSION + (value if isinstance(value, bytes) else orjson.dumps(value))


@lru_cache(maxsize=1024)
def _array_bytes(values: tuple[str, ...] | tuple[int, ...], oid: int) -> bytes:
    """A one-dimensional array of ``text`` or ``int4`` as the server reads it.

    Remembered: a batch has thousands of the same few lists of departments and prohibitions.
    """
    items = [
        value.encode() if isinstance(value, str) else value.to_bytes(4, "big", signed=True)
        for value in values
    ]
    sizes = (1, 0, oid, len(items), 1) if items else (0, 0, oid)
    head = struct.pack(f">{len(sizes)}i", *sizes)
    return head + b"".join(struct.pack(">i", len(item)) + item for item in items)


def _wire_type(kind: TypeEngine[Any]) -> str:
    for known, name in WIRE_TYPES:
        if isinstance(kind, known):
            return name
    raise TypeError(f"COPY knows no wire type for {kind!r}")
