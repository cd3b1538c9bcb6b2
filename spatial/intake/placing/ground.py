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
_DETAIL_M = 10.0
"""Surveyed outlines have a vertex every few metres. Uniting those of a whole district takes longer
than reading any file, and answers nothing that a tenth of the vertices does not."""
_METRES_PER_DEGREE = 111_000.0


class KnownGround:
    """The union of the reference villages, asked by position in EPSG:4490 degrees."""

    def __init__(self, villages: Geometries) -> None:
        self.centre: Floats = _centre(villages)
        """The middle of the villages: float64 of shape (1, 2), degrees."""
        latitude = float(self.centre[0, 1])
        scale = np.array([np.cos(np.radians(latitude)), 1.0]) * _METRES_PER_DEGREE
        self._scale: Floats = scale
        plane = shapely.transform(villages, lambda points: points * scale)
        self._outlines = shapely.simplify(plane, _DETAIL_M, preserve_topology=False)
        whole = shapely.union_all(shapely.make_valid(self._outlines))
        self._inside = _prepared(shapely.buffer(whole, _SLACK_M, quad_segs=4))
        self._near = _prepared(shapely.buffer(whole, MARGIN_M, quad_segs=4))

    @cached_property
    def _edges(self) -> shapely.Geometry:
        """What lies along a boundary; only some layers ask for it."""
        edges = shapely.buffer(shapely.boundary(self._outlines), _SLACK_M, quad_segs=2)
        return _prepared(shapely.union_all(edges))

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
    villages = np.asarray(reference.villages, dtype=object)
    usable = villages[~(shapely.is_missing(villages) | shapely.is_empty(villages))]
    return KnownGround(usable) if len(usable) else None


def _centre(villages: Geometries) -> Floats:
    """The centre of gravity of villages that do not overlap."""
    weights = np.maximum(shapely.area(villages), np.finfo(float).tiny)
    centres = shapely.get_coordinates(shapely.centroid(villages))
    middle: Floats = np.average(centres, axis=0, weights=weights)[None, :]
    return middle


def _prepared(area: shapely.Geometry) -> shapely.Geometry:
    shapely.prepare(area)
    return area
