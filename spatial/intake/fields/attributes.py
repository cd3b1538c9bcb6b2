"""Everything that no canonical field takes, as one JSON object a row, put together by Arrow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Objects = NDArray[np.object_]

_TO_ESCAPE = '["\\\\\\x00-\\x1f]'


def json_objects(columns: Mapping[str, pa.Array], rows: int) -> Objects:
    """One JSON object of UTF-8 text a row; null and blank cells are left out."""
    made = [_fragment(orjson.dumps(name).decode(), c) for name, c in columns.items()]
    fragments = [fragment for fragment in made if fragment is not None]
    if not fragments:
        return np.full(rows, "{}", dtype=object)
    if all(isinstance(fragment, pa.Scalar) for fragment in fragments):
        whole_row = ",".join(str(fragment) for fragment in fragments)
        return np.full(rows, f"{{{whole_row}}}", dtype=object)
    # Arrow leaves out a row altogether when it has nothing to join, so that it always has "{".
    joined = pc.binary_join_element_wise("{", *fragments, ",", null_handling="skip")
    inner = pc.utf8_slice_codeunits(joined, start=2)
    whole = pc.binary_join_element_wise("{", inner, "}", "")
    return np.asarray(whole.to_numpy(zero_copy_only=False), dtype=object)


def with_values(attributes: str, values: Mapping[str, Any]) -> str:
    """A JSON object with more values, for the few rows whose cells could not be read."""
    return orjson.dumps(orjson.loads(attributes) | dict(values)).decode()


def _fragment(label: str, column: pa.Array) -> pa.Array | pa.Scalar | None:
    """``"name":value`` for each row, null where the cell is blank; None when all are.

    A column with one value throughout gives a scalar, which Arrow repeats for nothing.
    """
    kind = column.type
    if _is_bytes(kind) or column.null_count == len(column):
        return None
    if pa.types.is_dictionary(kind):
        values = _fragment(label, column.dictionary)
        if values is None:
            return None
        if isinstance(values, pa.Scalar):
            values = pa.array([values.as_py()] * len(column.dictionary))
        if len(values) == 1 and not column.null_count:
            return values[0] if values[0].is_valid else None
        return values.take(column.indices)
    return pc.binary_join_element_wise(label + ":", _json_values(column), "")


def _json_values(column: pa.Array) -> pa.Array:
    """JSON text of each value, null for null and blank ones."""
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return column.cast(pa.string())
    if pa.types.is_floating(kind):
        finite = pc.if_else(pc.is_finite(column), column, None)
        return finite.cast(pa.string())
    if pa.types.is_string(kind):
        filled = pc.if_else(pc.equal(column, ""), None, column)
        if not pc.any(pc.match_substring_regex(column, _TO_ESCAPE)).as_py():
            return pc.binary_join_element_wise('"', filled, '"', "")
        column = filled
    return pa.array([_dumps(value) for value in column.to_pylist()], pa.string())


def _dumps(value: Any) -> str | None:
    if value is None:
        return None
    options = orjson.OPT_NON_STR_KEYS | orjson.OPT_NAIVE_UTC
    return orjson.dumps(value, default=str, option=options).decode()


def _is_bytes(kind: pa.DataType) -> bool:
    return any(
        test(kind)
        for test in (
            pa.types.is_binary,
            pa.types.is_large_binary,
            pa.types.is_fixed_size_binary,
            pa.types.is_binary_view,
        )
    )
