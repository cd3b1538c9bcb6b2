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

_SETTLE_AT = 2_000_000
_MIX_1, _MIX_2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_SIGN = np.uint64(1)


@dataclass(frozen=True, slots=True)
class Edges:
    """Edges of some rows. ``keys``: a hash of both ends, the lowest bit the way it is walked;
    ``owners``: int64 row numbers."""

    keys: Keys
    owners: Integers


def edges_of(geometry: Geometries, rows: Integers) -> Edges:
    """The edges of valid multipolygons with outer rings counter-clockwise."""
    first = shapely.get_geometry(geometry, 0)
    plain = shapely.get_num_geometries(geometry) == 1
    plain &= shapely.get_num_interior_rings(first) == 0
    whole = _ring_edges(geometry[plain], rows[plain])
    if plain.all():
        return whole
    parts, owner = shapely.get_parts(geometry[~plain], return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    others = _ring_edges(rings, rows[~plain][owner[part]])
    return Edges(
        np.concatenate((whole.keys, others.keys)), np.concatenate((whole.owners, others.owners))
    )


def _ring_edges(rings: Geometries, rows: Integers) -> Edges:
    """The edges of rings, or of multipolygons that are one ring each."""
    counts = shapely.get_num_coordinates(rings)
    points = _hashed(shapely.get_coordinates(rings))
    begin, end = points[:-1], points[1:]
    inside = np.ones(max(len(points) - 1, 0), dtype=bool)
    inside[np.cumsum(counts)[:-1] - 1] = False
    forward = begin < end
    keys = (begin + end) * _MIX_1 ^ (begin ^ end)
    keys = (keys & ~_SIGN) | forward.astype(np.uint64)
    owners = np.repeat(rows, counts)[:-1]
    return Edges(keys[inside], owners[inside])


def _hashed(points: NDArray[np.float64]) -> Keys:
    bits = np.ascontiguousarray(points).view(np.uint64)
    mixed: Keys = bits[:, 0] * _MIX_1 + bits[:, 1] * _MIX_2
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX_2
    return mixed


@dataclass(slots=True)
class EdgeLedger:
    """Edges taken in batch by batch; pairs walked both ways are struck out as they meet."""

    waiting: list[Edges] = field(default_factory=list)
    count: int = 0

    def add(self, edges: Edges) -> None:
        """Take in the edges of some rows."""
        self.waiting.append(edges)
        self.count += len(edges.keys)
        if self.count >= _SETTLE_AT:
            self._settle()

    def loose_rows(self) -> Integers:
        """Rows that own an edge which is not shared with exactly one neighbour, sorted."""
        self._settle()
        return np.unique(self.waiting[0].owners) if self.waiting else np.empty(0, np.int64)

    def _settle(self) -> None:
        if not self.waiting:
            return
        keys = np.concatenate([edges.keys for edges in self.waiting])
        owners = np.concatenate([edges.owners for edges in self.waiting])
        order = np.argsort(keys)
        keys, owners = keys[order], owners[order]
        # Walked once each way: the two keys differ in the lowest bit only and stand side by side.
        same_edge = (keys[:-1] | _SIGN) == (keys[1:] | _SIGN)
        starts = np.flatnonzero(np.append(True, ~same_edge))
        sizes = np.diff(np.append(starts, len(keys)))
        pairs = starts[sizes == 2]
        matched = pairs[keys[pairs] != keys[pairs + 1]]
        keep = np.ones(len(keys), dtype=bool)
        keep[matched] = keep[matched + 1] = False
        self.waiting = [Edges(keys[keep], owners[keep])]
        # What is left counts half, or a layer without neighbours would be sorted at every batch.
        self.count = int(keep.sum()) // 2
