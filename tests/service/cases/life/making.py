"""Cases made straight in the database, for tests of what happens to them afterwards."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi.testclient import TestClient
from geoalchemy2.shape import from_shape
from shapely import MultiPolygon, box
from sqlalchemy import text
from sqlalchemy.orm import Session

from service import clock
from service.accounts.roles import SYSTEM
from service.cases import history
from service.cases.models import Case
from service.cases.statuses import Status
from service.evidence.models import Evidence
from service.findings.models import ScreeningRun
from service.patches.models import Patch
from service.runtime import Runtime
from tests.conftest import PASSWORD

VILLAGE = "500118001202"
OTHER_VILLAGE = "500118001203"
PLACE = (105.9, 29.35)
"""South-west corner of every case's ground, degrees."""
SIDE = 0.0005
# Clear of the numbers that the service gives to the parts of a split.
_numbers = itertools.count(5001)


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
        "legal_basis": "", "areas": {"suspect": 2600.0, "permanent_basic_farmland": 0.0},
        "exemptions": [], "run_id": run.id,
        "provenance": {}, "countable": True, "verify_workdays": 2, "rectify_days": 30,
        "status": status.value, "facts": {}, "created_at": now, "updated_at": now,
        "geom": geometry,
    }  # fmt: skip
    case = Case(**values | changes)
    session.add(case)
    session.flush()
    history.append(session, case, actor=SYSTEM, kind="raised", to_status=status.value)
    return case


def add_photo(session: Session, case_id: int, **changes: Any) -> None:
    """A photo's row, taken ten metres from the ground unless said otherwise."""
    digest = uuid.uuid4().hex * 2
    values: dict[str, Any] = {
        "case_id": case_id, "sha256": digest, "kind": "photo", "filename": "a.jpg",
        "media_type": "image/jpeg", "size": 1, "distance_m": 10.0, "served_sha256": digest,
        "uploaded_by": "village", "uploaded_at": clock.now(),
    }  # fmt: skip
    session.add(Evidence(**values | changes))
    session.flush()


@dataclass
class Township:
    """A runtime with accounts, and a client that acts as any of them."""

    runtime: Runtime
    client: TestClient

    def case(self, status: Status = Status.PENDING_ASSIGNMENT, **changes: Any) -> int:
        """A new case in a state."""
        with self.runtime.database.transaction() as session:
            return make_case(session, status, **changes).id

    def photos(self, case_id: int, *kinds: str, **changes: Any) -> None:
        """Photos of these kinds for a case."""
        with self.runtime.database.transaction() as session:
            for kind in kinds:
                add_photo(session, case_id, kind=kind, **changes)

    def set(self, case_id: int, **columns: Any) -> None:
        """Change columns of a case behind everybody's back."""
        with self.runtime.database.transaction() as session:
            case = session.get_one(Case, case_id)
            for name, value in columns.items():
                setattr(case, name, value)

    def get(self, path: str, by: str = "office", **options: Any) -> Any:
        """The answer to a GET by somebody."""
        return self.client.get(path, auth=(by, PASSWORD), **options)

    def post(self, path: str, body: Mapping[str, Any], by: str = "office") -> Any:
        """The answer to a POST of JSON by somebody."""
        return self.client.post(path, json=body, auth=(by, PASSWORD))

    def move(self, case_id: int, to: str, by: str, note: str | None = None, **fields: Any) -> Any:
        """The answer to a move attempted by somebody."""
        body = {"to": to, "fields": fields} | ({"note": note} if note else {})
        return self.post(f"/api/cases/{case_id}/transitions", body, by)

    def state(self, case_id: int) -> Case:
        """The case as it is stored."""
        with self.runtime.database.reading() as session:
            return session.get_one(Case, case_id)


def at(text: str) -> datetime:
    """A moment in Shanghai, such as ``2026-11-25T10:00``."""
    return datetime.fromisoformat(f"{text}+08:00")


def allow_rewriting(session: Session) -> None:
    """Step past the triggers that keep history as it is, as somebody with the database could."""
    session.execute(text("SET LOCAL session_replication_role = replica"))
