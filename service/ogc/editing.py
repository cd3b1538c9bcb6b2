"""Editing plots over HTTP (OGC API – Features Part 4): what a client wants, and carrying it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from service.accounts.roles import Principal
from service.errors import InvalidParameter
from service.features.crs import ServedCrs, to_stored
from service.ogc.edit_tokens import EditToken
from service.plots.edited_values import editable_values, empty_values
from service.plots.editing import (
    NO_OUTLINE,
    add_plot,
    change_plot,
    is_outline_of,
    remove_plot,
)
from service.runtime import Runtime
from spatial.messages import Message

MAX_BODY = 16 * 1024 * 1024
AS_SERVED = 2e-8
"""Degrees by which a served coordinate may differ from the stored one, in any served system."""

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


def add(runtime: Runtime, principal: Principal, change: PlotChange) -> int:
    """Make a plot; returns its id. Properties that follow from others are ignored."""
    if change.outline is None:
        raise InvalidParameter("geometry", NO_OUTLINE)
    values = editable_values(change.properties)
    with runtime.database.transaction() as session:
        return add_plot(session, principal, values, change.outline)


def update(
    runtime: Runtime, principal: Principal, plot_id: int, change: PlotChange, token: EditToken
) -> None:
    """Change the properties named and the outline, when there is one."""
    values = editable_values(change.properties)
    with runtime.database.transaction() as session:
        change_plot(
            session,
            principal,
            plot_id,
            values,
            change.outline,
            seen_version=token.version,
            own_edits_agree=token.shared,
        )


def replace(
    runtime: Runtime, principal: Principal, plot_id: int, change: PlotChange, token: EditToken
) -> None:
    """Give all editable properties the change's values, none where it names none.

    An outline that is the stored one as it was served, rounded, leaves the stored one as it is.
    """
    if change.outline is None:
        raise InvalidParameter("geometry", NO_OUTLINE)
    values = empty_values() | editable_values(change.properties)
    with runtime.database.transaction() as session:
        kept = is_outline_of(session, plot_id, change.outline, AS_SERVED)
        change_plot(
            session,
            principal,
            plot_id,
            values,
            None if kept else change.outline,
            seen_version=token.version,
            own_edits_agree=token.shared,
        )


def remove(runtime: Runtime, principal: Principal, plot_id: int, token: EditToken) -> None:
    """Delete a plot from the version in force."""
    with runtime.database.transaction() as session:
        remove_plot(session, principal, plot_id, seen_version=token.version)


def read_change(body: bytes, crs: ServedCrs) -> PlotChange:
    """The change that a GeoJSON Feature, or a part of one, describes.

    Raises:
        InvalidParameter: naming ``body``, ``properties`` or ``geometry``.
    """
    try:
        feature = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidParameter("body", NOT_A_FEATURE) from error
    if not isinstance(feature, dict) or feature.get("type", "Feature") != "Feature":
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
    outline = to_stored(shapely.force_2d(shape), crs)
    if not _finite(outline):
        raise InvalidParameter("geometry", NOT_A_GEOMETRY)
    return outline


def _finite(outline: BaseGeometry) -> bool:
    return bool(np.isfinite(shapely.get_coordinates(outline)).all())
