"""Attributes as JSON, a row at a time, whatever is missing."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatial.intake.fields.attributes import json_objects, with_values

TEXTS = st.one_of(st.none(), st.text(st.characters(codec="utf-8"), max_size=6))


def expected(columns: dict[str, list[Any]], row: int) -> dict[str, Any]:
    return {name: v[row] for name, v in columns.items() if v[row] not in (None, "")}


@given(
    st.integers(1, 5).flatmap(
        lambda rows: st.dictionaries(
            st.text(max_size=4), st.lists(TEXTS, min_size=rows, max_size=rows), min_size=1
        )
    ),
    st.booleans(),
)
def test_every_row_keeps_its_own_values(columns: dict[str, list[Any]], encode: bool) -> None:
    arrays = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    if encode:
        arrays = {name: array.dictionary_encode() for name, array in arrays.items()}
    rows = len(next(iter(columns.values())))
    objects = json_objects(arrays, rows)
    assert [json.loads(text) for text in objects] == [expected(columns, r) for r in range(rows)]


@pytest.mark.parametrize(
    ("values", "json_values"),
    [
        ([1, None], [1, None]), ([1.5, float("nan")], [1.5, None]), ([True, False], [True, False]),
        ([1e300, 0.1], [1e300, 0.1]), ([date(2026, 4, 2), None], ["2026-04-02", None]),
        ([datetime(2026, 4, 2, 8), None], ["2026-04-02T08:00:00+00:00", None]),
        ([[1, 2], None], [[1, 2], None]), ([{"a": 1}, None], [{"a": 1}, None]),
        ([b"x", b"y"], [None, None]), ([None, None], [None, None]),
    ],
)  # fmt: skip
def test_values_keep_their_kind(values: list[Any], json_values: list[Any]) -> None:
    objects = [json.loads(text) for text in json_objects({"A": pa.array(values)}, 2)]
    assert objects == [{} if value is None else {"A": value} for value in json_values]


def test_rows_without_any_column_are_empty() -> None:
    assert json_objects({}, 2).tolist() == ["{}", "{}"]


def test_values_are_laid_over() -> None:
    assert json.loads(with_values('{"a":1}', {"b": "二"})) == {"a": 1, "b": "二"}
