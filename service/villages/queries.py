"""Questions about villages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from geoalchemy2 import Geometry
from numpy.typing import NDArray
from sqlalchemy import func, select, type_coerce
from sqlalchemy.orm import Session

from service.accounts.permissions import village_scope
from service.accounts.roles import Principal
from service.layers.versions import current_version
from service.villages.models import Village, VillageBoundary
from spatial.words import LayerName


@dataclass(frozen=True, slots=True)
class KnownVillages:
    """The boundaries in force: ``codes`` beside the parts of a WKB geometry collection."""

    codes: tuple[str, ...]
    wkb: bytes


@dataclass(frozen=True, slots=True)
class ListedVillage:
    """A village with its extent, when a boundary is in force: west, south, east, north (EPSG:4490
    degrees) and its area in m²."""

    village: Village
    area_m2: float | None
    bbox: tuple[float, float, float, float] | None


def known_villages(session: Session) -> KnownVillages:
    """All boundaries in force, for whoever has no database."""
    version = current_version(session, LayerName.VILLAGES)
    rows: Sequence[tuple[str, bytes]] = ()
    if version is not None:
        statement = (
            select(VillageBoundary.code, func.ST_AsBinary(VillageBoundary.geom))
            .where(VillageBoundary.version_id == version.id)
            .order_by(VillageBoundary.id)
        )
        rows = session.execute(statement).all()
    outlines: NDArray[np.object_] = shapely.from_wkb([bytes(wkb) for _, wkb in rows])
    collection = shapely.GeometryCollection(outlines)
    return KnownVillages(tuple(code for code, _ in rows), collection.wkb)


def list_villages(session: Session, principal: Principal) -> list[ListedVillage]:
    """The villages that the principal may see, by code, with the extent of their boundaries."""
    version = current_version(session, LayerName.VILLAGES)
    extent = func.ST_Extent(type_coerce(VillageBoundary.geom, Geometry))
    boundaries = (
        select(
            VillageBoundary.code,
            func.sum(VillageBoundary.area_m2).label("area"),
            func.ST_XMin(extent).label("west"),
            func.ST_YMin(extent).label("south"),
            func.ST_XMax(extent).label("east"),
            func.ST_YMax(extent).label("north"),
        )
        .where(VillageBoundary.version_id == (version.id if version else 0))
        .group_by(VillageBoundary.code)
        .subquery()
    )
    columns = boundaries.c
    statement = (
        select(Village, columns.area, columns.west, columns.south, columns.east, columns.north)
        .outerjoin(boundaries, columns.code == Village.code)
        .where(village_scope(principal, Village.code))
        .order_by(Village.code)
    )
    return [
        ListedVillage(village, area, (west, south, east, north) if west is not None else None)
        for village, area, west, south, east, north in session.execute(statement)
    ]
