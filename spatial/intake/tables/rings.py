"""Rings of shapefile records, and polygons built from them in one call."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.intake.tables.shp import FIXED_WORDS, NULL_SHAPE, POLYGON_SHAPES
from spatial.intake.tables.table import Flaw, Floats, Geometries, Move, Shapes
from spatial.messages import Message

Integers = NDArray[np.int64]

BROKEN_RECORD = Flaw(
    "record-broken",
    Message(
        "该行的图形记录已损坏，无法读取，请在原始软件中修复后重新导出。",
        "The row's shape record is damaged and cannot be read; mend it in the source and export.",
    ),
)
IMPOSSIBLE = Flaw(
    "coordinates-impossible",
    Message(
        "该行含有不可能的坐标（非数字、极大值或不在坐标系范围内）。",
        "The row has impossible coordinates (no number, huge, or outside the coordinate system).",
    ),
)
TOO_MANY_VERTICES = Flaw(
    "too-many-vertices",
    Message("该行的图形顶点数超出上限。", "The row's shape has more vertices than the limit."),
)
RING_CLOSED = Flaw(
    "ring-closed", Message("已闭合未闭合的环。", "An unclosed ring has been closed.")
)
RING_DROPPED = Flaw(
    "ring-dropped",
    Message("已去掉不足三个点的环。", "A ring of fewer than three points has been dropped."),
)


@dataclass(frozen=True, slots=True)
class _Rings:
    """Rings of some records."""

    coordinates: Floats
    """Vertices as the file has them."""
    moved: Floats
    """The same vertices where they shall stand."""
    starts: Integers
    """The first vertex of each ring, and the number of vertices last."""
    owner: Integers
    """The record of each ring."""


def read_shapes(
    words: NDArray[np.int32], starts: Integers, lengths: Integers, vertex_limit: int, move: Move
) -> Shapes:
    """Shapes of some records, given as 32-bit words (see ``Records.words``)."""
    geometry: Geometries = np.full(len(starts), None, dtype=object)
    there = lengths > 0
    kind = np.full(len(starts), _NO_RECORD, dtype=np.int32)
    kind[there] = words[starts[there]]
    lost = {int(i): BROKEN_RECORD for i in np.flatnonzero(~np.isin(kind, _READABLE))}
    rows = np.flatnonzero(np.isin(kind, POLYGON_SHAPES))
    rows, part_counts, point_counts, flaws = _counts(words, starts, lengths, rows, vertex_limit)
    lost |= flaws
    rings, bad = _rings(words, starts[rows], part_counts, point_counts, move)
    lost |= {int(rows[i]): BROKEN_RECORD for i in bad}
    mended: dict[int, Flaw] = {}
    if len(rings.owner):
        regular = _regular(rings, len(rows))
        wild = _set_wild_aside(rings, rows, geometry)
        lost |= {int(rows[i]): IMPOSSIBLE for i in np.setdiff1d(wild, bad)}
        unusable = np.union1d(bad, wild)
        regular[unusable] = False
        _build_regular(rings, regular, rows, geometry)
        irregular = np.setdiff1d(np.flatnonzero(~regular), unusable)
        for position in irregular:
            _build_irregular(rings, int(position), int(rows[position]), geometry, mended)
    return Shapes(geometry, lost, mended, oriented=not mended)


_NO_RECORD = -1
_READABLE = (NULL_SHAPE, *POLYGON_SHAPES)


def _counts(
    words: NDArray[np.int32],
    starts: Integers,
    lengths: Integers,
    rows: Integers,
    vertex_limit: int,
) -> tuple[Integers, Integers, Integers, dict[int, Flaw]]:
    """Rows whose counts fit their record, with numbers of parts and points; flaws of others."""
    long_enough = lengths[rows] >= FIXED_WORDS
    flaws = {int(i): BROKEN_RECORD for i in rows[~long_enough]}
    rows = rows[long_enough]
    parts = words[starts[rows] + 9].astype(np.int64)
    points = words[starts[rows] + 10].astype(np.int64)
    fits = (parts >= 0) & (points >= 0) & (parts <= points)
    fits &= FIXED_WORDS + parts + 4 * points <= lengths[rows]
    # Points that belong to no part would be taken for the ring of the record before.
    fits &= (parts > 0) | (points == 0)
    flaws |= {int(i): BROKEN_RECORD for i in rows[~fits]}
    small = points <= vertex_limit
    flaws |= {int(i): TOO_MANY_VERTICES for i in rows[fits & ~small]}
    keep = fits & small
    return rows[keep], parts[keep], points[keep], flaws


def _rings(
    words: NDArray[np.int32],
    starts: Integers,
    part_counts: Integers,
    point_counts: Integers,
    move: Move,
) -> tuple[_Rings, Integers]:
    """The rings of records with sound counts; positions of records whose parts are not sound."""
    first_part = starts + FIXED_WORDS
    parts = words[_runs(first_part, part_counts)].astype(np.int64)
    owner = np.repeat(np.arange(len(starts)), part_counts)
    points = words[_runs(first_part + part_counts, 4 * point_counts)]
    coordinates = points.view("<f8").reshape(-1, 2)
    base = np.cumsum(point_counts) - point_counts
    first_of_record = np.cumsum(part_counts) - part_counts
    has_parts = part_counts > 0
    wrong = (parts < 0) | (parts >= point_counts[owner])
    wrong[1:] |= (np.diff(parts) <= 0) & (owner[1:] == owner[:-1])
    bad = np.zeros(len(starts), dtype=bool)
    bad[owner[wrong]] = True
    bad[has_parts] |= parts[first_of_record[has_parts]] != 0
    # Unsound parts are replaced by one ring, so that the arithmetic of all others still holds.
    parts = np.where(bad[owner], 0, parts)
    ring_starts = np.append(parts + base[owner], point_counts.sum())
    return _Rings(coordinates, move(coordinates), ring_starts, owner), np.flatnonzero(bad)


def _runs(starts: Integers, lengths: Integers) -> Integers:
    """Indices of runs ``starts[i] … starts[i] + lengths[i]``, one after another."""
    total = int(lengths.sum())
    shift = starts - (np.cumsum(lengths) - lengths)
    indices: Integers = np.arange(total) + np.repeat(shift, lengths)
    return indices


def _set_wild_aside(rings: _Rings, rows: Integers, geometry: Geometries) -> Integers:
    """Records with a vertex that stands nowhere; in place of shapes, their other vertices.

    GEOS never takes a ring closed whose ends are no numbers, and would fail the whole chunk.
    """
    finite: NDArray[np.bool_] = np.atleast_1d(np.isfinite(rings.moved).all(axis=1))
    if finite.all():
        return np.empty(0, np.int64)
    owner = np.repeat(rings.owner, np.diff(rings.starts))
    wild = np.unique(owner[~finite])
    for record in wild.tolist():
        geometry[rows[record]] = shapely.MultiPoint(rings.moved[(owner == record) & finite])
    return wild


def _regular(rings: _Rings, records: int) -> NDArray[np.bool_]:
    """Which records have only closed rings of at least four points."""
    begin, end = rings.starts[:-1], rings.starts[1:]
    counts = end - begin
    sound = counts >= 4
    last = np.maximum(end - 1, 0)
    # Coordinates that are NaN are never equal to themselves; compare their bytes instead.
    bits = rings.coordinates.view(np.int64)
    sound &= (bits[begin] == bits[last]).all(axis=1)
    regular = np.zeros(records, dtype=bool)
    regular[rings.owner] = True
    regular[rings.owner[~sound]] = False
    return regular


def _build_regular(
    rings: _Rings, regular: NDArray[np.bool_], rows: Integers, geometry: Geometries
) -> None:
    """Multipolygons of regular records, by the turn of their rings, in one call."""
    use = regular[rings.owner]
    owner = rings.owner[use]
    if not len(owner):
        return
    counts = np.diff(rings.starts)
    vertices = np.repeat(use, counts)
    ring_offsets = np.append(0, np.cumsum(counts[use]))
    opens = np.append(True, owner[1:] != owner[:-1])
    several = np.bincount(owner, minlength=len(regular))[owner] > 1
    if several.any():
        # Outer rings turn clockwise in a shapefile; what follows one is a hole in it.
        opens |= several & (ring_areas(rings.coordinates[vertices], ring_offsets) < 0)
    coordinates = _turned(rings.moved[vertices], ring_offsets, opens)
    polygon_offsets = np.append(np.flatnonzero(opens), len(owner))
    polygon_owner = owner[opens]
    new_record = np.append(True, polygon_owner[1:] != polygon_owner[:-1])
    multi_offsets = np.append(np.flatnonzero(new_record), len(polygon_owner))
    geometry[rows[polygon_owner[new_record]]] = shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON,
        coordinates,
        (ring_offsets, polygon_offsets, multi_offsets),
    )


def _turned(coordinates: Floats, offsets: Integers, opens: NDArray[np.bool_]) -> Floats:
    """Vertices with outer rings running counter-clockwise and holes clockwise."""
    backwards = (ring_areas(coordinates, offsets) > 0) != opens
    counts = np.diff(offsets)
    indices = np.arange(len(coordinates))
    mirrored = np.repeat(offsets[:-1] + offsets[1:] - 1, counts) - indices
    turned: Floats = coordinates[np.where(np.repeat(backwards, counts), mirrored, indices)]
    return turned


def ring_areas(coordinates: Floats, offsets: Integers) -> Floats:
    """Signed planar areas of closed rings, counter-clockwise positive; offsets as in Arrow."""
    counts = np.diff(offsets)
    # Measured from each ring's first vertex, large eastings keep their digits.
    x, y = (coordinates - np.repeat(coordinates[offsets[:-1]], counts, axis=0)).T
    cross = np.zeros(len(x))
    with np.errstate(all="ignore"):
        cross[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]
        cross[offsets[1:] - 1] = 0.0
        return np.add.reduceat(cross, offsets[:-1]) / 2


def _build_irregular(
    rings: _Rings, position: int, row: int, geometry: Geometries, mended: dict[int, Flaw]
) -> None:
    """One record with unclosed or too short rings: closed, or left out and said so."""
    outlines = []
    for ring in np.flatnonzero(rings.owner == position):
        points = rings.moved[rings.starts[ring] : rings.starts[ring + 1]]
        if len(points) < 3 or (len(points) == 3 and (points[0] == points[-1]).all()):
            mended[row] = RING_DROPPED
            continue
        if not np.array_equal(points[0], points[-1], equal_nan=True):
            mended.setdefault(row, RING_CLOSED)
            points = np.vstack((points, points[:1]))
        outlines.append(points)
    if not outlines:
        mended.pop(row, None)
        geometry[row] = shapely.MultiPolygon()
        return
    offsets = np.append(0, np.cumsum([len(points) for points in outlines]))
    opens = ring_areas(np.concatenate(outlines), offsets) < 0
    opens[0] = True
    polygons = [
        shapely.Polygon(group[0], group[1:])
        for group in _split(outlines, np.flatnonzero(opens).tolist())
    ]
    geometry[row] = shapely.MultiPolygon(polygons)


def _split(outlines: list[Floats], begins: list[int]) -> list[list[Floats]]:
    ends = [*begins[1:], len(outlines)]
    return [outlines[begin:end] for begin, end in zip(begins, ends, strict=True)]
