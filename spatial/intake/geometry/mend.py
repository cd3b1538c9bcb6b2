"""One geometry that is not a valid multipolygon: mended, or refused with a point to look at."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.area import ellipsoidal_area
from spatial.intake.geometry import flaws
from spatial.intake.tables.rings import IMPOSSIBLE
from spatial.intake.tables.table import Flaw

_REASON = re.compile(r"([^\[]+?)\s*(?:\[([-+.\deE]+) ([-+.\deE]+)\])?")
_LARGEST_CHANGE_M2 = 1.0
_LARGEST_CHANGE_SHARE = 0.001
_HAS_PARTS = (
    int(shapely.GeometryType.GEOMETRYCOLLECTION),
    int(shapely.GeometryType.POLYGON),
    int(shapely.GeometryType.MULTIPOLYGON),
)


@dataclass(frozen=True, slots=True)
class Mended:
    """A mended multipolygon, or None; what was wrong; a point in EPSG:4490 degrees."""

    geometry: shapely.Geometry | None
    flaw: Flaw
    lon: float | None = None
    lat: float | None = None


def mend(geometry: shapely.Geometry | None, ring_soup: bool) -> Mended:
    """Make one geometry a valid multipolygon if that changes little (see ``check_shapes``)."""
    if geometry is None:
        return Mended(None, flaws.MISSING)
    if shapely.is_empty(geometry):
        return Mended(None, flaws.EMPTY)
    points = shapely.get_coordinates(geometry)
    sound = np.isfinite(points).all(axis=1) & (np.abs(points) <= (180, 90)).all(axis=1)
    if not sound.all():
        return Mended(None, IMPOSSIBLE, *_first(points[sound]))
    if shapely.get_type_id(geometry) not in _HAS_PARTS:
        return Mended(None, flaws.NOT_POLYGON, *_first(points))
    polygons, strays = _polygons(geometry)
    if not polygons:
        return Mended(None, flaws.NOT_POLYGON, *_first(points))
    whole = shapely.MultiPolygon(polygons)
    if whole.is_valid:
        return Mended(whole, flaws.STRAY_PARTS if strays else flaws.COLLECTION, *_first(points))
    return _mend_invalid(whole, ring_soup)


def _mend_invalid(whole: shapely.Geometry, ring_soup: bool) -> Mended:
    match = _REASON.fullmatch(shapely.is_valid_reason(whole))
    reason = match[1] if match else ""
    place = _reason_place(match) or _first(shapely.get_coordinates(whole))
    if ring_soup and (renested := _renested(whole)) is not None:
        return Mended(renested, flaws.RINGS_REASSIGNED, *place)
    try:
        valid = shapely.make_valid(whole, method="structure", keep_collapsed=False)
    except shapely.errors.GEOSException:
        return Mended(None, flaws.beyond_repair(reason, float("nan")), *place)
    polygons, _ = _polygons(valid)
    if not polygons:
        return Mended(None, flaws.ZERO_AREA, *place)
    mended = shapely.MultiPolygon(polygons)
    before, after = ellipsoidal_area(np.array([whole, mended], dtype=object))
    change = abs(float(after - before))
    if change > max(_LARGEST_CHANGE_M2, _LARGEST_CHANGE_SHARE * float(before)):
        return Mended(None, flaws.beyond_repair(reason, change), *place)
    return Mended(mended, flaws.repaired(reason, change), *place)


def _renested(whole: shapely.Geometry) -> shapely.Geometry | None:
    """The same rings nested by what lies in what; None when that needs new vertices."""
    rings = shapely.get_rings(shapely.get_parts(whole))
    if len(rings) < 2 or not shapely.is_valid(shapely.polygons(rings)).all():
        return None
    try:
        built = shapely.build_area(shapely.MultiLineString(list(rings)))
    except shapely.errors.GEOSException:
        return None
    polygons, _ = _polygons(built)
    if not polygons:
        return None
    nested = shapely.MultiPolygon(polygons)
    same = shapely.get_num_coordinates(nested) == shapely.get_num_coordinates(rings).sum()
    return nested if same and nested.is_valid else None


def _polygons(geometry: shapely.Geometry) -> tuple[list[shapely.Polygon], bool]:
    """All polygons in a geometry, however deep, and whether there was anything else."""
    parts: NDArray[np.object_] = np.array([geometry], dtype=object)
    while (shapely.get_type_id(parts) > int(shapely.GeometryType.POLYGON)).any():
        parts = shapely.get_parts(parts)
    is_polygon = shapely.get_type_id(parts) == int(shapely.GeometryType.POLYGON)
    kept = is_polygon & ~shapely.is_empty(parts)
    return list(parts[kept]), bool((~is_polygon).any())


def _reason_place(match: re.Match[str] | None) -> tuple[float, float] | None:
    return (float(match[2]), float(match[3])) if match and match[2] else None


def _first(points: NDArray[np.float64]) -> tuple[float, float] | tuple[None, None]:
    return (float(points[0, 0]), float(points[0, 1])) if len(points) else (None, None)
