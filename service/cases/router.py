"""Cases over HTTP: lists, one case with its ground and history, figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse

from service.accounts.permissions import Action, require
from service.cases import answers, details, schemas
from service.cases.figures import summaries
from service.cases.parameters import TheFilters
from service.cases.periods import Length
from service.cases.queries import find_case, list_cases, stream_cases
from service.dependencies import CurrentPrincipal, ReadingSession, TheRuntime
from service.features.responses import GEOJSON
from service.paging import RowId, ThePage
from service.runtime import Runtime
from service.text import TEXT

router = APIRouter(tags=["cases"])

VillageCode = Annotated[str, Path(max_length=40, pattern=TEXT)]


@router.get("/cases", response_model=schemas.CasePage)
def get_cases(
    session: ReadingSession,
    principal: CurrentPrincipal,
    filters: TheFilters,
    asked: ThePage,
    geometry: Annotated[bool, Query(description="Whether to send geometry, too")] = True,
) -> Response:
    """The cases that the caller may see, newest first."""
    require(principal, Action.READ_CASES)
    found = list_cases(session, principal, filters, limit=asked.rows_to_read, after=asked.after)
    page, following = asked.cut(found, lambda listed: listed.case.id)
    items = [answers.case_json(listed, geometry=geometry) for listed in page]
    return _json({"items": items, "next": following})


@router.get("/cases.geojson", response_class=StreamingResponse)
def get_cases_geojson(
    runtime: TheRuntime, principal: CurrentPrincipal, filters: TheFilters
) -> StreamingResponse:
    """All cases that fit as one GeoJSON feature collection, sent as it is read."""
    require(principal, Action.READ_CASES)

    def written() -> Iterator[bytes]:
        with runtime.database.reading() as session:
            yield from answers.feature_collection(stream_cases(session, principal, filters))

    return StreamingResponse(written(), media_type=GEOJSON)


@router.get("/cases/{case_id}", response_model=schemas.CaseDetail)
def get_case(session: ReadingSession, principal: CurrentPrincipal, case_id: RowId) -> Response:
    """One case with its sightings and its kin."""
    require(principal, Action.READ_CASES)
    listed = find_case(session, principal, case_id)
    sightings = details.sightings_of(session, listed.case)
    kin = details.kin_of(session, principal, listed.case)
    return _json(
        answers.case_json(listed)
        | {
            "sighting_details": [answers.sighting_json(listed.case, *row) for row in sightings],
            "kin": [answers.kin_json(listed.case, other) for other in kin],
        }
    )


@router.get("/cases/{case_id}/events", response_model=schemas.EventList)
def get_events(session: ReadingSession, principal: CurrentPrincipal, case_id: RowId) -> Response:
    """The case's append-only history, in order."""
    require(principal, Action.READ_CASES)
    listed = find_case(session, principal, case_id)
    events = details.history_of(session, listed.case)
    return _json({"items": [answers.event_json(event) for event in events], "next": None})


@router.get("/cases/{case_id}/ground")
def get_ground(session: ReadingSession, principal: CurrentPrincipal, case_id: RowId) -> Response:
    """The pieces of ground the case stands on, suspect and exempt, as GeoJSON."""
    require(principal, Action.READ_CASES)
    listed = find_case(session, principal, case_id)
    pieces = details.ground_of(session, listed.case)
    features = [answers.piece_json(piece, geojson) for piece, geojson in pieces]
    return _json({"type": "FeatureCollection", "features": features}, GEOJSON)


@router.get("/villages/summary", response_model=schemas.VillageFiguresList, tags=["figures"])
def get_village_figures(
    runtime: TheRuntime, session: ReadingSession, principal: CurrentPrincipal, filters: TheFilters
) -> dict[str, Any]:
    """Counts and areas of the cases of every village that the caller may see."""
    require(principal, Action.READ_CASES)
    items, total = summaries.village_figures(session, principal, filters)
    return _figures(runtime, items, total)


@router.get("/villages/{code}/summary", response_model=schemas.VillageFigures, tags=["figures"])
def get_one_village_figures(
    session: ReadingSession, principal: CurrentPrincipal, filters: TheFilters, code: VillageCode
) -> dict[str, Any]:
    """Counts and areas of one village's cases by category, severity, status and protection."""
    require(principal, Action.READ_CASES)
    return summaries.one_village_figures(session, principal, code, filters)


@router.get("/departments/summary", response_model=schemas.DepartmentFiguresList, tags=["figures"])
def get_department_figures(
    runtime: TheRuntime, session: ReadingSession, principal: CurrentPrincipal, filters: TheFilters
) -> dict[str, Any]:
    """Counts and areas of cases by the department that leads."""
    require(principal, Action.READ_CASES)
    items, total = summaries.department_figures(session, principal, filters)
    return _figures(runtime, items, total)


@router.get("/periods/summary", response_model=schemas.PeriodFiguresList, tags=["figures"])
def get_period_figures(
    runtime: TheRuntime,
    session: ReadingSession,
    principal: CurrentPrincipal,
    filters: TheFilters,
    by: Annotated[Length, Query(description="How long the periods are")] = Length.MONTH,
) -> dict[str, Any]:
    """Counts, areas and rates of cases by the month, quarter or year in which they were raised."""
    require(principal, Action.READ_CASES)
    zone = runtime.settings.zone
    items, total = summaries.period_figures(session, principal, filters, by, zone)
    return _figures(runtime, items, total)


def _figures(
    runtime: Runtime, items: list[summaries.Figures], total: summaries.Figures
) -> dict[str, Any]:
    limit = runtime.settings.cases.illegal_cropland_limit
    return {"items": items, "total": total, "illegal_cropland_limit": limit}


def _json(content: Any, media_type: str = "application/json") -> Response:
    # Written here and not by the framework: geometry passes through as PostGIS wrote it.
    return Response(orjson.dumps(content), media_type=media_type)
