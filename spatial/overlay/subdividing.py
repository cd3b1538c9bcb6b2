"""Features with very many vertices, taken apart around patches.

A township's protected land may come as one multipolygon of a hundred thousand vertices; laid over
thousands of patches as it is, each would pay for all of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.overlay.model import Geometries
from spatial.overlay.polygons import intersect, polygonal

LARGE_VERTICES = 400
ROUNDING = 1e-9
DEEPEST = 30
"""Halvings after which a part is a billionth of its feature and left as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Parts of features. ``owner``: the position of the feature that each is a part of; ``cut``:
    the part ends where it was cut, not where its feature does."""

    geometry: Geometries
    owner: NDArray[np.int64]
    cut: NDArray[np.bool_]


def subdivide_near(tree: shapely.STRtree, features: Geometries) -> Parts:
    """Parts of features that meet the bounding box of any of the tree's geometries.

    ``features``: polygons and multipolygons; hardly any part has more than ``LARGE_VERTICES``.
    Cuts depend on the feature alone, so that what is found at one place does not depend on what
    else is looked for.
    """
    geometry, owner = shapely.get_parts(features, return_index=True)
    found: list[Parts] = []
    for depth in range(DEEPEST + 1):
        near = np.unique(tree.query(geometry)[0])
        geometry, owner = geometry[near], owner[near]
        large = shapely.get_num_coordinates(geometry) > LARGE_VERTICES
        done = ~large if depth < DEEPEST else np.ones(len(large), dtype=bool)
        cut = np.full(np.count_nonzero(done), depth > 0)
        found.append(Parts(geometry=geometry[done], owner=owner[done], cut=cut))
        geometry, owner = geometry[~done], owner[~done]
        if not len(geometry):
            break
        geometry, owner = _halve(geometry), np.concatenate((owner, owner))
    return Parts(
        geometry=np.concatenate([part.geometry for part in found]),
        owner=np.concatenate([part.owner for part in found]),
        cut=np.concatenate([part.cut for part in found]),
    )


def _halve(parts: Geometries) -> Geometries:
    """All first halves, then all second ones, cut across the longer side of the bounds."""
    west, south, east, north = shapely.bounds(parts).T
    wide = east - west >= north - south
    middle_x = np.where(wide, (west + east) / 2, east)
    middle_y = np.where(wide, north, (south + north) / 2)
    first = np.column_stack((west, south, middle_x, middle_y))
    second = np.column_stack(
        (np.where(wide, middle_x, west), np.where(wide, south, middle_y), east, north)
    )
    halves = np.concatenate((_clip(parts, first), _clip(parts, second)))
    both = shapely.area(halves).reshape(2, -1).sum(axis=0)
    faulty = np.tile(np.abs(both - shapely.area(parts)) > ROUNDING * both, 2)
    faulty |= ~shapely.is_valid(halves)
    if faulty.any():
        boxes = shapely.box(*np.concatenate((first, second))[faulty].T)
        halves[faulty] = intersect(np.tile(parts, 2)[faulty], boxes)
    return halves


def _clip(parts: Geometries, bounds: NDArray[np.float64]) -> Geometries:
    """Parts within rectangles, by a way that is fast and for touching rings not always right."""
    clipped = np.empty(len(parts), dtype=np.object_)
    clipped[:] = [
        shapely.clip_by_rect(part, *rectangle)
        for part, rectangle in zip(parts, bounds.tolist(), strict=True)
    ]
    return polygonal(clipped)
