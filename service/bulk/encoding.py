"""Columns in, the bytes of ``COPY … FROM STDIN (FORMAT BINARY)`` out.

Each value is its length (big-endian int32, -1 for NULL) and its bytes; a row is the number of its
fields and then the fields (PostgreSQL manual, COPY, "Binary Format"). Arrow joins the pieces of
all rows without a Python object per value. Nothing here knows a database.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_TRAILER = b"\xff\xff"

Field: TypeAlias = tuple[pa.Array, ...]
"""One column: arrays of bytes whose concatenation is each row's encoded value."""

BYTES = pa.large_binary()
NULL = (-1).to_bytes(4, "big", signed=True)
JSONB_VERSION = b"\x01"
STORED_SRID = 4490
EPOCH = np.datetime64("2000-01-01", "D")


def encode_rows(fields: Sequence[Field]) -> memoryview:
    """The rows of one batch, ready to follow the header; all fields have the same length."""
    rows = len(fields[0][0])
    count = pa.scalar(len(fields).to_bytes(2, "big"), BYTES)
    pieces = [piece for field in fields for piece in field]
    joined = pc.binary_join_element_wise(count, *pieces, pa.scalar(b"", BYTES))
    if rows == 0:
        return memoryview(b"")
    offsets = np.frombuffer(joined.buffers()[1], np.int64, rows + 1, joined.offset * 8)
    return memoryview(joined.buffers()[2])[offsets[0] : offsets[-1]]


def integer_field(values: NDArray[np.integer[Any]], width: int = 8) -> Field:
    """A ``bigint`` (``width`` 8), ``integer`` (4) or ``boolean`` (1) column; no NULLs."""
    return (_fixed(values.astype(f">i{width}")),)


def float_field(values: NDArray[np.floating[Any]]) -> Field:
    """A ``double precision`` column; NaN becomes NULL."""
    return (_with_nulls(_fixed(values.astype(">f8")), np.isnan(values)),)


def date_field(values: Sequence[date | None] | NDArray[Any]) -> Field:
    """A ``date`` column; None and NaT become NULL."""
    # Arrow reads Python's dates many times as fast as NumPy.
    days = np.asarray(pa.array(values, pa.date32()))
    missing = np.isnat(days)
    numbers = np.where(missing, 0, (days - EPOCH).astype(np.int64))
    return (_with_nulls(_fixed(numbers.astype(">i4")), missing),)


def bytes_field(values: Sequence[bytes | None]) -> Field:
    """A column of values written as the server reads them; None becomes NULL."""
    return _variable(pa.array(values, BYTES))


def nullable(field: Field, missing: NDArray[np.bool_]) -> Field:
    """A column of values of one width, with NULL where ``missing``."""
    (encoded,) = field
    return (_with_nulls(encoded, missing),)


def text_field(values: NDArray[np.object_] | pa.Array) -> Field:
    """A ``text`` column; None becomes NULL."""
    return _variable(pa.array(values, pa.large_string(), from_pandas=True).cast(BYTES))


def filled(values: NDArray[np.object_], fallback: NDArray[Any]) -> NDArray[np.object_]:
    """Texts, with those of ``fallback`` (any dtype, written as text) where there is None."""
    missing = np.array([value is None for value in values], bool)
    if not missing.any():
        return values
    return np.where(missing, fallback.astype(str), values)


def json_field(values: NDArray[np.object_] | pa.Array) -> Field:
    """A ``jsonb`` column of JSON texts; no NULLs."""
    content = pa.array(values, pa.large_string()).cast(BYTES)
    version = pa.repeat(pa.scalar(JSONB_VERSION, BYTES), len(content))
    return _lengths(content, extra=1), version, content


def geometry_field(values: NDArray[np.object_]) -> Field:
    """A PostGIS ``geometry`` column as two-dimensional EWKB in EPSG:4490; no NULLs."""
    marked = shapely.set_srid(values, STORED_SRID)
    wkb = shapely.to_wkb(marked, include_srid=True, output_dimension=2)
    return _variable(pa.array(wkb, BYTES))


def _fixed(values: NDArray[Any]) -> pa.Array:
    """Length and bytes of big-endian values that all have the same width."""
    width = values.dtype.itemsize
    cells = np.empty((len(values), 4 + width), np.uint8)
    cells[:, :4] = np.frombuffer(width.to_bytes(4, "big"), np.uint8)
    cells[:, 4:] = values.view(np.uint8).reshape(len(values), width)
    return _cells(cells)


def _variable(content: pa.Array) -> Field:
    return _lengths(content), content.fill_null(b"")


def _lengths(content: pa.Array, extra: int = 0) -> pa.Array:
    lengths = pc.binary_length(content).cast(pa.int32())
    numbers = pc.add(lengths, pa.scalar(extra, pa.int32())).fill_null(-1)
    values = np.asarray(numbers).astype(">i4")
    return _cells(values.view(np.uint8).reshape(len(values), 4))


def _with_nulls(encoded: pa.Array, missing: NDArray[np.bool_]) -> pa.Array:
    if not missing.any():
        return encoded
    return pc.if_else(pa.array(missing), pa.scalar(NULL, BYTES), encoded)


def _cells(cells: NDArray[np.uint8]) -> pa.Array:
    width = cells.shape[1]
    buffer = pa.py_buffer(np.ascontiguousarray(cells))
    kind = pa.binary(width)
    return pa.FixedSizeBinaryArray.from_buffers(kind, len(cells), [None, buffer]).cast(BYTES)
