"""Which sightings belong to which case, brought to the state a plan asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from service.cases.life.standing import Standing
from service.cases.models import CaseSighting
from service.cases.raising.changes import Changes
from service.cases.raising.joining import Plan
from service.cases.raising.neighbours import Neighbours
from service.database.copying import copy_rows
from service.database.engine import driver_connection

REMOVE = """
    DELETE FROM case_sighting USING unnest(%s::bigint[], %s::bigint[]) AS gone (case_id, patch_id)
    WHERE case_sighting.case_id = gone.case_id AND case_sighting.patch_id = gone.patch_id
"""
REPLACE = """
    UPDATE case_sighting SET finding_id = latest.finding_id
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS latest (case_id, patch_id, finding_id)
    WHERE case_sighting.case_id = latest.case_id AND case_sighting.patch_id = latest.patch_id
"""
COLUMNS = ("case_id", "patch_id", "finding_id", "joined_at")


def store_sightings(
    session: Session, plan: Plan, neighbours: Neighbours, homes: Sequence[int], changes: Changes
) -> None:
    """Write what changed of the sightings; ``homes`` are the cases of the plan's places.

    Sightings of closed cases stay as they were when the case was closed.
    """
    known = neighbours.known
    before = {
        (one.case_id, one.sighting.patch_id): one.sighting.finding_id
        for one in neighbours.held
        if known[one.case_id].standing is not Standing.CLOSED
    }
    after = {
        (home, sighting.patch_id): sighting.finding_id
        for home, place in zip(homes, plan.places, strict=True)
        for sighting in place.sightings
    }
    kept = before.keys() & after.keys()
    replaced = [(*link, after[link]) for link in sorted(kept) if after[link] != before[link]]
    added = [(*link, after[link], changes.now) for link in sorted(after.keys() - kept)]
    _execute(session, REMOVE, sorted(before.keys() - kept))
    _execute(session, REPLACE, replaced)
    copy_rows(session, CaseSighting, COLUMNS, added)


def _execute(session: Session, statement: str, rows: Iterable[tuple[int, ...]]) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)]
    if columns:
        driver_connection(session).execute(statement.encode(), columns)
