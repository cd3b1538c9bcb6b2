"""How much ground pairs of polygons have in common, without building it.

For each x the inside of a polygon is what lies beneath its edges going one way and not beneath
those going the other. So the common area of two polygons is the sum over all pairs of an edge of
one and an edge of the other, with the product of their signs, of the area beneath both: the
integral of the lower of two straight lines over the x that they share. Nothing is noded and no
case is special, holes and touching rings included, and all pairs are summed in one sweep.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.overlay.model import Geometries
from spatial.overlay.polygons import intersect

Floats = NDArray[np.float64]
Index = NDArray[np.int64]

MOST_EDGE_PAIRS = 20_000
"""Beyond, an overlay is faster: its time does not grow with the product of both."""
PAIRS_AT_ONCE = 128
"""Few enough for the processor's cache."""


def common_areas(
    outlines: Sequence[Geometries], ground: Geometries, outline: Index
) -> list[Floats]:
    """The area that each ground has in common with its outline, for several outlines of each.

    ``outlines``: arrays of one length, each patch drawn in several ways; ``ground``: what patches
    are laid over; ``outline``: for each ground the position of its outlines. All are valid polygons
    and multipolygons of one plane. Returns areas in that plane for each of ``outlines``, float64 of
    the ground's length.
    """
    patches, place = np.unique(outline, return_inverse=True)
    drawn = [shapes[patches] for shapes in outlines]
    # Differences of neighbouring floats are exact: from a corner of their patch on, no digit of an
    # edge is lost.
    corners = [shapely.bounds(shapes).reshape(-1, 4)[:, :2] for shapes in drawn]
    corner = np.nan_to_num(np.fmin.reduce(corners))
    edges = _edges(ground, corner[place])
    return [_common(shapes, _edges(shapes, corner), ground, edges, place) for shapes in drawn]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edges:
    """Edges that are not vertical, from left to right: ``sign`` says which way they went.

    Geometry ``i`` has ``count[i]`` edges from ``start[i]`` on; the last of all edges stands for
    none and shares no x with any.
    """

    left: Floats
    right: Floats
    height: Floats
    slope: Floats
    sign: Floats
    start: Index
    count: Index


def _edges(geometry: Geometries, origin: Floats) -> _Edges:
    parts, owner = shapely.get_parts(geometry, return_index=True)
    rings, part = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    owner = owner[part[ring]]
    x, y = (coordinates - origin[owner]).T
    step = np.diff(x)
    edge = np.flatnonzero((ring[1:] == ring[:-1]) & (step != 0))
    step = step[edge]
    start = edge + (step < 0)
    count = np.bincount(owner[edge], minlength=len(geometry))
    return _Edges(
        left=np.append(x[start], np.inf),
        right=np.append(np.maximum(x[edge], x[edge + 1]), -np.inf),
        height=np.append(y[start], 0.0),
        slope=np.append((y[edge + 1] - y[edge]) / step, 0.0),
        sign=np.append(np.sign(step), 0.0),
        start=np.cumsum(count) - count,
        count=count,
    )


def _common(
    outlines: Geometries, first: _Edges, ground: Geometries, second: _Edges, place: Index
) -> Floats:
    areas = np.zeros(len(ground))
    many = first.count[place] * second.count > MOST_EDGE_PAIRS
    few = np.flatnonzero(~many)
    areas[few] = np.maximum(_summed(first, second, place[few], few), 0.0)
    areas[many] = shapely.area(intersect(outlines[place[many]], ground[many]))
    return areas


def _summed(first: _Edges, second: _Edges, left: Index, right: Index) -> Floats:
    """The common area of pairs of geometries, in the pairs' order."""
    areas = np.zeros(len(left))
    for pairs in _alike(first.count[left], second.count[right]):
        areas[pairs] = _beneath_both(first, second, left[pairs], right[pairs])
    return areas


def _alike(ours: Index, theirs: Index) -> Iterator[Index]:
    """Positions of pairs with numbers of edges of one order, so many at once.

    Pairs in one table take the room of the largest on either side: one of two thousand edges
    would have every other take it, too.
    """
    size = np.frexp((ours, theirs))[1]
    order = np.lexsort((ours, theirs, *size))
    borders = np.flatnonzero(np.diff(size[:, order]).any(axis=0)) + 1
    for alike in np.split(order, borders):
        for start in range(0, len(alike), PAIRS_AT_ONCE):
            yield alike[start : start + PAIRS_AT_ONCE]


def _beneath_both(first: _Edges, second: _Edges, left: Index, right: Index) -> Floats:
    """The sums over all pairs of edges that share an x, of each pair of geometries."""
    ours, theirs = _table(first, left), _table(second, right)
    width = theirs.shape[1]
    meeting = first.left[ours][:, :, None] < second.right[theirs][:, None, :]
    meeting &= second.left[theirs][:, None, :] < first.right[ours][:, :, None]
    cell = np.flatnonzero(meeting)
    row = cell // width
    pair = row // ours.shape[1]
    one, other = ours.ravel()[row], theirs.ravel()[pair * width + cell % width]
    west = np.maximum(first.left[one], second.left[other])
    east = np.minimum(first.right[one], second.right[other])
    their_slope = second.slope[other]
    at_west = second.height[other] + their_slope * (west - second.left[other])
    at_east = at_west + their_slope * (east - west)
    our_slope = first.slope[one]
    over_west = first.height[one] + our_slope * (west - first.left[one]) - at_west
    over_east = over_west + (our_slope - their_slope) * (east - west)
    # Where ours runs lower the triangle or trapezoid between both is taken off again.
    below = np.minimum(over_west, 0.0) + np.minimum(over_east, 0.0)
    between = np.maximum(np.maximum(over_west, over_east), 0.0) - below
    np.divide(below * below, between, out=below, where=between > 0)
    strips = (at_west + at_east - below) * (east - west) * first.sign[one] * second.sign[other]
    return np.bincount(pair, weights=strips, minlength=len(left)) / 2


def _table(edges: _Edges, geometry: Index) -> Index:
    """The edges of each geometry in a row of equal length, filled up with the edge of none."""
    count = edges.count[geometry]
    place = np.arange(max(count.max(initial=0), 1))
    numbers = edges.start[geometry][:, None] + place
    table: Index = np.where(place < count[:, None], numbers, len(edges.left) - 1)
    return table
