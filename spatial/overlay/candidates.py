"""Which features may meet which patches, and the part of each feature that matters there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.overlay.model import Geometries
from spatial.overlay.polygons import intersect, unite
from spatial.overlay.subdividing import LARGE_VERTICES, subdivide_near

Index = NDArray[np.int64]
Flags = NDArray[np.bool_]
HUGE_VERTICES = 5_000
"""From here on taking a feature apart once is cheaper than cutting it for each of its patches."""
MARGIN = 1e-5
"""Degrees, about a metre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Patches and features that may meet, ordered by patch, then by the features' own rank.

    ``patch`` and ``feature`` are positions; ``inside``: the patch is known to lie wholly within
    the feature; ``geometry``: the feature, of one with many vertices the part around the patch.
    """

    patch: Index
    feature: Index
    inside: Flags
    geometry: Geometries

    def __len__(self) -> int:
        return len(self.patch)

    def take(self, index: NDArray[Any] | slice) -> Pairs:
        """The pairs at the given positions or under a mask."""
        return Pairs(
            patch=self.patch[index],
            feature=self.feature[index],
            inside=self.inside[index],
            geometry=self.geometry[index],
        )

    def of_patches(self, part: slice) -> Pairs:
        """The pairs of a slice of the patches, which are counted from its start."""
        first, last = np.searchsorted(self.patch, (part.start, part.stop))
        pairs = self.take(slice(first, last))
        return replace(pairs, patch=pairs.patch - part.start)


def find_pairs(
    tree: shapely.STRtree,
    features: Geometries,
    rank: NDArray[Any],
    prepare_above: int = LARGE_VERTICES,
) -> Pairs:
    """Pairs of the tree's geometries and the features whose bounding boxes meet.

    ``tree``: of the (grown) patches; ``features``: polygons, shape (n,); ``rank``: sortable,
    shape (n,), decides the order of one patch's features, so that it does not depend on the order
    in which features come. Features with more vertices than ``prepare_above`` are prepared, which
    leaves out pairs that do not meet and tells ``inside``.
    """
    feature, patch = tree.query(features).astype(np.int64)
    order = np.lexsort((rank[feature], patch))
    patch, feature = patch[order], feature[order]
    vertices = shapely.get_num_coordinates(features[feature])
    asked = vertices > prepare_above
    meets, inside = np.ones(len(patch), dtype=bool), np.zeros(len(patch), dtype=bool)
    if asked.any():
        meets[asked], inside[asked] = _relate(
            tree.geometries[patch[asked]], features, feature[asked]
        )
        patch, feature, inside = patch[meets], feature[meets], inside[meets]
        vertices = vertices[meets]
    geometry = features[feature]
    large = ~inside & (vertices > LARGE_VERTICES)
    if large.any():
        geometry[large] = _parts_near(tree, features, patch[large], feature[large])
    return Pairs(patch=patch, feature=feature, inside=inside, geometry=geometry)


def _relate(patches: Geometries, features: Geometries, feature: Index) -> tuple[Flags, Flags]:
    """Whether each pair's feature meets the patch, and whether it contains it properly."""
    wanted, place = np.unique(feature, return_inverse=True)
    # Copies are prepared: the caller's own may be in use on other threads.
    prepared = shapely.force_2d(features[wanted])
    shapely.prepare(prepared)
    meets: Flags = shapely.intersects(prepared[place], patches)
    inside = np.zeros(len(feature), dtype=bool)
    inside[meets] = shapely.contains_properly(prepared[place[meets]], patches[meets])
    return meets, inside


def _parts_near(
    tree: shapely.STRtree, features: Geometries, patch: Index, feature: Index
) -> Geometries:
    """The part of each pair's feature that meets the bounding box of its patch, and more."""
    parts = np.empty(len(patch), dtype=np.object_)
    # What is done with a feature depends on it alone: its ground must not change with the number
    # of patches on it.
    huge = shapely.get_num_coordinates(features[feature]) > HUGE_VERTICES
    if huge.any():
        parts[huge] = _subdivided_parts(tree, features, patch[huge], feature[huge])
    around = _boxes_around(tree.geometries[patch[~huge]])
    parts[~huge] = intersect(features[feature[~huge]], around)
    return parts


def _subdivided_parts(
    tree: shapely.STRtree, features: Geometries, patch: Index, feature: Index
) -> Geometries:
    wanted = np.unique(feature)
    parts = subdivide_near(tree, features[wanted])
    part, near = tree.query(parts.geometry).astype(np.int64)
    pair = _positions(near, wanted[parts.owner[part]], patch, feature)
    order = np.lexsort((part, pair))[np.count_nonzero(pair < 0) :]
    part, near, pair = part[order], near[order], pair[order]
    found, group, size = np.unique(pair, return_inverse=True, return_counts=True)
    geometry = parts.geometry[part]
    # Cut lines inside a feature are dissolved again, of what lies around the patch.
    meeting = parts.cut[part] & (size[group] > 1)
    if meeting.any():
        around = _boxes_around(tree.geometries[near[meeting]])
        geometry[meeting] = intersect(geometry[meeting], around)
    result = np.full(len(patch), shapely.Polygon(), dtype=object)
    result[found] = unite(geometry, group)
    return result


def _positions(
    first: Index, second: Index, among_first: Index, among_second: Index
) -> NDArray[np.int64]:
    """Where each (first, second) stands among others, -1 where it does not."""
    places = {
        key: place
        for place, key in enumerate(zip(among_first.tolist(), among_second.tolist(), strict=True))
    }
    keys = zip(first.tolist(), second.tolist(), strict=True)
    return np.array([places.get(key, -1) for key in keys], dtype=np.int64)


def _boxes_around(patches: Geometries) -> Geometries:
    """Bounding boxes wider by a metre, so that their edges lie on no edge of a patch."""
    bounds = shapely.bounds(patches).reshape(-1, 4) + MARGIN * np.array([-1.0, -1.0, 1.0, 1.0])
    return np.asarray(shapely.box(*bounds.T))
