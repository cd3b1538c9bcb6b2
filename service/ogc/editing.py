"""What editing plots over HTTP (OGC API – Features Part 4) asks of whoever carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import orjson
import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from service.accounts.roles import Principal
from service.database.base import STORAGE_SRID
from service.errors import InvalidParameter
from service.features.crs import ServedCrs, to_stored
from spatial.messages import Message

MAX_BODY = 16 * 1024 * 1024

NOT_A_FEATURE = Message("请求体必须是 GeoJSON Feature。", "The body must be a GeoJSON Feature.")
NOT_A_GEOMETRY = Message(
    "geometry 必须是 GeoJSON 多边形。", "The geometry must be a GeoJSON polygon."
)


@dataclass(frozen=True, slots=True)
class PlotChange:
    """What a client wants of a plot: properties by their served names, and the outline.

    ``outline`` is a polygon or multipolygon in EPSG:4490 degrees, longitude first; None where
    the client says nothing of it.
    """

    properties: Mapping[str, Any]
    outline: BaseGeometry | None


class PlotEditor(Protocol):
    """Carries out edits: validated, kept in history, refused when they lose against newer ones.

    Every method raises ServiceError: InvalidParameter for what is not valid, NotAllowed outside
    the caller's villages, NotFound for a plot that is not there, Conflict for a lost race.
    """

    def add(self, principal: Principal, change: PlotChange) -> int:
        """Make a plot; returns its id. Read-only properties are ignored."""

    def update(self, principal: Principal, plot_id: int, change: PlotChange) -> None:
        """Change the properties named and the outline, when there is one."""

    def replace(self, principal: Principal, plot_id: int, change: PlotChange) -> None:
        """Give all editable properties the change's values, null where it names none."""

    def remove(self, principal: Principal, plot_id: int) -> None:
        """Delete a plot from the version in force."""


def read_change(body: bytes, crs: ServedCrs) -> PlotChange:
    """The change that a GeoJSON Feature, or a part of one, describes.

    Raises:
        InvalidParameter: naming ``body``, ``properties`` or ``geometry``.
    """
    try:
        feature = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidParameter("body", NOT_A_FEATURE) from error
    if not isinstance(feature, dict):
        raise InvalidParameter("body", NOT_A_FEATURE)
    properties = feature.get("properties")
    if properties is None:
        properties = {}
    if not isinstance(properties, dict):
        raise InvalidParameter("properties", NOT_A_FEATURE)
    return PlotChange(properties, _outline(feature.get("geometry"), crs))


def _outline(geometry: object, crs: ServedCrs) -> BaseGeometry | None:
    if geometry is None:
        return None
    try:
        shape: BaseGeometry | None = shapely.from_geojson(orjson.dumps(geometry))
    except (ShapelyError, TypeError) as error:
        raise InvalidParameter("geometry", NOT_A_GEOMETRY) from error
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise InvalidParameter("geometry", NOT_A_GEOMETRY)
    outline = shapely.set_srid(to_stored(shapely.force_2d(shape), crs), STORAGE_SRID)
    if not _finite(outline):
        raise InvalidParameter("geometry", NOT_A_GEOMETRY)
    return outline


def _finite(outline: BaseGeometry) -> bool:
    return bool(np.isfinite(shapely.get_coordinates(outline)).all())
