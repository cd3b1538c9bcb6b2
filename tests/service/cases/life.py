"""Cases made straight in the database, for tests of what happens to them afterwards."""

from __future__ import annotations

import itertools
import uuid
from typing import Any

from geoalchemy2.shape import from_shape
from shapely import MultiPolygon, box
from sqlalchemy import text
from sqlalchemy.orm import Session

from service import clock
from service.accounts.roles import SYSTEM
from service.cases import history
from service.cases.models import Case
from service.cases.statuses import Status
from service.findings.models import ScreeningRun
from service.patches.models import Patch

VILLAGE = "500118001202"
OTHER_VILLAGE = "500118001203"
PLACE = (105.9, 29.35)
"""South-west corner of every case's ground, degrees."""
SIDE = 0.0005
_numbers = itertools.count(1)


def ground(width: float = SIDE, height: float = SIDE) -> MultiPolygon:
    """A rectangle at ``PLACE``, in degrees."""
    return MultiPolygon([box(PLACE[0], PLACE[1], PLACE[0] + width, PLACE[1] + height)])


def make_case(session: Session, status: Status = Status.PENDING_ASSIGNMENT, **changes: Any) -> Case:
    """A case with its patch and run, and a history that brought it into ``status``."""
    number = next(_numbers)
    now = clock.now()
    geometry = from_shape(ground(), srid=4490)
    run = ScreeningRun(
        id=uuid.uuid4(), reason="import", zones_versions={}, rule_version="2026.1", settings={},
        started_at=now, counts={},
    )  # fmt: skip
    patch = Patch(
        patch_no=f"P{number}", batch_id=1, first_batch_id=1, source_row=number, content_hash="",
        change_group="building", area_m2=2600.0, attributes={}, created_at=now, updated_at=now,
        geom=geometry,
    )  # fmt: skip
    session.add_all([run, patch])
    session.flush()
    values: dict[str, Any] = {
        "code": f"{VILLAGE}-2026-{number:04d}", "village_code": VILLAGE, "patch_id": patch.id,
        "batch_id": 1, "category": "non_farm", "rule": 1, "rule_version": "2026.1",
        "prohibitions": [5], "severity": 2, "department": "planning_and_environment",
        "supporting_departments": ["law_enforcement"], "reason": "疑似非农化", "reason_en": "",
        "legal_basis": "", "areas": {"suspect": 2600.0}, "exemptions": [], "run_id": run.id,
        "provenance": {}, "countable": True, "verify_workdays": 2, "rectify_days": 30,
        "status": status.value, "facts": {}, "created_at": now, "updated_at": now,
        "geom": geometry,
    }  # fmt: skip
    case = Case(**values | changes)
    session.add(case)
    session.flush()
    history.append(session, case, actor=SYSTEM, kind="raised", to_status=status.value)
    return case


def allow_rewriting(session: Session) -> None:
    """Step past the triggers that keep history as it is, as somebody with the database could."""
    session.execute(text("SET LOCAL session_replication_role = replica"))
