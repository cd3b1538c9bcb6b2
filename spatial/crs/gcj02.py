"""GCJ-02, the shifted coordinates of Chinese web maps: only to recognise it.

The shift is the published polynomial-and-sine approximation that map libraries share; it agrees
with shifted outlines in use to a few metres.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SEMI_MAJOR_M = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943
_ORIGIN = (105.0, 35.0)


def add_gcj02_shift(degrees: Floats) -> Floats:
    """WGS 84 or CGCS2000 positions as GCJ-02 shows them: float64 (n, 2), longitude first."""
    return degrees + _shift(degrees)


def remove_gcj02_shift(degrees: Floats) -> Floats:
    """GCJ-02 positions where they truly are, to better than a centimetre of the model."""
    true = degrees.copy()
    for _ in range(3):
        true = degrees - _shift(true)
    return true


def _shift(degrees: Floats) -> Floats:
    x, y = degrees[:, 0] - _ORIGIN[0], degrees[:, 1] - _ORIGIN[1]
    root = np.sqrt(np.abs(x))
    ripple = 20 * (np.sin(6 * np.pi * x) + np.sin(2 * np.pi * x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (ripple + 20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3)) * 2 / 3
    north += (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (ripple + 20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3)) * 2 / 3
    east += (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30)) * 2 / 3
    latitude = np.radians(degrees[:, 1])
    magic = 1 - _ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    meridian = _SEMI_MAJOR_M * (1 - _ECCENTRICITY_SQUARED) / (magic * np.sqrt(magic))
    parallel = _SEMI_MAJOR_M / np.sqrt(magic) * np.cos(latitude)
    return np.column_stack((np.degrees(east / parallel), np.degrees(north / meridian)))
