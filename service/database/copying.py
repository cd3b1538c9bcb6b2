"""Bulk loading: rows of a model by binary COPY, in the session's own transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from psycopg import sql
from sqlalchemy.orm import Session

from service.bulk import COPY_HEADER, COPY_TRAILER, encode_rows
from service.database.base import STORAGE_SRID, Base
from service.database.column_encoders import column_encoder
from service.database.engine import driver_connection

# The name of the sequence is looked up once, not for every number.
RESERVE = """
SELECT array_agg(nextval(sequence) ORDER BY number)
  FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS sequence OFFSET 0) AS known,
       generate_series(1, %s) AS number
"""
ROWS_AT_ONCE = 500
"""Rows written together: the server stores them while the next are made."""


def copy_rows(
    session: Session, model: type[Base], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Append rows to a model's table; returns how many.

    ``columns`` names the columns in the order of each row's values. Geometry values are EWKB
    bytes with the storage SRID; JSON values are plain Python or bytes already written.
    """
    count, coming = 0, iter(rows)
    some = list(islice(coming, ROWS_AT_ONCE))
    if not some:
        return 0
    with _copying(session, model, columns) as write:
        while some:
            write(zip(*some, strict=True))
            count += len(some)
            some = list(islice(coming, ROWS_AT_ONCE))
    return count


def copy_columns(
    session: Session, model: type[Base], columns: Mapping[str, Sequence[Any] | NDArray[Any]]
) -> None:
    """As :func:`copy_rows`, for values that are at hand a column at a time."""
    with _copying(session, model, list(columns)) as write:
        write(columns.values())


@contextmanager
def _copying(
    session: Session, model: type[Base], columns: Sequence[str]
) -> Iterator[Callable[[Iterable[Any]], None]]:
    """What writes the values of some rows, a column at a time."""
    session.flush()
    table = model.metadata.tables[model.__tablename__]
    encoders = [column_encoder(table.columns[name].type) for name in columns]
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with driver_connection(session).cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(COPY_HEADER)
        yield lambda values: copy.write(
            encode_rows([encode(v) for encode, v in zip(encoders, values, strict=True)])
        )
        copy.write(COPY_TRAILER)


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
    if not count:
        return []
    with driver_connection(session).cursor(binary=True) as cursor:
        row = cursor.execute(RESERVE, (model.__tablename__, count)).fetchone()
    return sorted(row[0]) if row else []
