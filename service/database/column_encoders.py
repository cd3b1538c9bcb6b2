"""Plain Python values of a column as binary COPY takes them, by the column's type.

Binary COPY casts nothing. Geometry is EWKB bytes; JSON is plain Python or bytes already written.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Any, TypeAlias, TypeVar

import numpy as np
import orjson
import pyarrow as pa
from geoalchemy2 import Geometry
from numpy.typing import NDArray
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
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from service.bulk import (
    Field,
    bytes_field,
    date_field,
    float_field,
    integer_field,
    nullable,
    text_field,
)

Encoded = TypeVar("Encoded")
Encoder: TypeAlias = Callable[[Sequence[Any]], Field]
"""Takes arrays, too, where they hold no None."""

JSONB_VERSION = b"\x01"
OID_TEXT, OID_INT4 = 25, 23
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def column_encoder(kind: TypeEngine[Any]) -> Encoder:
    """What turns the values of a column of this type into its bytes; None becomes NULL.

    Raises:
        TypeError: for a type that no table has had so far.
    """
    if isinstance(kind, ARRAY):
        return partial(_arrays, _oid_of(kind.item_type))
    for known, encoder in ENCODERS:
        if isinstance(kind, known):
            return encoder
    raise TypeError(f"COPY knows no column of {kind!r}")


def _numbers(width: int, values: Sequence[int | None] | NDArray[np.integer[Any]]) -> Field:
    if isinstance(values, np.ndarray):
        return integer_field(values, width)
    if None not in values:
        return integer_field(np.array(values, np.int64), width)
    numbers = pa.array(values).cast(pa.int64())
    present = integer_field(np.asarray(numbers.fill_null(0)), width)
    return nullable(present, np.asarray(numbers.is_null()))


def _floats(values: Sequence[float | None]) -> Field:
    return float_field(np.array(values, np.float64))


def _texts(values: Sequence[str | None]) -> Field:
    return text_field(pa.array(values, pa.large_string()))


def _uuids(values: Sequence[Any]) -> Field:
    return bytes_field(_each_once(lambda value: value.bytes, values))


def _instants(values: Sequence[datetime | None]) -> Field:
    return _numbers(8, _each_once(lambda value: (value - EPOCH) // MICROSECOND, values))


def _json(values: Sequence[Any]) -> Field:
    return bytes_field(_each_once(_json_bytes, values))


def _each_once(encode: Callable[[Any], Encoded], values: Sequence[Any]) -> list[Encoded | None]:
    """Every value encoded, None as None.

    What stands in many rows, such as a batch's run, its moment and where its numbers come from,
    is one object and encoded once.
    """
    distinct = {id(value): value for value in values if value is not None}
    encoded: dict[int, Encoded | None] = {key: encode(value) for key, value in distinct.items()}
    encoded[id(None)] = None
    return [encoded[id(value)] for value in values]


def _json_bytes(value: Any) -> bytes:
    return JSONB_VERSION + (value if isinstance(value, bytes) else orjson.dumps(value))


def _arrays(oid: int, values: Sequence[Any]) -> Field:
    return bytes_field([None if value is None else _array(tuple(value), oid) for value in values])


@lru_cache(maxsize=1024)
def _array(values: tuple[str, ...] | tuple[int, ...], oid: int) -> bytes:
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


def _oid_of(item: TypeEngine[Any]) -> int:
    if isinstance(item, BigInteger) or not isinstance(item, Text | Integer):
        raise TypeError(f"COPY knows no arrays of {item!r}")
    return OID_TEXT if isinstance(item, Text) else OID_INT4


# Subclasses stand first.
ENCODERS: tuple[tuple[type[TypeEngine[Any]], Encoder], ...] = (
    (BigInteger, partial(_numbers, 8)),
    (Integer, partial(_numbers, 4)),
    (Boolean, partial(_numbers, 1)),
    (Double, _floats),
    (Float, _floats),
    (Text, _texts),
    (Uuid, _uuids),
    (Date, date_field),
    (DateTime, _instants),
    (JSONB, _json),
    (Geometry, bytes_field),
)
