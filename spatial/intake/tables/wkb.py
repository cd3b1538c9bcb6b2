"""Shapes from well-known binary, one unreadable geometry costing its own row only."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import shapely

from spatial.intake.tables.rings import BROKEN_RECORD, RING_CLOSED
from spatial.intake.tables.table import Flaw, Floats, Geometries, Move, Shapes
from spatial.messages import Message

_SURFACES = (15, 16, 17)
"""PolyhedralSurface, TIN and Triangle in well-known binary."""
_DIMENSIONS, _WITHOUT_FLAGS = 1000, 0x0FFFFFFF
"""ISO adds thousands for Z and M, PostGIS sets the highest bits."""
SURFACE = Flaw(
    "geometry-surface",
    Message(
        "该行的图形是三维表面（TIN、多面体），不是平面上的面；请转换为普通的面后重报。",
        "The row's geometry is a surface in space (TIN, polyhedron), no polygon of the plane; "
        "convert it to a plain polygon and send the row again.",
    ),
)
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
            lost[position] = SURFACE if _is_surface(binary[position]) else BROKEN_RECORD
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


def _is_surface(binary: bytes) -> bool:
    code = int.from_bytes(binary[1:5], "little" if binary[:1] == b"\1" else "big")
    return (code & _WITHOUT_FLAGS) % _DIMENSIONS in _SURFACES


def _closed(binary: bytes) -> shapely.Geometry | None:
    try:
        return shapely.from_wkb(binary, on_invalid="fix")
    except (shapely.errors.GEOSException, NotImplementedError):
        return None
