"""How far two pieces of ground are the same ground: what "one place, one case" is decided by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.area import ellipsoidal_area
from spatial.overlay.model import Geometries
from spatial.overlay.polygons import intersect

Index = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sameness:
    """Shares of pairs of a new and an earlier ground, float64 arrays of one length.

    ``common_m2``: area of their intersection, m². ``iou``: intersection over union, 0 to 1.
    ``cover``: the share of the earlier ground that the new one covers, 0 to 1. Pairs in which a
    ground has no area have shares of 0.
    """

    common_m2: Floats
    iou: Floats
    cover: Floats

    def is_same(self, *, iou: float, cover: float) -> NDArray[np.bool_]:
        """Whether a pair reaches either threshold."""
        same: NDArray[np.bool_] = (self.iou >= iou) | (self.cover >= cover)
        return same & (self.common_m2 > 0)


def touching_pairs(new: Geometries, earlier: Geometries) -> tuple[Index, Index]:
    """Positions of all pairs of a new and an earlier ground that meet, ordered by both.

    ``new``, ``earlier``: object arrays of polygons, EPSG:4490 degrees; None and empty ones meet
    nothing.
    """
    pairs = shapely.STRtree(earlier).query(new, predicate="intersects")
    first, second = pairs[:, np.lexsort(pairs[::-1])].astype(np.int64)
    return first, second


def touching_among(ground: Geometries) -> tuple[Index, Index]:
    """Positions of all pairs of two grounds that meet, the lower first, ordered by both."""
    first, second = shapely.STRtree(ground).query(ground).astype(np.int64)
    first, second = first[first < second], second[first < second]
    meet = shapely.intersects(ground[first], ground[second])
    first, second = first[meet], second[meet]
    order = np.lexsort((second, first))
    return first[order], second[order]


def compare_ground(
    new: Geometries, earlier: Geometries, new_index: NDArray[Any], earlier_index: NDArray[Any]
) -> Sameness:
    """Compare ``new[new_index[i]]`` with ``earlier[earlier_index[i]]`` for every i.

    ``new``, ``earlier``: object arrays of valid polygons, EPSG:4490 degrees. Areas are m² on the
    CGCS2000 ellipsoid.
    """
    common = ellipsoidal_area(intersect(new[new_index], earlier[earlier_index]))
    first = ellipsoidal_area(new)[new_index]
    second = ellipsoidal_area(earlier)[earlier_index]
    return Sameness(
        common_m2=common,
        iou=_share(common, first + second - common),
        cover=_share(common, second),
    )


def same_outline(one: shapely.Geometry, other: shapely.Geometry, tolerance: float) -> bool:
    """Whether every vertex of each of two polygons lies on the other's outline.

    ``tolerance``: how far beside it still counts, in the polygons' own units.
    """
    return _lies_on(one, other, tolerance) and _lies_on(other, one, tolerance)


def _lies_on(one: shapely.Geometry, other: shapely.Geometry, tolerance: float) -> bool:
    outline = shapely.boundary(other)
    shapely.prepare(outline)
    vertices = shapely.points(shapely.get_coordinates(one))
    return bool(shapely.dwithin(outline, vertices, tolerance).all())


def _share(part: Floats, whole: Floats) -> Floats:
    share = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    # Rounding of the intersection may pass the whole by its last digits.
    return np.minimum(share, 1.0)
