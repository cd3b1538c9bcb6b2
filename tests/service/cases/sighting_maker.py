"""Sightings and runs made up for tests of raising: ground drawn in small units, stored or not."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import shapely
from geoalchemy2.shape import from_shape
from shapely import MultiPolygon, box
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock
from service.accounts.roles import SYSTEM
from service.cases.models import Case, CaseEvent, CaseSighting
from service.cases.raising.changes import Cause
from service.cases.raising.from_run import RaisingCounts, raise_or_join
from service.cases.raising.sightings import Sighting
from service.database.copying import ewkb_of
from service.findings.models import Finding, ScreeningRun
from service.findings.runs import RunFacts
from service.layers.versions import lock_publishing
from service.patches.models import Patch
from service.settings import Settings

VILLAGE = "500118001202"
OTHER_VILLAGE = "500118001203"
UNIT = 1e-5
"""About one metre; ground is given in units from a corner in the township."""
CORNER = (105.9, 29.35)
RUN = RunFacts(
    id=uuid.UUID(int=1),
    rule_version="2026.1",
    plots_version=1,
    villages_version=1,
    zones_versions={},
    settings={"tolerance_m": 2.0},
)
_findings = itertools.count(1)


def rectangle(west: float, south: float, east: float, north: float) -> MultiPolygon:
    """Ground from units."""
    (x, y) = CORNER
    return MultiPolygon([box(x + west * UNIT, y + south * UNIT, x + east * UNIT, y + north * UNIT)])


def judged(severity: int = 2, suspect: float = 1000.0, **changes: Any) -> dict[str, Any]:
    """A judgement as findings store it."""
    return {
        "rule": 3 if severity else 5,
        "category": "non_farm" if severity else "likely_legal",
        "prohibitions": [5],
        "severity": severity,
        "department": "planning_and_environment",
        "supporting_departments": ["law_enforcement"],
        "verify_workdays": 2,
        "rectify_days": 30,
        "rectify_until": None,
        "legal_basis": {"zh": "土地管理法第七十七条", "en": "Land Administration Law, art. 77"},
        "reason": {"zh": "疑似占用耕地。", "en": "Suspected use of cropland."},
        "countable": True,
        "areas": {
            "patch": suspect,
            "suspect": suspect,
            "exempt": 0.0,
            "permanent_basic_farmland": 0.0,
        },
        "exemptions": [],
    } | changes


def sighting(
    number: str,
    ground: MultiPolygon,
    *,
    severity: int = 2,
    after: date | None = date(2026, 4, 2),
    village: str = VILLAGE,
    patch_id: int | None = None,
) -> Sighting:
    """A sighting that no database knows."""
    finding_id = next(_findings)
    ewkb = ewkb_of(np.array([ground], dtype=object))[0]
    assert ewkb is not None
    return Sighting(
        finding_id=finding_id,
        patch_id=patch_id or finding_id,
        patch_no=number,
        batch_id=1,
        village_code=village,
        after_date=after,
        judgement=judged(severity, float(shapely.area(ground))),
        ground=ground,
        ewkb=ewkb,
        run=RUN,
    )


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A patch of a file and what the overlay would say of it; severity None for nothing."""

    number: str
    ground: MultiPolygon
    severity: int | None = 2
    after: date = date(2026, 4, 2)
    village: str = VILLAGE
    workdays: int | None = 2


def screen_file(session: Session, seen: Sequence[Seen], batch_id: int = 1) -> RaisingCounts:
    """Store a file's patches and findings as a screening would, and raise or join cases."""
    lock_publishing(session)
    run = ScreeningRun(
        id=uuid.uuid4(), batch_id=batch_id, reason="import", plots_version=1, villages_version=1,
        zones_versions={}, rule_version="2026.1", settings={"tolerance_m": 2.0},
        started_at=clock.now(), counts={},
    )  # fmt: skip
    session.add(run)
    patches = [_store_patch(session, one, batch_id) for one in seen]
    found = [
        _store_finding(session, one, patch, run)
        for one, patch in zip(seen, patches, strict=True)
        if one.severity is not None
    ]
    facts = replace(RUN, id=run.id)
    cause = Cause(run=facts, actor=SYSTEM, reason="import", sentence=f"批次 {batch_id} 导入套合")
    return raise_or_join(
        session,
        [replace(one, run=facts) for one in found],
        [patch.id for patch in patches],
        cause,
        Settings(),
    )


def _store_patch(session: Session, seen: Seen, batch_id: int) -> Patch:
    patch = session.scalar(select(Patch).where(Patch.patch_no == seen.number))
    now = clock.now()
    if patch is None:
        patch = Patch(
            patch_no=seen.number, first_batch_id=batch_id, source_row=1, content_hash="",
            change_group="building", area_m2=1.0, attributes={}, created_at=now,
        )  # fmt: skip
        session.add(patch)
    patch.batch_id, patch.after_date, patch.updated_at = batch_id, seen.after, now
    patch.geom = from_shape(seen.ground, srid=4490)
    session.flush()
    return patch


def _store_finding(session: Session, seen: Seen, patch: Patch, run: ScreeningRun) -> Sighting:
    made = sighting(
        seen.number,
        seen.ground,
        severity=seen.severity or 0,
        after=seen.after,
        village=seen.village,
        patch_id=patch.id,
    )
    judgement = {**made.judgement, "verify_workdays": seen.workdays}
    finding = Finding(
        run_id=run.id, patch_id=patch.id, after_date=seen.after, village_code=seen.village,
        outcome="case", judgement=judgement, geom=from_shape(seen.ground, srid=4490),
    )  # fmt: skip
    session.add(finding)
    session.flush()
    return replace(made, finding_id=finding.id, batch_id=patch.batch_id, judgement=judgement)


def standing_cases(session: Session) -> list[Case]:
    """The cases that answer for something, in the order of their codes."""
    return list(session.scalars(select(Case).where(Case.voided_at.is_(None)).order_by(Case.code)))


def patches_of(session: Session, case: Case) -> set[str]:
    """The numbers of the patches that saw a case's ground."""
    statement = (
        select(Patch.patch_no)
        .join(CaseSighting, CaseSighting.patch_id == Patch.id)
        .where(CaseSighting.case_id == case.id)
    )
    return set(session.scalars(statement))


def kinds_of(session: Session, case: Case) -> list[str]:
    """What happened to a case, in order."""
    events = select(CaseEvent.kind).where(CaseEvent.case_id == case.id)
    return list(session.scalars(events.order_by(CaseEvent.number)))
