"""Bulk loading: rows of a model by binary COPY, in the session's own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from psycopg import sql
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.bulk import COPY_HEADER, COPY_TRAILER, encode_rows
from service.database.base import STORAGE_SRID, Base
from service.database.column_encoders import column_encoder
from service.database.engine import driver_connection

ROWS_AT_ONCE = 1000
"""Rows written together: the server stores them while the next are made."""


def copy_rows(
    session: Session, model: type[Base], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Append rows to a model's table; returns how many.

    ``columns`` names the columns in the order of each row's values. Geometry values are EWKB
    bytes with the storage SRID; JSON values are plain Python or bytes already written.
    """
    session.flush()
    table = model.metadata.tables[model.__tablename__]
    encoders = [column_encoder(table.columns[name].type) for name in columns]
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    count, coming = 0, iter(rows)
    with driver_connection(session).cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(COPY_HEADER)
        while some := list(islice(coming, ROWS_AT_ONCE)):
            values = zip(*some, strict=True)
            copy.write(encode_rows([encode(v) for encode, v in zip(encoders, values, strict=True)]))
            count += len(some)
        copy.write(COPY_TRAILER)
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
