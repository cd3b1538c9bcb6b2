"""Small vectorised set operations on arrays of polygons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

from spatial.overlay.model import Geometries

_EMPTY = Polygon()
_SMALLEST_TRIAL = 4
GRID = 1e-12
"""Degrees."""


def polygonal(geometry: Geometries) -> Geometries:
    """The surfaces of the results of set operations, without the points and lines of contact.

    ``geometry``: object array of any shapely geometries or None. Returns polygons and
    multipolygons; an empty polygon where there is no surface.
    """
    kinds = np.asarray(shapely.get_type_id(geometry))
    other = (kinds != shapely.GeometryType.POLYGON) & (kinds != shapely.GeometryType.MULTIPOLYGON)
    if not other.any():
        return geometry
    result: Geometries = geometry.copy()
    result[other] = [_surface(item) for item in geometry[other]]
    return result


def _surface(geometry: shapely.Geometry | None) -> shapely.Geometry:
    if geometry is None:
        return _EMPTY
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return MultiPolygon([part for part in parts if isinstance(part, Polygon)])


def intersect(first: Geometries, second: Geometries) -> Geometries:
    """The common surface of each pair; empty polygons where there is none."""
    return _guarded(shapely.intersection, first, second)


def subtract(first: Geometries, second: Geometries) -> Geometries:
    """The surface of each first geometry without its second."""
    return _guarded(shapely.difference, first, second)


def _guarded(operation: Callable[..., Any], *operands: Geometries) -> Geometries:
    """An operation on arrays of which a pair that GEOS cannot work out spoils nothing else.

    Such a pair, which only invalid geometry is known to make, is made valid and worked out on a
    grid of a tenth of a micrometre, where noding cannot fail.
    """
    try:
        return polygonal(np.asarray(operation(*operands)))
    except shapely.errors.GEOSException:
        if len(operands[0]) == 1:
            exact = (shapely.set_precision(shapely.make_valid(item), GRID) for item in operands)
            return shapely.set_precision(polygonal(np.asarray(operation(*exact))), 0)
    middle = len(operands[0]) // 2
    return np.concatenate(
        [
            _guarded(operation, *(item[:middle] for item in operands)),
            _guarded(operation, *(item[middle:] for item in operands)),
        ]
    )


def unite(geometry: Geometries, group: NDArray[Any]) -> Geometries:
    """The union of each group.

    ``geometry``: valid polygons of shape (n,); ``group``: ascending group numbers 0 to k-1, each
    of which occurs. Returns k geometries. Land-use polygons mostly share their boundaries vertex
    for vertex: such groups are dissolved along them, which is several times faster than a general
    union; all others are united in general.
    """
    sizes = np.bincount(group)
    first = np.cumsum(sizes) - sizes
    result: Geometries = geometry[first]
    several = np.flatnonzero(sizes > 1)
    if not len(several):
        return result
    members = sizes[group] > 1
    dense = np.searchsorted(several, group[members])
    collections = shapely.geometrycollections(geometry[members], indices=dense)
    result[several] = _unite_collections(collections)
    return result


def _unite_collections(collections: Geometries) -> Geometries:
    united = _dissolve(collections)
    # Where surfaces overlap without sharing an edge the dissolved one is not valid.
    wrong = ~shapely.is_valid(united)
    if wrong.any():
        united[wrong] = _unite_each(collections[wrong])
    return polygonal(united)


def _dissolve(collections: Geometries) -> Geometries:
    """Coverage union of each; a general one where shared edges overlap or do not match.

    GEOS refuses the whole array for one such collection: halves are tried again, down to a few.
    """
    try:
        return np.asarray(shapely.coverage_union_all(collections[:, None], axis=1))
    except shapely.errors.GEOSException:
        if len(collections) <= _SMALLEST_TRIAL:
            return _unite_each(collections)
    middle = len(collections) // 2
    return np.concatenate([_dissolve(collections[:middle]), _dissolve(collections[middle:])])


def _unite_each(collections: Geometries) -> Geometries:
    return _guarded(lambda items: shapely.union_all(items[:, None], axis=1), collections)
