"""Edges of a coverage: which rows have edges that no neighbour shares.

In a clean coverage every edge is walked twice, once each way. Rows that own an edge walked once,
or twice the same way, are the ones that can overlap others; all the rest need no looking at.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]
Integers = NDArray[np.int64]
Keys = NDArray[np.uint64]

_SETTLE_AT = 1_000_000
_MIX_1, _MIX_2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_OWNER_BITS = np.uint64(24)
_OWNER_MASK = np.uint64((1 << 24) - 1)
_EDGE_SHIFT = np.uint64(25)
MOST_ROWS = 1 << 24
"""Rows that have a number of their own in an edge's key."""


def edges_of(geometry: Geometries, rows: Integers) -> Keys:
    """The edges of valid multipolygons with outer rings counter-clockwise.

    One uint64 an edge: 39 bits of a hash of both ends, 1 bit for the way it is walked, 24 bits of
    the row number. Two edges whose hashes agree by chance only make rows be looked at for nothing.
    """
    first = shapely.get_geometry(geometry, 0)
    plain = shapely.get_num_geometries(geometry) == 1
    plain &= shapely.get_num_interior_rings(first) == 0
    whole = _ring_edges(geometry[plain], rows[plain])
    if plain.all():
        return whole
    parts, owner = shapely.get_parts(geometry[~plain], return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    return np.concatenate((whole, _ring_edges(rings, rows[~plain][owner[part]])))


def _ring_edges(rings: Geometries, rows: Integers) -> Keys:
    """The edges of rings, or of multipolygons that are one ring each."""
    counts = shapely.get_num_coordinates(rings)
    points = _hashed(shapely.get_coordinates(rings))
    begin, end = points[:-1], points[1:]
    keys: Keys = (begin + end) * _MIX_1
    keys ^= keys >> np.uint64(32)
    keys >>= _EDGE_SHIFT
    keys <<= np.uint64(1)
    keys |= begin < end
    keys <<= _OWNER_BITS
    keys |= np.repeat(rows.astype(np.uint64) & _OWNER_MASK, counts)[:-1]
    # The step from one ring's end to the next one's beginning is no edge.
    return np.delete(keys, np.cumsum(counts)[:-1] - 1)


def _hashed(points: NDArray[np.float64]) -> Keys:
    bits = np.ascontiguousarray(points).view(np.uint64)
    mixed: Keys = bits[:, 0] * _MIX_1 + bits[:, 1] * _MIX_2
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX_2
    return mixed


@dataclass(slots=True)
class EdgeLedger:
    """Edges taken in batch by batch; pairs walked both ways are struck out as they meet."""

    waiting: list[Keys] = field(default_factory=list)
    count: int = 0

    def add(self, keys: Keys) -> None:
        """Take in the edges of some rows."""
        self.waiting.append(keys)
        self.count += len(keys)
        if self.count >= _SETTLE_AT:
            self._settle()

    def loose_rows(self) -> Integers:
        """Rows that own an edge which is not shared with exactly one neighbour, sorted."""
        self._settle()
        if not self.waiting:
            return np.empty(0, np.int64)
        return np.unique(self.waiting[0] & _OWNER_MASK).astype(np.int64)

    def _settle(self) -> None:
        if not self.waiting:
            return
        keys = np.concatenate(self.waiting)
        keys.sort()
        edge = keys >> _EDGE_SHIFT
        same = edge[1:] == edge[:-1]
        alone = np.append(True, ~same)
        # Two of a kind, with neither a third before nor behind.
        pair = same & alone[:-1] & np.append(~same[1:], True)
        pair &= ((keys[1:] ^ keys[:-1]) >> _OWNER_BITS) == np.uint64(1)
        keep = np.ones(len(keys), dtype=bool)
        keep[:-1] &= ~pair
        keep[1:] &= ~pair
        self.waiting = [keys[keep]]
        # What is left counts half, or a layer without neighbours would be sorted at every batch.
        self.count = int(keep.sum()) // 2
