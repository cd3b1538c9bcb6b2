"""Which village a place lies in, from arrays alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray


class VillageFinder:
    """Villages by place: ``codes`` beside ``polygons`` (EPSG:4490 longitude and latitude)."""

    def __init__(self, codes: Sequence[str], polygons: NDArray[np.object_]) -> None:
        self._codes = np.array([*codes, None], object)
        # Prepared, a surveyed outline of thousands of vertices is asked in no time.
        self._polygons = shapely.force_2d(polygons)
        shapely.prepare(self._polygons)
        self._tree = shapely.STRtree(self._polygons)

    def complete(
        self, codes: NDArray[np.object_], geometry: NDArray[np.object_]
    ) -> NDArray[np.object_]:
        """The codes as given; where one is None, that of the village a polygon lies in.

        A polygon that touches several belongs where a point of its inside is; outside all of
        them it stays None.
        """
        missing = np.flatnonzero([code is None for code in codes])
        if not len(missing):
            return codes
        found = codes.copy()
        found[missing] = self._codes_at(shapely.point_on_surface(geometry[missing]))
        return found

    def _codes_at(self, points: NDArray[np.object_]) -> NDArray[np.object_]:
        inputs, villages = self._tree.query(points)
        meet = shapely.intersects(self._polygons[villages], points[inputs])
        inputs, villages = inputs[meet], villages[meet]
        which = np.full(len(points), -1)
        # Backwards, so that the first village of a point on a shared border is the one kept.
        which[inputs[::-1]] = villages[::-1]
        found: NDArray[np.object_] = self._codes[which]
        return found
