"""Known ground: the loaded villages, to see whether positions fall where they may."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.intake.model import Reference

Floats = NDArray[np.float64]

MARGIN_M = 2_000.0
"""How far outside the villages a position may lie."""
_SLACK_M = 50.0
"""What survey outlines may disagree by."""
_METRES_PER_DEGREE = 111_000.0


class KnownGround:
    """The union of the reference villages, asked by position in EPSG:4490 degrees."""

    def __init__(self, villages: NDArray[np.object_]) -> None:
        sound = shapely.make_valid(villages)
        whole = shapely.union_all(sound)
        self.centre: Floats = shapely.get_coordinates(shapely.centroid(whole))
        """The middle of the villages: float64 of shape (1, 2), degrees."""
        latitude = float(self.centre[0, 1])
        scale = np.array([np.cos(np.radians(latitude)), 1.0]) * _METRES_PER_DEGREE
        self._scale: Floats = scale
        plane = shapely.transform(whole, lambda points: points * scale)
        self._inside = _prepared(shapely.buffer(plane, _SLACK_M, quad_segs=4))
        self._near = _prepared(shapely.buffer(shapely.simplify(plane, 10.0), MARGIN_M, quad_segs=4))
        self._villages = sound

    @cached_property
    def _edges(self) -> shapely.Geometry:
        """What lies along a boundary; only some layers ask, and it costs more than all else."""
        edges = shapely.transform(
            shapely.boundary(self._villages), lambda points: points * self._scale
        )
        return _prepared(shapely.union_all(shapely.buffer(edges, _SLACK_M, quad_segs=2)))

    def near(self, degrees: Floats) -> NDArray[np.bool_]:
        """Which positions lie in the villages or within the margin; float64 (n, 2) in."""
        return self._contains(self._near, degrees)

    def inside(self, degrees: Floats) -> NDArray[np.bool_]:
        """Which positions lie in the villages, give or take 50 m."""
        return self._contains(self._inside, degrees)

    def on_boundary(self, degrees: Floats) -> NDArray[np.bool_]:
        """Which positions lie on a village's boundary, give or take 50 m."""
        return self._contains(self._edges, degrees)

    def _contains(self, area: shapely.Geometry, degrees: Floats) -> NDArray[np.bool_]:
        finite: NDArray[np.bool_] = np.atleast_1d(np.isfinite(degrees).all(axis=1))
        plane = np.where(finite[:, None], degrees, 0.0) * self._scale
        within: NDArray[np.bool_] = np.atleast_1d(
            shapely.contains_xy(area, plane[:, 0], plane[:, 1])
        )
        within &= finite
        return within


def known_ground(reference: Reference | None) -> KnownGround | None:
    """The reference's ground; None when there are no villages yet."""
    if reference is None or not len(reference.villages):
        return None
    usable = np.array([village for village in reference.villages if village is not None], object)
    return KnownGround(usable) if len(usable) else None


def _prepared(area: shapely.Geometry) -> shapely.Geometry:
    shapely.prepare(area)
    return area
