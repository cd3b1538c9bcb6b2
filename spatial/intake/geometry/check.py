"""Valid multipolygons in EPSG:4490 from the shapes of a chunk, whole arrays at a time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.area import ellipsoidal_area
from spatial.intake.geometry import flaws
from spatial.intake.geometry.mend import Mended, mend
from spatial.intake.tables.table import Flaw, Shapes

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]

_MULTIPOLYGON = int(shapely.GeometryType.MULTIPOLYGON)
_POLYGON = int(shapely.GeometryType.POLYGON)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one row's geometry, and a point to look at."""

    flaw: Flaw
    lon: float | None = None
    lat: float | None = None


@dataclass(slots=True)
class CheckedShapes:
    """Geometries of n rows, None where rejected, their areas, and verdicts by position."""

    geometry: Geometries
    area_m2: Floats
    rejected: dict[int, Verdict] = field(default_factory=dict)
    repaired: dict[int, Verdict] = field(default_factory=dict)


def check_shapes(shapes: Shapes, *, ring_soup: bool) -> CheckedShapes:
    """Keep what is valid, mend what a small change mends, reject the rest.

    ``ring_soup``: the format knows rings only, so that wrong nesting is the writer's slip and not
    a shape of its own (shapefiles). A repair may change the area by 0.1 % or 1 m². The result is
    multipolygons with outer rings counter-clockwise.
    """
    geometry = _as_multipolygons(shapes.geometry)
    sound = shapely.is_valid(geometry) & (shapely.get_type_id(geometry) == _MULTIPOLYGON)
    sound &= ~shapely.is_empty(geometry) & _on_globe(geometry)
    checked = CheckedShapes(geometry, np.zeros(len(geometry)))
    for position in np.flatnonzero(~sound).tolist():
        lost = shapes.lost.get(position)
        shape = geometry[position]
        mended = Mended(None, lost, *_place(shape)) if lost else mend(shape, ring_soup)
        _settle(checked, position, mended)
    for position, flaw in shapes.mended.items():
        if position not in checked.rejected:
            checked.repaired.setdefault(position, Verdict(flaw, *_place(geometry[position])))
    turned = np.flatnonzero(~sound) if shapes.oriented else slice(None)
    checked.geometry[turned] = shapely.orient_polygons(checked.geometry[turned])
    checked.area_m2[:] = ellipsoidal_area(checked.geometry)
    flat = (checked.area_m2 <= 0) & ~shapely.is_missing(checked.geometry)
    for position in np.flatnonzero(flat).tolist():
        _settle(checked, position, Mended(None, flaws.ZERO_AREA, *_place(geometry[position])))
    return checked


def _settle(checked: CheckedShapes, position: int, mended: Mended) -> None:
    checked.geometry[position] = mended.geometry
    verdict = Verdict(mended.flaw, mended.lon, mended.lat)
    if mended.geometry is None:
        checked.rejected[position] = verdict
        checked.repaired.pop(position, None)
    else:
        checked.repaired[position] = verdict


def _as_multipolygons(geometry: Geometries) -> Geometries:
    single = np.flatnonzero(shapely.get_type_id(geometry) == _POLYGON)
    if not len(single):
        return geometry
    result = geometry.copy()
    result[single] = shapely.multipolygons(geometry[single], indices=np.arange(len(single)))
    return result


def _on_globe(geometry: Geometries) -> NDArray[np.bool_]:
    west, south, east, north = shapely.bounds(geometry).T
    with np.errstate(invalid="ignore"):
        return np.asarray((west >= -180) & (east <= 180) & (south >= -90) & (north <= 90))


def _place(geometry: shapely.Geometry | None) -> tuple[float, float] | tuple[None, None]:
    if geometry is None or shapely.is_empty(geometry):
        return None, None
    x, y = shapely.get_coordinates(geometry)[0]
    return float(x), float(y)
