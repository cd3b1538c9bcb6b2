"""Arrow columns as the arrays that batches carry; each distinct value is read once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from spatial.intake.fields.instants import days_to_china

Objects = NDArray[np.object_]
Floats = NDArray[np.float64]

_DAY = 86_400


def text_of(column: pa.Array) -> pa.Array:
    """Any column as trimmed text, blank cells null; whole numbers without a decimal point.

    Dictionaries stay dictionaries.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return pa.DictionaryArray.from_arrays(column.indices, text_of(column.dictionary))
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        column = column.cast(pa.string())
    elif pa.types.is_floating(kind):
        column = _number_text(column)
    elif not pa.types.is_string(kind):
        column = _any_text(column)
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)


def floats_of(column: pa.Array) -> Floats:
    """Any column as float64, NaN where a cell is no finite number.

    Text may have thousands separators, spaces and full-width digits.
    """
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        numbers = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return np.where(np.isfinite(numbers), numbers, np.nan)
    values = read_distinct(text_of(column), _float)
    return np.array([np.nan if value is None else value for value in values], np.float64)


def days_of(column: pa.Array) -> NDArray[np.datetime64]:
    """A column of dates or times as days, NaT for null.

    Times that know their zone count in UTC and are the day that they are in China.
    """
    kind = column.type
    if not pa.types.is_timestamp(kind):
        return np.asarray(column.cast(pa.date32()).to_numpy(zero_copy_only=False), "M8[D]")
    counted = seconds_of(column)
    later = days_to_china(counted) if kind.tz else 0
    days: NDArray[np.datetime64] = (counted // _DAY + later).astype("M8[D]")
    days[np.asarray(column.is_null())] = np.datetime64("NaT")
    return days


def seconds_of(column: pa.Array) -> NDArray[np.int64]:
    """A column of times as whole seconds since 1970, in UTC where they know their zone."""
    kind = pa.timestamp("s", column.type.tz)
    seconds = column.cast(kind, safe=False).cast(pa.int64())
    return np.asarray(pc.fill_null(seconds, 0).to_numpy(zero_copy_only=False), np.int64)


def objects_of(column: pa.Array) -> Objects:
    """A text column as an object array of ``str | None``."""
    if pa.types.is_dictionary(column.type):
        return read_distinct(column, str)
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=object)


def read_distinct(column: pa.Array, read: Callable[[Any], Any]) -> Objects:
    """Each distinct value read once; null stays None. ``read`` must not raise."""
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    values = np.empty(len(encoded.dictionary) + 1, dtype=object)
    for position, value in enumerate(encoded.dictionary.to_pylist()):
        values[position] = None if value is None else read(value)
    indices = pc.fill_null(encoded.indices, len(encoded.dictionary)).to_numpy(zero_copy_only=False)
    return np.asarray(values[indices], dtype=object)


def distinct_texts(column: pa.Array) -> list[str]:
    """The distinct texts of a column."""
    text = text_of(column)
    values = text.dictionary if pa.types.is_dictionary(text.type) else pc.unique(text)
    return [value for value in values.to_pylist() if value]


def _number_text(column: pa.Array) -> pa.Array:
    values = column.to_numpy(zero_copy_only=False)
    finite = np.isfinite(values)
    whole = bool(np.all(values[finite] == np.trunc(values[finite])))
    if whole and np.all(np.abs(values[finite]) < 2**63):
        integers = pa.array(np.where(finite, values, 0).astype(np.int64), mask=~finite)
        return integers.cast(pa.string())
    return pc.if_else(pa.array(finite), column.cast(pa.string()), None)


def _any_text(column: pa.Array) -> pa.Array:
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        values = column.to_pylist()
        return pa.array([None if value is None else str(value) for value in values], pa.string())


def _float(text: str) -> float | None:
    plain = "".join(unicodedata.normalize("NFKC", text).replace(",", "").split())
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if np.isfinite(number) else None
