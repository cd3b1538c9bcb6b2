"""Rows by COPY come back as they went in."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
import shapely
from sqlalchemy import ARRAY, BigInteger, LargeBinary, select

from service.cases.models import Case
from service.database.column_encoders import column_encoder
from service.database.copying import copy_rows, ewkb_of, reserve_ids
from service.findings.models import Finding
from service.runtime import Runtime
from spatial.words import Category

NOW = datetime(2026, 4, 2, 3, 4, 5, 678901, UTC)


def case_values(case_id: int) -> dict[str, Any]:
    ground = ewkb_of(np.array([shapely.box(105, 29, 105.1, 29.1)], dtype=object))[0]
    return {
        "id": case_id,
        "code": "500118001001-2026-0001",
        "village_code": "500118001001",
        "patch_id": 2**40,
        "batch_id": 1,
        "recurrence_of": None,
        "category": Category.UNVERIFIED,
        "rule": 3,
        "rule_version": "1",
        "prohibitions": [1, 6],
        "severity": 2,
        "department": "规划和自然资源",
        "supporting_departments": [],
        "reason": "疑似“占用”，\n待核实",
        "reason_en": "",
        "legal_basis": "法",
        "areas": {"suspect": 12.5, "名": None},
        "exemptions": [],
        "run_id": uuid.uuid4(),
        "provenance": b'{"plots_version": 4}',
        "countable": False,
        "verify_workdays": None,
        "rectify_days": 30,
        "rectify_until": None,
        "after_date": date(1999, 12, 31),
        "status": "pending_assignment",
        "version": 1,
        "facts": {},
        "due_at": None,
        "created_at": NOW,
        "updated_at": NOW,
        "geom": ground,
    }


def test_a_case_of_every_type_of_column_comes_back_as_it_was(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        values = case_values(reserve_ids(session, Case, 1)[0])
        assert copy_rows(session, Case, tuple(values), [tuple(values.values())]) == 1
        case = session.scalars(select(Case)).one()
        back = {name: getattr(case, name) for name in values}
    assert shapely.from_wkb(bytes(back.pop("geom").data)) == shapely.from_wkb(values.pop("geom"))
    assert back == values | {"provenance": {"plots_version": 4}}


def test_more_rows_than_are_written_at_once_arrive_in_their_order(runtime: Runtime) -> None:
    columns = ("run_id", "patch_id", "after_date", "village_code", "outcome", "judgement", "geom")
    run_id = uuid.uuid4()
    rows = [
        (run_id, row, None if row % 3 else date(2026, 1, 2), None, "case", {"rule": row}, None)
        for row in range(2_500)
    ]
    with runtime.database.transaction() as session:
        assert copy_rows(session, Finding, columns, iter(rows)) == 2_500
        kept = select(*(getattr(Finding, name) for name in columns)).order_by(Finding.id)
        assert [tuple(row) for row in session.execute(kept)] == rows


def test_a_column_that_no_table_has_is_refused() -> None:
    for kind in (LargeBinary(), ARRAY(BigInteger())):
        with pytest.raises(TypeError, match="COPY knows no"):
            column_encoder(kind)
