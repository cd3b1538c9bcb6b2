"""The cases that sightings may concern: those of the same patches, and those on the same ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from sqlalchemy import ARRAY, BigInteger, any_, literal, select
from sqlalchemy.orm import Session, defer

from service.cases.life.reconsidering import said_of
from service.cases.life.standing import standing_of
from service.cases.models import Case
from service.cases.raising.joining import Held, KnownCase
from service.cases.raising.sightings import Sighting
from service.cases.statuses import Status
from service.database.arrays import number_array
from service.database.base import STORAGE_SRID
from service.database.engine import driver_connection
from service.findings.runs import RunFacts

CASES_OF_PATCHES = """
    SELECT DISTINCT case_id FROM case_sighting WHERE patch_id = ANY(%s::bigint[])
"""

# Driven from the new ground into the indexes, as the overlay itself is, so that the cost grows with
# what is new and not with what was ever found. OFFSET 0 keeps each step where it stands: a planner
# that has seen a table while a batch was being stored takes it for empty and begins there.
CASES_ON_GROUND = f"""
    SELECT DISTINCT seen.case_id
    FROM unnest(%s::float8[], %s::float8[], %s::float8[], %s::float8[])
        AS box (west, south, east, north)
    CROSS JOIN LATERAL (
        SELECT id FROM finding
        WHERE finding.geom && ST_MakeEnvelope(west, south, east, north, {STORAGE_SRID})
        OFFSET 0
    ) AS near
    CROSS JOIN LATERAL (
        SELECT case_id FROM case_sighting WHERE finding_id = near.id OFFSET 0
    ) AS seen
"""  # noqa: S608  (a constant of this program)

# A case goes to another village with its ground, its findings do not: the village is the case's.
SIGHTINGS_OF_CASES = """
    SELECT case_sighting.case_id, finding.id, patch.id, patch.patch_no, patch.batch_id,
           suspect_case.village_code, finding.after_date, finding.judgement, finding.geom,
           run.id, run.rule_version, run.plots_version, run.villages_version, run.zones_versions,
           run.settings
    FROM case_sighting
    CROSS JOIN LATERAL (SELECT * FROM suspect_case WHERE id = case_id OFFSET 0) AS suspect_case
    CROSS JOIN LATERAL (SELECT * FROM finding WHERE id = finding_id OFFSET 0) AS finding
    CROSS JOIN LATERAL (SELECT * FROM patch WHERE id = case_sighting.patch_id OFFSET 0) AS patch
    JOIN screening_run AS run ON run.id = finding.run_id
    WHERE case_sighting.case_id = ANY(%s)
    ORDER BY case_sighting.case_id, patch.id
"""


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """Cases by id, locked until the transaction ends, and all of their sightings."""

    cases: dict[int, Case]
    held: list[Held]

    @cached_property
    def known(self) -> dict[int, KnownCase]:
        """The cases as joining sees them."""
        return {case_id: _known(case) for case_id, case in self.cases.items()}

    @cached_property
    def sightings_by_case(self) -> dict[int, list[Sighting]]:
        """The sightings of each case."""
        grouped: dict[int, list[Sighting]] = {case_id: [] for case_id in self.cases}
        for one in self.held:
            grouped[one.case_id].append(one.sighting)
        return grouped


def load_neighbours(
    session: Session, found: Sequence[Sighting], screened: Sequence[int]
) -> Neighbours:
    """Every case that holds a sighting of a screened patch or near newly found ground.

    Voided cases and the parents of splits answer for nothing and are left out.
    """
    connection = driver_connection(session)
    rows = connection.execute(CASES_OF_PATCHES, (number_array(np.array(screened)),)).fetchall()
    if found:
        bounds = shapely.bounds(np.array([sighting.ground for sighting in found])).T
        boxes = [number_array(edge) for edge in bounds]
        rows += connection.execute(CASES_ON_GROUND, boxes).fetchall()
    cases = _lock_cases(session, sorted({case_id for (case_id,) in rows}))
    return Neighbours(cases=cases, held=sightings_of(session, sorted(cases)))


def _lock_cases(session: Session, ids: list[int]) -> dict[int, Case]:
    if not ids:
        return {}
    statement = (
        select(Case)
        .where(
            Case.id == any_(literal(ids, ARRAY(BigInteger))),
            Case.voided_at.is_(None),
            Case.status != Status.SPLIT.value,
        )
        .order_by(Case.id)
        .with_for_update()
        .options(defer(Case.geom))
    )
    cases = session.scalars(statement, execution_options={"populate_existing": True})
    return {case.id: case for case in cases}


def sightings_of(session: Session, case_ids: list[int]) -> list[Held]:
    """All sightings of cases."""
    if not case_ids:
        return []
    with driver_connection(session).cursor(binary=True) as cursor:
        rows = cursor.execute(SIGHTINGS_OF_CASES, (case_ids,)).fetchall()
    grounds = shapely.from_wkb([row[8] for row in rows])
    held = []
    for row, ground in zip(rows, grounds, strict=True):
        sighting = Sighting(
            finding_id=row[1],
            patch_id=row[2],
            patch_no=row[3],
            batch_id=row[4],
            village_code=row[5],
            after_date=row[6],
            judgement=row[7],
            ground=ground,
            ewkb=row[8],
            run=RunFacts(
                id=row[9],
                rule_version=row[10],
                plots_version=row[11],
                villages_version=row[12],
                zones_versions=row[13],
                settings=row[14],
            ),
        )
        held.append(Held(case_id=row[0], sighting=sighting))
    return held


def _known(case: Case) -> KnownCase:
    return KnownCase(
        id=case.id,
        standing=standing_of(case),
        patch_id=case.patch_id,
        recurrence_of=case.recurrence_of,
        said=said_of(case.facts),
    )
