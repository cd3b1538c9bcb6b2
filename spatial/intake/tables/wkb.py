"""Shapes from well-known binary, one unreadable geometry costing its own row only."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import shapely

from spatial.intake.tables.rings import BROKEN_RECORD, RING_CLOSED
from spatial.intake.tables.table import Flaw, Floats, Geometries, Move, Shapes

Straighten = Callable[[], Geometries]
"""Gives the same rows' binaries once more, curves drawn as many short lines."""


def shapes_of_wkb(column: pa.Array, move: Move, straighten: Straighten | None = None) -> Shapes:
    """Two-dimensional geometries of a binary column, moved.

    ``straighten``: asked only when there are curves; without it their rows are lost.
    """
    binary: Geometries = np.asarray(column.to_numpy(zero_copy_only=False), dtype=object)
    try:
        geometry: Geometries = shapely.from_wkb(binary, on_invalid="ignore")
    except NotImplementedError:
        if straighten is not None:
            binary = straighten()
        geometry = _read_singly(binary)
    lost: dict[int, Flaw] = {}
    mended: dict[int, Flaw] = {}
    unread = np.flatnonzero(
        shapely.is_missing(geometry) & np.array([b is not None for b in binary], bool)
    )
    for position in unread.tolist():
        closed = _closed(binary[position])
        geometry[position] = closed
        if closed is None:
            lost[position] = BROKEN_RECORD
        else:
            mended[position] = RING_CLOSED
    moved: Geometries = shapely.transform(geometry, move, include_z=False)
    return Shapes(moved, lost, mended)


def points_of_wkb(column: pa.Array, each: int) -> Floats:
    """Up to ``each`` finite vertices of each readable geometry: float64 of shape (n, 2)."""
    binary = column.to_numpy(zero_copy_only=False)
    try:
        geometry = shapely.from_wkb(binary, on_invalid="ignore")
    except NotImplementedError:
        geometry = _read_singly(binary)
    points, owner = shapely.get_coordinates(geometry, return_index=True)
    counts = np.bincount(owner, minlength=len(geometry))
    place = np.arange(len(owner)) - (np.cumsum(counts) - counts)[owner]
    step = np.maximum(counts // each, 1)[owner]
    found: Floats = points[(place % step == 0) & (place < step * each)]
    return found[np.isfinite(found).all(axis=1)]


def _read_singly(binary: Geometries) -> Geometries:
    """Geometries one by one, None for curves, which fail a whole array."""
    geometry: Geometries = np.full(len(binary), None, dtype=object)
    for position, value in enumerate(binary):
        try:
            geometry[position] = shapely.from_wkb(value, on_invalid="ignore")
        except NotImplementedError:
            continue
    return geometry


def _closed(binary: bytes) -> shapely.Geometry | None:
    try:
        return shapely.from_wkb(binary, on_invalid="fix")
    except (shapely.errors.GEOSException, NotImplementedError):
        return None
