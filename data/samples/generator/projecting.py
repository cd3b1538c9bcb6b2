"""From EPSG:4523, in which everything is made, to other reference systems and to areas."""

from __future__ import annotations

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]

_to_degrees = pyproj.Transformer.from_crs(4523, 4490, always_xy=True)
_ellipsoid = pyproj.Geod(ellps="GRS80")


def to_degrees(geometry: Geometries) -> Geometries:
    """EPSG:4523 to EPSG:4490 longitude and latitude, to a tenth of a millimetre."""
    return np.asarray(
        shapely.transform(
            geometry,
            lambda points: np.round(np.column_stack(_to_degrees.transform(*points.T)), 9),
        )
    )


def to_epsg(geometry: Geometries, epsg: int) -> Geometries:
    """EPSG:4523 to another projected CRS, easting before northing, to the millimetre."""
    change = pyproj.Transformer.from_crs(4523, epsg, always_xy=True)
    return np.asarray(
        shapely.transform(
            geometry, lambda points: np.round(np.column_stack(change.transform(*points.T)), 3)
        )
    )


def official_areas(geometry: Geometries) -> NDArray[np.float64]:
    """Geodesic area on the ellipsoid of EPSG:4523 polygons, m² to two decimals, as surveys give
    it."""
    shapes = to_degrees(geometry)
    return np.array([round(abs(_ellipsoid.geometry_area_perimeter(s)[0]), 2) for s in shapes])
