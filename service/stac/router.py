"""The STAC API over HTTP, under ``/stac``."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator, Field

from service.accounts.permissions import Action, require
from service.addresses import public_address, public_place, public_root
from service.bodies import RequestBody
from service.dependencies import CurrentPrincipal, ReadingSession
from service.errors import NotFound
from service.features.crs import CRS84
from service.features.dependencies import TheBoxes
from service.features.extent import boxes_of
from service.features.period import Period, parse_period
from service.ogc.links import GEOJSON, JSON, Link, link
from service.paging import parse_limit
from service.scenes.queries import NO_SCENE
from service.stac import documents
from service.stac.searching import Search, extent_seen, search

router = APIRouter(prefix="/stac", tags=["stac"])
MOST_ITEMS = 1000
DAYS_IN = ZoneInfo("UTC")
"""Items tell their day as midnight UTC, so days that are asked for are counted there, too."""


class GeoJsonResponse(JSONResponse):
    """An answer that says that it is GeoJSON."""

    media_type = GEOJSON


ItemLimit = Annotated[
    int, BeforeValidator(partial(parse_limit, most=MOST_ITEMS, capped=True)), Field(ge=1)
]


class SearchBody(RequestBody):
    """The fields of an item search."""

    bbox: list[float] | None = None
    intersects: dict[str, Any] | None = None
    datetime: str | None = None
    ids: list[str] | None = None
    collections: list[str] | None = None
    limit: ItemLimit = 10
    token: str | None = Field(None, max_length=200)


async def period_asked_for(
    text: Annotated[str | None, Query(alias="datetime", description="RFC 3339")] = None,
) -> Period | None:
    """The period of the parameter ``datetime``."""
    return parse_period(text, DAYS_IN)


ThePeriod = Annotated[Period | None, Depends(period_asked_for)]
Names = Annotated[str | None, Query(max_length=20_000)]
Token = Annotated[str | None, Query(max_length=200)]


@router.get("")
@router.get("/", include_in_schema=False)
def get_catalogue(request: Request, principal: CurrentPrincipal) -> dict[str, Any]:
    """The landing page."""
    require(principal, Action.READ_MAP)
    return documents.landing(public_root(request))


@router.get("/conformance")
def get_conformance(principal: CurrentPrincipal) -> dict[str, Any]:
    """What of the standards this keeps to."""
    require(principal, Action.READ_MAP)
    return {"conformsTo": list(documents.CONFORMANCE)}


@router.get("/collections")
def get_collections(
    request: Request, session: ReadingSession, principal: CurrentPrincipal
) -> dict[str, Any]:
    """The one collection."""
    base = public_root(request)
    root = f"{base}/stac"
    return {
        "collections": [get_collection(request, session, principal, documents.COLLECTION)],
        "links": [
            link(f"{root}/collections", "self", JSON),
            link(root, "root", JSON),
            link(root, "parent", JSON),
        ],
    }


@router.get("/collections/{name}")
def get_collection(
    request: Request, session: ReadingSession, principal: CurrentPrincipal, name: str
) -> dict[str, Any]:
    """A collection, with the extent of what the caller may see."""
    require(principal, Action.READ_MAP)
    _refuse_other(name)
    return documents.collection(public_root(request), extent_seen(session, principal))


@router.get("/collections/{name}/items", response_class=GeoJsonResponse)
def get_items(
    request: Request,
    session: ReadingSession,
    principal: CurrentPrincipal,
    name: str,
    boxes: TheBoxes,
    period: ThePeriod,
    limit: ItemLimit = 10,
    token: Token = None,
) -> GeoJsonResponse:
    """A page of items, newest first."""
    _refuse_other(name)
    wish = Search(boxes=boxes, period=period, limit=limit, token=token)
    return _page(request, session, principal, wish)


@router.get("/collections/{name}/items/{number}", response_class=GeoJsonResponse)
def get_item(
    request: Request,
    session: ReadingSession,
    principal: CurrentPrincipal,
    name: str,
    number: str,
) -> GeoJsonResponse:
    """One item."""
    require(principal, Action.READ_MAP)
    _refuse_other(name)
    found = search(session, principal, Search(ids=[number], limit=1)).scenes
    if not found:
        raise NotFound(NO_SCENE)
    return GeoJsonResponse(documents.item(public_root(request), found[0]))


@router.get("/search", response_class=GeoJsonResponse)
def search_items(
    request: Request,
    session: ReadingSession,
    principal: CurrentPrincipal,
    boxes: TheBoxes,
    period: ThePeriod,
    ids: Names = None,
    collections: Names = None,
    limit: ItemLimit = 10,
    token: Token = None,
) -> GeoJsonResponse:
    """A page of the items that fit, newest first."""
    wish = Search(
        boxes=boxes, period=period, ids=_list(ids), collections=_list(collections),
        limit=limit, token=token,
    )  # fmt: skip
    return _page(request, session, principal, wish)


@router.post("/search", response_class=GeoJsonResponse)
def search_items_by_body(
    request: Request, session: ReadingSession, principal: CurrentPrincipal, body: SearchBody
) -> GeoJsonResponse:
    """The same with the fields in a body, and with ``intersects``."""
    require(principal, Action.READ_MAP)
    wish = Search(
        boxes=None if body.bbox is None else boxes_of(body.bbox, CRS84),
        intersects=body.intersects, period=parse_period(body.datetime, DAYS_IN), ids=body.ids,
        collections=body.collections, limit=body.limit, token=body.token,
    )  # fmt: skip
    found = search(session, principal, wish)
    links: list[dict[str, Any]] = [link(public_place(request), "self", GEOJSON)]
    if found.next:
        following = body.model_dump(exclude_none=True) | {"token": found.next}
        links.append(
            {**link(public_place(request), "next", GEOJSON), "method": "POST", "body": following}
        )
    base = public_root(request)
    return GeoJsonResponse(documents.item_collection(base, found.scenes, found.matched, links))


def _page(
    request: Request, session: ReadingSession, principal: CurrentPrincipal, wish: Search
) -> GeoJsonResponse:
    require(principal, Action.READ_MAP)
    found = search(session, principal, wish)
    links: list[Link] = [link(public_address(request), "self", GEOJSON)]
    if found.next:
        following = public_address(request, token=found.next)
        links.append(link(following, "next", GEOJSON, method="GET"))
    base = public_root(request)
    return GeoJsonResponse(documents.item_collection(base, found.scenes, found.matched, links))


def _list(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]


def _refuse_other(name: str) -> None:
    if name != documents.COLLECTION:
        raise NotFound(NO_SCENE)
