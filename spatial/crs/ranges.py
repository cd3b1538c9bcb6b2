"""Which systems coordinates may be in, by nothing but their size.

China lies in 73–136° E and 3–54° N; a Gauss-Krüger easting carries its zone before the millions
or does not, and 3-degree zones (25–45) and 6-degree zones (13–23) never share a number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatial.crs.system import (
    CoordinateSystem,
    central_meridian_epsg,
    six_degree_epsg,
    system_of,
    zone_epsg,
)

Floats = NDArray[np.float64]

_LONGITUDES = (73.0, 136.0)
_LATITUDES = (3.0, 54.0)
_NORTHINGS = (330_000.0, 6_010_000.0)
_OFFSETS = (100_000.0, 900_000.0)
_LEAST_NORTHING_BESIDE_OFFSET = 1_000_000.0
_MERCATOR = ((8_126_000.0, 15_140_000.0), (334_000.0, 7_170_000.0))
_UTM_ZONES = range(43, 54)
_CENTRAL_MERIDIANS = range(75, 136, 3)


def candidates_by_range(points: Floats) -> tuple[CoordinateSystem, ...]:
    """The systems whose domain the middle of the points lies in, as stated and with swapped axes.

    ``points``: float64 of shape (n, 2). Unprefixed eastings give every central meridian of
    CGCS2000 and every UTM zone over China: numbers alone cannot tell them apart.
    """
    if not len(points):
        return ()
    x, y = (float(value) for value in np.median(points, axis=0))
    return (*_systems(x, y, swapped=False), *_systems(y, x, swapped=True))


def _systems(x: float, y: float, *, swapped: bool) -> tuple[CoordinateSystem, ...]:
    if _within(x, _LONGITUDES) and _within(y, _LATITUDES):
        return (system_of(4490, swapped=swapped),)
    if not _within(y, _NORTHINGS):
        return ()
    zone, offset = int(x // 1e6), x % 1e6
    if 25 <= zone <= 45 and _within(offset, _OFFSETS):
        return (system_of(zone_epsg(zone), swapped=swapped),)
    if 13 <= zone <= 23 and _within(offset, _OFFSETS):
        zoned = system_of(six_degree_epsg(zone), swapped=swapped)
        mercator = _mercator(x, y, swapped)
        return (zoned, *mercator)
    if _within(x, _OFFSETS) and y >= _LEAST_NORTHING_BESIDE_OFFSET:
        codes = [central_meridian_epsg(degrees) for degrees in _CENTRAL_MERIDIANS]
        codes += [32600 + utm for utm in _UTM_ZONES]
        return tuple(system_of(code, swapped=swapped) for code in codes)
    return _mercator(x, y, swapped)


def _mercator(x: float, y: float, swapped: bool) -> tuple[CoordinateSystem, ...]:
    fits = _within(x, _MERCATOR[0]) and _within(y, _MERCATOR[1])
    return (system_of(3857, swapped=swapped),) if fits else ()


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]
