"""Which features may meet which patches, found by bounding boxes and by prepared geometry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.overlay.model import Geometries

Index = NDArray[np.int64]
Flags = NDArray[np.bool_]

LARGE_VERTICES = 400
"""Features with more vertices are prepared once and cut to the patch before anything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Patches and features that may meet, ordered by patch, then by the features' own rank.

    ``patch`` and ``feature`` are positions; ``large`` marks features with many vertices, all of
    which truly meet their patch; ``inside``: the patch lies wholly within the feature (only told
    of large ones).
    """

    patch: Index
    feature: Index
    large: Flags
    inside: Flags

    def __len__(self) -> int:
        return len(self.patch)

    def take(self, index: NDArray[Any] | slice) -> Pairs:
        """The pairs at the given positions or under a mask."""
        return Pairs(
            patch=self.patch[index],
            feature=self.feature[index],
            large=self.large[index],
            inside=self.inside[index],
        )

    def of_patches(self, part: slice) -> Pairs:
        """The pairs of a slice of the patches, which are counted from its start."""
        first, last = np.searchsorted(self.patch, (part.start, part.stop))
        pairs = self.take(slice(first, last))
        return replace(pairs, patch=pairs.patch - part.start)


def find_pairs(
    tree: shapely.STRtree, features: Geometries, rank: NDArray[Any], large_vertices: int
) -> Pairs:
    """Pairs of the tree's geometries and the features whose bounding boxes meet.

    ``tree``: of the (grown) patches; ``features``: polygons, shape (n,); ``rank``: sortable,
    shape (n,), decides the order of one patch's features, so that it does not depend on the order
    in which features come. ``large_vertices``: what counts as large.
    """
    feature, patch = tree.query(features).astype(np.int64)
    order = np.lexsort((rank[feature], patch))
    patch, feature = patch[order], feature[order]
    large = (shapely.get_num_coordinates(features) > large_vertices)[feature]
    meets, inside = np.ones(len(patch), dtype=bool), np.zeros(len(patch), dtype=bool)
    if large.any():
        meets[large], inside[large] = _relate(
            tree.geometries[patch[large]], features, feature[large]
        )
    pairs = Pairs(patch=patch, feature=feature, large=large, inside=inside)
    return pairs if meets.all() else pairs.take(meets)


def _relate(patches: Geometries, features: Geometries, feature: Index) -> tuple[Flags, Flags]:
    """Whether each pair's feature meets the patch, and whether it contains it properly."""
    prepared = features[np.unique(feature)]
    shapely.prepare(prepared)
    meets: Flags = shapely.intersects(features[feature], patches)
    inside = np.zeros(len(feature), dtype=bool)
    inside[meets] = shapely.contains_properly(features[feature[meets]], patches[meets])
    shapely.destroy_prepared(prepared)
    return meets, inside
