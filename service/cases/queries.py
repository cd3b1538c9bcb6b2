"""Reading cases: a page of them, all in a stream, or one; PostGIS writes the geometry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    column,
    func,
    select,
    table,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, Session, defer

from service import clock
from service.accounts.roles import Principal
from service.cases.filters import CaseFilters, seen_by, selected
from service.cases.models import Case, CaseSighting
from service.errors import NotFound
from service.imagery.models import CaseImagery
from service.patches.models import Patch
from service.villages.models import Village
from spatial.messages import Message

DIGITS = 9
"""Decimals of a degree in GeoJSON: a tenth of a millimetre."""
ROWS_AT_ONCE = 500
BATCH = table("import", column("id"), column("source"))
"""Imports stand above cases and use them: the table is named here, not its model."""
NO_CASE = Message(
    "没有这个图斑，或您无权查看。", "There is no such case, or it is not yours to see."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCase:
    """A case with what its JSON shows beside its own columns; ``geojson`` is text."""

    case: Case
    village_name: str
    patch: Patch
    sightings: list[int]
    geojson: str
    source: str
    """Where the patch's batch came from: upload, command, inbox or detection (自检)."""
    imagery: CaseImagery | None
    """What scenes show of it; None until that was looked at."""


def list_cases(
    session: Session,
    principal: Principal,
    filters: CaseFilters,
    *,
    limit: int,
    after: int | None = None,
) -> list[ListedCase]:
    """Up to ``limit`` cases, newest first, that come after the case with the id ``after``."""
    statement = cases_statement(selected(filters, principal, clock.now())).limit(limit)
    if after is not None:
        statement = statement.where(Case.id < after)
    return [_listed(row) for row in session.execute(statement)]


def stream_cases(
    session: Session, principal: Principal, filters: CaseFilters
) -> Iterator[ListedCase]:
    """All cases that fit, newest first, read as they are taken: memory does not grow."""
    statement = cases_statement(selected(filters, principal, clock.now()))
    rows = session.execute(statement, execution_options={"yield_per": ROWS_AT_ONCE})
    for row in rows:
        yield _listed(row)


def find_case(session: Session, principal: Principal, case_id: int) -> ListedCase:
    """One case, also a void one.

    Raises:
        NotFound: when there is none, or the caller may not see it.
    """
    statement = cases_statement([Case.id == case_id, seen_by(principal)])
    row = session.execute(statement).one_or_none() if 0 <= case_id < 2**63 else None
    if row is None:
        raise NotFound(NO_CASE)
    return _listed(row)


def cases_statement(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Everything that a case's JSON shows, newest first."""
    sightings = (
        select(func.array_agg(aggregate_order_by(CaseSighting.patch_id, CaseSighting.patch_id)))
        .where(CaseSighting.case_id == Case.id)
        .scalar_subquery()
    )
    return (
        select(
            Case, Village.name, Patch, sightings, geojson_of(Case.geom), BATCH.c.source, CaseImagery
        )
        .join(Patch, Patch.id == Case.patch_id)
        .outerjoin(Village, Village.code == Case.village_code)
        .outerjoin(BATCH, BATCH.c.id == Patch.batch_id)
        .outerjoin(CaseImagery, CaseImagery.case_id == Case.id)
        .where(*conditions)
        .order_by(Case.id.desc())
        .options(defer(Case.geom), defer(Patch.geom), defer(Patch.attributes))
    )


def geojson_of(geom: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """A geometry as GeoJSON text."""
    return func.ST_AsGeoJSON(type_coerce(geom, Geometry), DIGITS, 0)


def _listed(row: Row[*tuple[Any, ...]]) -> ListedCase:
    case, village_name, patch, sightings, geojson, source, imagery = row
    return ListedCase(
        case=case,
        village_name=village_name or case.village_code,
        patch=patch,
        sightings=sightings or [],
        geojson=geojson,
        source=source or "upload",
        imagery=imagery,
    )
