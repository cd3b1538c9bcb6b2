"""What a run leaves behind: pieces of ground, findings, and each patch's outcome."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely import MultiPolygon
from sqlalchemy.orm import Session

from service.cases.raising.sightings import NO_VILLAGE, Sighting
from service.database.arrays import number_array, text_array
from service.database.copying import copy_columns, copy_rows, ewkb_of, reserve_ids
from service.database.engine import driver_connection
from service.findings.judgements import judgement_of
from service.findings.models import Finding, Piece
from service.findings.runs import RunFacts
from service.screening.patches import LoadedPatches, objects
from spatial.overlay.model import Ground, Patches, Pieces
from spatial.rules.model import Finding as RuleFinding
from spatial.rules.model import Outcome

FINDING_COLUMNS = (
    "id",
    "run_id",
    "patch_id",
    "patch_revision",
    "after_date",
    "village_code",
    "outcome",
    "judgement",
    "geom",
)
# The ids twice: the patches are looked up by them, however few the planner takes the table for.
SET_OUTCOMES = """
    UPDATE patch SET outcome = said.outcome
    FROM unnest(%(ids)s::bigint[], %(outcomes)s::text[]) AS said (id, outcome)
    WHERE patch.id = ANY(%(ids)s::bigint[])
        AND patch.id = said.id AND patch.outcome IS DISTINCT FROM said.outcome
"""
OUTSIDE_VILLAGES = "outside_villages"
"""Suspect ground that no village answers for: kept as a finding, raised nowhere."""
GRAVITY = (Outcome.NOT_FARMLAND.value, Outcome.SLIVER.value, OUTSIDE_VILLAGES, Outcome.CASE.value)
"""Outcomes of a patch from the least; the gravest of its villages stands for the patch."""


def store_pieces(
    session: Session, run_id: uuid.UUID, patches: Patches, ground: Ground, pieces: Pieces
) -> None:
    """Store the pieces of a run, exempt ones with the document that exempts them."""
    zones, villages = ground.zones, ground.villages
    columns = {
        "run_id": [run_id] * len(pieces),
        "patch_id": patches.ids[pieces.patch],
        "village_code": _looked_up(villages.codes, pieces.village),
        "protection": pieces.protection,
        "zone_kind": _looked_up(zones.kind, pieces.zone),
        "zone_id": _looked_up(zones.ids, pieces.zone).tolist(),
        "document_no": _looked_up(zones.document_no, pieces.zone),
        "valid_from": _looked_up(zones.valid_from, pieces.zone),
        "valid_to": _looked_up(zones.valid_to, pieces.zone),
        "dust": pieces.dust,
        "area_m2": pieces.area_m2,
        "area_low_m2": pieces.area_low_m2,
        "area_high_m2": pieces.area_high_m2,
        "geom": ewkb_of(pieces.geometry),
    }
    copy_columns(session, Piece, columns)


def store_findings(
    session: Session, run: RunFacts, loaded: LoadedPatches, findings: Sequence[RuleFinding]
) -> list[Sighting]:
    """Store the findings of a run; returns those that ask for an answer."""
    ids = reserve_ids(session, Finding, len(findings))
    ground = ewkb_of(objects(finding.geometry for finding in findings))
    judgements = [judgement_of(finding) for finding in findings]
    rows = [
        (
            finding_id,
            run.id,
            int(loaded.patches.ids[finding.patch]),
            loaded.revisions[finding.patch],
            loaded.after_dates[finding.patch],
            finding.village_code,
            finding.outcome.value,
            judgement,
            ewkb,
        )
        for finding_id, finding, judgement, ewkb in zip(
            ids, findings, judgements, ground, strict=True
        )
    ]
    copy_rows(session, Finding, FINDING_COLUMNS, rows)
    return list(_sightings(run, loaded, findings, rows))


def store_outcomes(
    session: Session, patches: Patches, findings: Sequence[RuleFinding]
) -> Counter[str]:
    """Write each patch's outcome; returns how many patches ended how."""
    gravest = np.zeros(len(patches), dtype=np.int64)
    for finding in findings:
        gravest[finding.patch] = max(gravest[finding.patch], GRAVITY.index(_outcome(finding)))
    outcomes = [GRAVITY[place] for place in gravest.tolist()]
    connection = driver_connection(session)
    values = {"ids": number_array(patches.ids), "outcomes": text_array(outcomes)}
    connection.execute(SET_OUTCOMES, values)
    return Counter(outcomes)


def _sightings(
    run: RunFacts,
    loaded: LoadedPatches,
    findings: Sequence[RuleFinding],
    rows: Sequence[tuple[Any, ...]],
) -> Iterator[Sighting]:
    for finding, row in zip(findings, rows, strict=True):
        ground: MultiPolygon | None = finding.geometry
        if finding.outcome is not Outcome.CASE or ground is None:
            continue
        yield Sighting(
            finding_id=row[0],
            patch_id=row[2],
            patch_no=loaded.numbers[finding.patch],
            batch_id=loaded.batches[finding.patch],
            village_code=row[5] or NO_VILLAGE,
            after_date=loaded.after_dates[finding.patch],
            judgement=row[7],
            ground=ground,
            ewkb=row[8],
            run=run,
        )


def _outcome(finding: RuleFinding) -> str:
    if finding.outcome is Outcome.CASE and finding.village_code is None:
        return OUTSIDE_VILLAGES
    return finding.outcome.value


def _looked_up(values: NDArray[Any], index: NDArray[np.int64]) -> NDArray[np.object_]:
    """Values at positions as plain Python, None for position -1 and for missing dates."""
    known = np.array([*values.tolist(), None], dtype=np.object_)
    found: NDArray[np.object_] = known[index]
    return found
