"""Metric planes, one around each geometry, for what an equal-area plane cannot give: distance.

A plane touches the CGCS2000 ellipsoid at the middle of its geometry's bounding box and scales
longitude and latitude there by the radii of curvature (Snyder 1987, 4-18 to 4-20). The mapping is
affine, so straight lines stay straight; over 10 km distances keep four digits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.area import ECCENTRICITY_SQUARED, SEMI_MAJOR_M
from spatial.overlay.model import Geometries

Floats = NDArray[np.float64]

# A buffer's quarter circle is drawn with two chords: at 2 m they leave it by 15 cm at most.
QUARTER_CIRCLE_CHORDS = 2
_DEGREE_M = 111_700.0
"""No degree of longitude or latitude is longer on the ellipsoid, m."""


@dataclass(frozen=True, slots=True)
class LocalPlanes:
    """``centre``: (n, 2) degrees; ``scale``: (n, 2) metres per degree, of longitude, latitude."""

    centre: Floats
    scale: Floats

    def to_metres(self, geometry: Geometries) -> Geometries:
        """Each geometry in its own plane, metres from its centre."""
        coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
        moved = (coordinates - self.centre[owner]) * self.scale[owner]
        return shapely.set_coordinates(geometry.copy(), moved)

    def to_degrees(self, geometry: Geometries) -> Geometries:
        """Each geometry of its own plane in longitude and latitude again."""
        coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
        moved = coordinates / self.scale[owner] + self.centre[owner]
        return shapely.set_coordinates(geometry.copy(), moved)


def local_planes(geometry: Geometries) -> LocalPlanes:
    """The plane around each of n geometries, EPSG:4490 degrees; empty ones get any plane."""
    bounds = np.nan_to_num(shapely.bounds(geometry).reshape(-1, 4))
    centre = (bounds[:, :2] + bounds[:, 2:]) / 2
    latitude = np.radians(centre[:, 1])
    divisor = 1 - ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    across = SEMI_MAJOR_M / np.sqrt(divisor)
    along = SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED) / divisor**1.5
    scale = np.radians(np.column_stack((across * np.cos(latitude), along)))
    return LocalPlanes(centre, scale)


def shrink_and_grow(geometry: Geometries, metres: float) -> tuple[Geometries, Geometries]:
    """Polygons moved inwards and outwards by a distance, in their local metric planes.

    ``geometry``: polygons, EPSG:4490 degrees; ``metres``: not negative. Shrunk polygons may be
    empty. Corners are rounded with chords.
    """
    if metres == 0:
        return geometry, geometry
    planes = local_planes(geometry)
    # GEOS simplifies a ring from its first vertex on: normal rings do not depend on where that is.
    planar = shapely.normalize(planes.to_metres(geometry))
    shrunk = shapely.buffer(planar, -metres, quad_segs=QUARTER_CIRCLE_CHORDS)
    grown = shapely.buffer(planar, metres, quad_segs=QUARTER_CIRCLE_CHORDS)
    return planes.to_degrees(shrunk), planes.to_degrees(grown)


def perimeter_m(geometry: Geometries) -> Floats:
    """Length of all rings in metres; EPSG:4490 degrees in."""
    lengths: Floats = shapely.length(local_planes(geometry).to_metres(geometry))
    return lengths


def is_dust(
    geometry: Geometries, area_m2: Floats, dust_area_m2: float, dust_width_m: float
) -> NDArray[np.bool_]:
    """Whether polygons are smaller or, by mean width 2A/P, thinner than dust may be."""
    dust: NDArray[np.bool_] = area_m2 < dust_area_m2
    # An upper bound of the perimeter settles nearly all of them.
    longest = shapely.length(geometry) * _DEGREE_M
    open_question = ~dust & (2 * area_m2 < dust_width_m * longest)
    if open_question.any():
        perimeter = perimeter_m(geometry[open_question])
        dust[open_question] = 2 * area_m2[open_question] < dust_width_m * perimeter
    return dust
