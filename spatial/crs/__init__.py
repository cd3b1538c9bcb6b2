"""Coordinate systems: told by name or by value, and brought to EPSG:4490 degrees."""

from spatial.crs.gcj02 import add_gcj02_shift, remove_gcj02_shift
from spatial.crs.identify import Identified, Refusal, identify
from spatial.crs.ranges import candidates_by_range
from spatial.crs.system import (
    STORAGE_CRS,
    STORAGE_EPSG,
    CoordinateSystem,
    only_offset_differs,
    system_of,
)

__all__ = [
    "STORAGE_CRS",
    "STORAGE_EPSG",
    "CoordinateSystem",
    "Identified",
    "Refusal",
    "add_gcj02_shift",
    "candidates_by_range",
    "identify",
    "only_offset_differs",
    "remove_gcj02_shift",
    "system_of",
]
