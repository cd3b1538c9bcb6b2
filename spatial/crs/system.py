"""A coordinate system that Plotwatch reads, and the way from it to EPSG:4490."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj.exceptions import ProjError

Floats = NDArray[np.float64]

STORAGE_EPSG = 4490
"""CGCS2000 geographic: everything is stored in its degrees, longitude first."""
STORAGE_CRS = f"EPSG:{STORAGE_EPSG}"
WGS_84_EPSG = 4326
DEGREE_SYSTEMS = ("EPSG:4490", "EPSG:4326", "OGC:CRS84")
"""Systems whose degrees are taken as they are: WGS 84 and CGCS2000 agree to centimetres."""

_AREA_MARGIN_DEGREES = 3.0

_THREAD = threading.local()


@dataclass(frozen=True, slots=True)
class CoordinateSystem:
    """A system by its definition.

    ``label``: ``EPSG:N`` where there is a code, else a name. ``definition``: what pyproj reads.
    ``swapped``: whether the file has northing (or latitude) first.
    """

    label: str
    definition: str
    swapped: bool = False

    def to_degrees(self, coordinates: Floats) -> Floats:
        """Vertices in EPSG:4490 degrees, longitude first.

        ``coordinates``: float64 of shape (n, 2) as the file has them. Vertices outside the
        system's domain come back as infinity or NaN.
        """
        if self.swapped:
            coordinates = coordinates[:, ::-1]
        if self.definition in DEGREE_SYSTEMS:
            return np.ascontiguousarray(coordinates)
        x, y = _transformer(self.definition).transform(
            np.ascontiguousarray(coordinates[:, 0]), np.ascontiguousarray(coordinates[:, 1])
        )
        return np.column_stack((x, y))

    def accepts(self, degrees: Floats) -> NDArray[np.bool_]:
        """Which positions, in EPSG:4490 degrees, the system may be used for: on the globe, and no
        further than three degrees from its area of use."""
        west, south, east, north = _area_of_use(self.definition)
        with np.errstate(invalid="ignore"):
            longitude, latitude = degrees[:, 0], degrees[:, 1]
            sound = (longitude >= west) & (longitude <= east)
            return np.asarray(sound & (latitude >= south) & (latitude <= north))

    @property
    def usable(self) -> bool:
        """Whether PROJ knows a way from it; damaged definitions may parse and lead nowhere."""
        try:
            self.to_degrees(np.zeros((1, 2)))
        except ProjError:
            return False
        return True

    @property
    def key(self) -> str:
        """The label, with a mark when the axes are swapped."""
        return f"{self.label} (axes swapped)" if self.swapped else self.label


def system_of(epsg: int, *, swapped: bool = False) -> CoordinateSystem:
    """The system of an EPSG code."""
    return CoordinateSystem(f"EPSG:{epsg}", f"EPSG:{epsg}", swapped)


def zone_epsg(zone: int) -> int:
    """CGCS2000 3-degree zone with prefix (zone 25 to 45): its EPSG code."""
    return 4488 + zone


def central_meridian_epsg(degrees: int) -> int:
    """CGCS2000 3-degree zone without prefix, by its central meridian (75 to 135)."""
    return 4534 + (degrees - 75) // 3


def six_degree_epsg(zone: int) -> int:
    """CGCS2000 6-degree zone with prefix (zone 13 to 23)."""
    return 4478 + zone


def only_offset_differs(one: CoordinateSystem, other: CoordinateSystem) -> bool:
    """Whether two CGCS2000 systems are one zone, with and without its number in the easting."""
    meridians = {_central_meridian(one.label), _central_meridian(other.label)}
    return len(meridians) == 1 and meridians != {None}


def _central_meridian(label: str) -> int | None:
    code = int(label.removeprefix("EPSG:")) if label.removeprefix("EPSG:").isdigit() else 0
    if 4513 <= code <= 4533:
        return 3 * (code - 4488)
    if 4534 <= code <= 4554:
        return 75 + 3 * (code - 4534)
    return 6 * (code - 4478) - 3 if 4491 <= code <= 4501 else None


@cache
def coordinate_system(definition: str) -> pyproj.CRS:
    """The parsed definition, once per process."""
    return pyproj.CRS.from_user_input(definition)


def _transformer(definition: str) -> pyproj.Transformer:
    """A transformer of this thread: PROJ contexts are not shared between threads."""
    known: dict[str, pyproj.Transformer] = _THREAD.__dict__.setdefault("transformers", {})
    if definition not in known:
        source = coordinate_system(definition)
        # Parameters supplied with a datum lead to WGS 84; towards another datum PROJ drops them.
        target = WGS_84_EPSG if source.is_bound else STORAGE_EPSG
        known[definition] = pyproj.Transformer.from_crs(source, target, always_xy=True)
    return known[definition]


@cache
def _area_of_use(definition: str) -> tuple[float, float, float, float]:
    area = coordinate_system(definition).area_of_use
    if area is None or area.west > area.east:
        return -180.0, -90.0, 180.0, 90.0
    margin = _AREA_MARGIN_DEGREES
    return (
        max(area.west - margin, -180.0),
        max(area.south - margin, -90.0),
        min(area.east + margin, 180.0),
        min(area.north + margin, 90.0),
    )
