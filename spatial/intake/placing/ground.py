"""Known ground: the loaded villages, to see whether positions fall where they may."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.intake.model import Reference

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

MARGIN_M = 2_000.0
"""How far outside the villages a position may lie."""
_SLACK_M = 50.0
"""What survey outlines may disagree by."""
_DETAIL_M = 5.0
"""Surveyed outlines have a vertex every few metres; far fewer answer whether something is near."""
_METRES_PER_DEGREE = 111_000.0


class KnownGround:
    """The ground of the reference villages, asked by position in EPSG:4490 degrees.

    Each position looks the villages around it up. Their union would answer the same, but to unite
    the surveyed outlines of a whole district takes longer than to read any file.
    """

    def __init__(self, villages: Geometries) -> None:
        self.centre: Floats = _centre(villages)
        """The middle of the villages: float64 of shape (1, 2), degrees."""
        latitude = float(self.centre[0, 1])
        scale = np.array([np.cos(np.radians(latitude)), 1.0]) * _METRES_PER_DEGREE
        self._scale: Floats = scale
        plane = shapely.transform(villages, lambda points: points * scale)
        self._outlines = shapely.simplify(plane, _DETAIL_M, preserve_topology=False)
        self._villages = shapely.STRtree(shapely.make_valid(self._outlines))

    @cached_property
    def _edges(self) -> shapely.STRtree:
        """The villages' boundaries; only some layers ask for them."""
        return shapely.STRtree(shapely.boundary(self._outlines))

    def near(self, degrees: Floats) -> NDArray[np.bool_]:
        """Which positions lie in the villages or within the margin; float64 (n, 2) in."""
        return self._within(self._villages, degrees, MARGIN_M)

    def inside(self, degrees: Floats) -> NDArray[np.bool_]:
        """Which positions lie in the villages, give or take 50 m."""
        return self._within(self._villages, degrees, _SLACK_M)

    def on_boundary(self, degrees: Floats) -> NDArray[np.bool_]:
        """Which positions lie on a village's boundary, give or take 50 m."""
        return self._within(self._edges, degrees, _SLACK_M)

    def _within(
        self, villages: shapely.STRtree, degrees: Floats, distance_m: float
    ) -> NDArray[np.bool_]:
        within = np.zeros(len(degrees), dtype=bool)
        finite = np.flatnonzero(np.isfinite(degrees).all(axis=1))
        points = np.asarray(shapely.points(degrees[finite] * self._scale))
        found = villages.query(points, predicate="dwithin", distance=distance_m)[0]
        within[finite[found]] = True
        return within


def known_ground(reference: Reference | None) -> KnownGround | None:
    """The reference's ground; None when there are no villages yet."""
    if reference is None or not len(reference.villages):
        return None
    villages = np.asarray(reference.villages, dtype=object)
    usable = villages[~(shapely.is_missing(villages) | shapely.is_empty(villages))]
    return KnownGround(usable) if len(usable) else None


def _centre(villages: Geometries) -> Floats:
    """The centre of gravity of villages that do not overlap."""
    weights = np.maximum(shapely.area(villages), np.finfo(float).tiny)
    centres = shapely.get_coordinates(shapely.centroid(villages))
    middle: Floats = np.average(centres, axis=0, weights=weights)[None, :]
    return middle
