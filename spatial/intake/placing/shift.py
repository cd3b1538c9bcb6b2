"""Suspicion that coordinates are in GCJ-02, the shifted system of Chinese web maps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial.crs import remove_gcj02_shift
from spatial.intake.model import LayerFinding
from spatial.intake.placing.ground import KnownGround
from spatial.messages import Message
from spatial.words import LayerName

Floats = NDArray[np.float64]

_FEWEST_POINTS = 20
_METRES_PER_DEGREE = 111_000.0


@dataclass(frozen=True, slots=True)
class _Bar:
    """What must be seen: the share that fits once the shift is taken away, and its gain."""

    share: float
    gain: float


_ON_BOUNDARY = _Bar(0.5, 0.3)
_INSIDE = _Bar(0.9, 0.03)


def suspect_gcj02(degrees: Floats, ground: KnownGround, layer: LayerName) -> LayerFinding | None:
    """A finding when positions fit the known villages clearly better without the shift.

    ``degrees``: float64 (n, 2), vertices spread over the layer, as it is about to be stored.
    Outlines of villages are held against the loaded outlines, all else against their ground.
    """
    if len(degrees) < _FEWEST_POINTS:
        return None
    outlines = layer is LayerName.VILLAGES
    fits, bar = (ground.on_boundary, _ON_BOUNDARY) if outlines else (ground.inside, _INSIDE)
    without = remove_gcj02_shift(degrees)
    as_is, shifted_back = float(fits(degrees).mean()), float(fits(without).mean())
    if shifted_back < bar.share or shifted_back - as_is < bar.gain:
        return None
    lon, lat = np.median(degrees, axis=0)
    east, north = np.median(degrees - without, axis=0) * _METRES_PER_DEGREE
    return LayerFinding(
        code="gcj02-suspicion",
        message=Message(
            "疑似火星坐标（GCJ-02，高德、腾讯等地图所用）：整体偏移约东 {east:.0f} 米、"
            "北 {north:.0f} 米。去掉偏移后有 {after:.0%} 与村界吻合，现在只有 {before:.0%}。"
            "待核实，未自动改动。",
            "Suspected GCJ-02 (the shifted coordinates of web maps): about {east:.0f} m east and "
            "{north:.0f} m north. Without the shift {after:.0%} fit the villages, as it is "
            "{before:.0%}. To be verified; nothing was moved.",
        ).format(
            east=east * np.cos(np.radians(lat)), north=north, after=shifted_back, before=as_is
        ),
        lon=float(lon),
        lat=float(lat),
    )
