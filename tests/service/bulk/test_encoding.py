"""What is encoded for COPY is what the database reads back."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely

from service.bulk import (
    COPY_HEADER,
    COPY_TRAILER,
    Field,
    date_field,
    encode_rows,
    float_field,
    geometry_field,
    integer_field,
    json_field,
    text_field,
)
from service.database.engine import driver_connection
from service.runtime import Runtime


def read_back(runtime: Runtime, kind: str, *batches: Field) -> list[object]:
    with runtime.database.transaction() as session:
        connection = driver_connection(session)
        connection.execute(f"CREATE TEMP TABLE t (id serial, v {kind}) ON COMMIT DROP".encode())
        with connection.cursor().copy("COPY t (v) FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(COPY_HEADER)
            for batch in batches:
                copy.write(encode_rows([batch]))
            copy.write(COPY_TRAILER)
        return [row[0] for row in connection.execute("SELECT v FROM t ORDER BY id")]


def objects(*values: object) -> np.ndarray:
    array = np.empty(len(values), object)
    array[:] = values
    return array


def test_text_keeps_chinese_empty_and_missing_apart(runtime: Runtime) -> None:
    found = read_back(runtime, "text", text_field(objects("三星村", "", None, "a\tb\n")))
    assert found == ["三星村", "", None, "a\tb\n"]


def test_numbers_keep_their_values_and_not_a_number_is_null(runtime: Runtime) -> None:
    assert read_back(runtime, "bigint", integer_field(np.array([1, -(2**40)]))) == [1, -(2**40)]
    assert read_back(runtime, "integer", integer_field(np.array([7, -7]), 4)) == [7, -7]
    floats = float_field(np.array([0.1, np.nan, -1e300]))
    assert read_back(runtime, "double precision", floats) == [0.1, None, -1e300]


def test_dates_keep_their_days(runtime: Runtime) -> None:
    days = objects(date(1999, 12, 31), None, date(2026, 4, 2))
    assert read_back(runtime, "date", date_field(days)) == list(days)


def test_json_is_stored_as_json(runtime: Runtime) -> None:
    found = read_back(runtime, "jsonb", json_field(objects('{"备注": "甲"}', "{}")))
    assert found == [{"备注": "甲"}, {}]


def test_geometry_is_stored_with_its_reference_system(runtime: Runtime) -> None:
    square = shapely.MultiPolygon([shapely.box(105, 29, 106, 30)])
    found = read_back(runtime, "geometry(MultiPolygon,4490)", geometry_field(objects(square)))
    assert shapely.from_wkb(found[0]) == square
    assert shapely.get_srid(shapely.from_wkb(found[0])) == 4490


@pytest.mark.parametrize("size", [0, 1, 3])
def test_rows_of_several_batches_follow_one_another(runtime: Runtime, size: int) -> None:
    first = integer_field(np.arange(size))
    second = integer_field(np.arange(size, size + 2))
    assert read_back(runtime, "bigint", first, second) == list(range(size + 2))
