"""Searching scenes as a STAC API asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

import orjson
import shapely
from shapely.errors import ShapelyError
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from service.accounts.roles import Principal
from service.errors import InvalidParameter
from service.features.extent import Box, meeting
from service.features.period import Period
from service.paging import cut_page, decode_cursor, encode_cursor, invalid_cursor
from service.scenes.models import Scene
from service.scenes.queries import seen_by
from service.scenes.statuses import WorkStatus
from service.stac.documents import COLLECTION, Extent
from spatial.messages import Message

MOST_IDS = 1000
BAD_SHAPE = Message(
    "intersects 应为有效的 GeoJSON 几何（经纬度）。",
    "intersects must be a valid GeoJSON geometry in degrees.",
)
TWO_PLACES = Message("bbox 与 intersects 只能给一个。", "Give either bbox or intersects, not both.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is searched for; what is None does not matter."""

    boxes: tuple[Box, ...] | None = None
    intersects: dict[str, Any] | None = None
    period: Period | None = None
    ids: Sequence[str] | None = None
    collections: Sequence[str] | None = None
    limit: int = 10
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of scenes, newest first; ``next`` is the token of the following one."""

    scenes: Sequence[Scene]
    matched: int
    next: str | None


def search(session: Session, principal: Principal, wish: Search) -> Found:
    """The scenes that fit and that the caller may see.

    Raises:
        InvalidParameter: when the wish cannot be read.
    """
    conditions = _conditions(session, principal, wish)
    matched = session.scalar(select(func.count()).select_from(Scene).where(*conditions)) or 0
    if wish.token is not None:
        conditions.append(_beyond(wish.token))
    statement = (
        select(Scene)
        .where(*conditions)
        .order_by(Scene.taken_on.desc(), Scene.id.desc())
        .limit(wish.limit + 1)
    )
    found = session.scalars(statement).all()
    page, last = cut_page(found, wish.limit)
    token = None if last is None else encode_cursor(last.taken_on.isoformat(), last.id)
    return Found(page, matched, token)


def extent_seen(session: Session, principal: Principal) -> Extent:
    """Where and when the scenes lie that the caller may see."""
    statement = select(
        func.ST_XMin(func.ST_Extent(Scene.footprint)),
        func.ST_YMin(func.ST_Extent(Scene.footprint)),
        func.ST_XMax(func.ST_Extent(Scene.footprint)),
        func.ST_YMax(func.ST_Extent(Scene.footprint)),
        func.min(Scene.taken_on),
        func.max(Scene.taken_on),
    ).where(*_ready(session, principal))
    *bounds, first, last = session.execute(statement).one()
    if first is None:
        return None, None
    return [float(value) for value in bounds], (first, last)


def _conditions(session: Session, principal: Principal, wish: Search) -> list[ColumnElement[bool]]:
    conditions = _ready(session, principal)
    if wish.boxes is not None and wish.intersects is not None:
        raise InvalidParameter("intersects", TWO_PLACES)
    if wish.boxes is not None:
        conditions.append(meeting(Scene.footprint, wish.boxes))
    if wish.intersects is not None:
        shape = func.ST_SetSRID(func.ST_GeomFromWKB(_shape(wish.intersects)), 4490)
        conditions.append(func.ST_Intersects(Scene.footprint, shape))
    if wish.period is not None:
        conditions += _touching(wish.period)
    if wish.ids is not None:
        numbers = [int(one) for one in wish.ids[:MOST_IDS] if one.isdecimal() and len(one) < 19]
        conditions.append(Scene.id.in_(numbers))
    if wish.collections is not None and COLLECTION not in wish.collections:
        conditions.append(Scene.id.in_([]))
    return conditions


def _touching(period: Period) -> Iterator[ColumnElement[bool]]:
    """The conditions that a scene's day, which is told in UTC, is touched by a period."""
    if period.start is not None:
        yield Scene.taken_on >= period.start.astimezone(UTC).date()
    if period.end is not None:
        yield Scene.taken_on <= period.end.astimezone(UTC).date()


def _ready(session: Session, principal: Principal) -> list[ColumnElement[bool]]:
    return [seen_by(session, principal), Scene.status == WorkStatus.READY.value]


def _beyond(token: str) -> ColumnElement[bool]:
    cursor = decode_cursor(token, str, int, parameter="token")
    try:
        day = date.fromisoformat(str(cursor[0] if cursor else ""))
    except ValueError as error:
        raise invalid_cursor("token") from error
    number = int(cursor[1]) if cursor else 0
    return or_(Scene.taken_on < day, and_(Scene.taken_on == day, Scene.id < number))


def _shape(geojson: dict[str, Any]) -> bytes:
    try:
        shape = shapely.from_geojson(orjson.dumps(geojson))
    except (ShapelyError, TypeError) as error:
        raise InvalidParameter("intersects", BAD_SHAPE) from error
    if shape is None or shape.is_empty or not shape.is_valid:
        raise InvalidParameter("intersects", BAD_SHAPE)
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InvalidParameter("intersects", BAD_SHAPE)
    return shapely.to_wkb(shapely.force_2d(shape))
