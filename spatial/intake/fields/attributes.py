"""Everything that no canonical field takes, as one JSON object a row, put together by Arrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Objects = NDArray[np.object_]

_TO_ESCAPE = '["\\\\\\x00-\\x1f]'
_FEW_DISTINCT = 0.2


def json_objects(columns: Mapping[str, pa.Array], rows: int) -> Objects:
    """One JSON object of UTF-8 text a row; null and blank cells are left out."""
    fragments = [
        fragment
        for name, column in columns.items()
        if (fragment := _fragment(name, column)) is not None
    ]
    if not fragments:
        return np.full(rows, "{}", dtype=object)
    inner = pc.binary_join_element_wise(*fragments, ",", null_handling="skip")
    whole = pc.binary_join_element_wise("{", inner, "}", "")
    return np.asarray(whole.to_numpy(zero_copy_only=False), dtype=object)


def with_values(attributes: str, values: Mapping[str, Any]) -> str:
    """A JSON object with more values, for the few rows whose cells could not be read."""
    return orjson.dumps(orjson.loads(attributes) | dict(values)).decode()


def dropped_types(columns: Mapping[str, pa.Array]) -> Sequence[str]:
    """Headings whose values are bytes, which attributes do not keep."""
    return [name for name, column in columns.items() if _is_bytes(column.type)]


def _fragment(name: str, column: pa.Array) -> pa.Array | None:
    """``"name":value`` for each row, null where the cell is blank; None for bytes."""
    kind = column.type
    if pa.types.is_null(kind) or _is_bytes(kind) or not len(column):
        return None
    label = orjson.dumps(name).decode() + ":"
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return pc.binary_join_element_wise(label, column.cast(pa.string()), "")
    if pa.types.is_floating(kind):
        finite = pc.if_else(pc.is_finite(column), column, None)
        return _joined(label, _distinct(finite, _dumps))
    if pa.types.is_string(kind):
        return _text_fragment(label, column)
    return _joined(label, pa.array([_dumps(value) for value in column.to_pylist()], pa.string()))


def _text_fragment(label: str, column: pa.Array) -> pa.Array:
    if pc.any(pc.match_substring_regex(column, _TO_ESCAPE)).as_py():
        return _joined(label, _distinct(column, _dumps))
    filled = pc.if_else(pc.equal(column, ""), None, column)
    return pc.binary_join_element_wise(label + '"', filled, '"', "")


def _joined(label: str, values: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(label, values, "")


def _distinct(column: pa.Array, dump: Any) -> pa.Array:
    encoded = column.dictionary_encode()
    texts = pa.array([dump(value) for value in encoded.dictionary.to_pylist()], pa.string())
    return texts.take(encoded.indices)


def _dumps(value: Any) -> str | None:
    if value is None or value == "":
        return None
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
    )
