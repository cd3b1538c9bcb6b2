"""From labelled cells and drawn features to plots that share every vertex of their boundaries."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from .shapes import smooth
from .terrain import CELL_M, ROWS

Geometries = NDArray[np.object_]

GRID_M = 0.001
"""Coordinates are kept to the millimetre."""

SIGMA_CELLS = 3.2
REACH = 14
"""Cells beyond an arc's ends that its smoothing looks at."""

SIMPLIFY_M = 0.7
THIN_M = 1.8
SMALL_M2 = 150.0
CRUMB_M2 = 20.0


def smooth_arcs(label: NDArray[np.int64]) -> Geometries:
    """The lines between different labels, smoothed between their fixed junctions."""
    merged = shapely.line_merge(shapely.multilinestrings(_cell_edges(label)))
    arcs = [shapely.get_coordinates(arc) for arc in shapely.get_parts(merged)]
    padded = [_padded(points) for points in arcs]
    starts = np.cumsum([0, *(len(points) for points in padded)]) + REACH
    smoothed = smooth(np.concatenate(padded), SIGMA_CELLS)
    lines = []
    for points, start in zip(arcs, starts, strict=False):
        line = smoothed[start : start + len(points)]
        # The ends are junctions of several arcs: they must stay exactly where they are.
        line[[0, -1]] = line[0] if _closed(points) and len(points) > 8 else points[[0, -1]]
        lines.append(LineString(line))
    return np.asarray(shapely.simplify(np.array(lines, dtype=object), SIMPLIFY_M))


def faces_of(lines: Geometries) -> Geometries:
    """Node all lines on the millimetre grid and give the faces between them."""
    noded = shapely.union_all(lines, grid_size=GRID_M)
    return np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))


def dissolve(faces: Geometries, key: NDArray[np.int64]) -> tuple[Geometries, NDArray[np.int64]]:
    """Join touching faces of the same key; returns the polygons and their keys."""
    order = np.argsort(key, kind="stable")
    values, starts = np.unique(key[order], return_index=True)
    polygons: list[shapely.Polygon] = []
    keys: list[int] = []
    for value, group in zip(values, np.split(order, starts[1:]), strict=True):
        parts = shapely.get_parts(shapely.coverage_union_all(faces[group]))
        polygons.extend(parts)
        keys.extend([int(value)] * len(parts))
    return np.array(polygons, dtype=object), np.array(keys, dtype=np.int64)


def absorb_slivers(
    faces: Geometries, key: NDArray[np.int64], group: NDArray[np.int64], keep: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Keys and groups after every small or thin face has joined the neighbour it shares most
    boundary with, in its own group if there is one. Faces under ``keep`` stay unless they are
    crumbs."""
    area, thickness = shapely.area(faces), 2 * shapely.area(faces) / shapely.length(faces)
    sliver = np.where(keep, area < CRUMB_M2, (area < SMALL_M2) | (thickness < THIN_M))
    key, group = key.copy(), group.copy()
    tree = shapely.STRtree(faces)
    for index in np.flatnonzero(sliver)[np.argsort(area[sliver], kind="stable")]:
        near = np.sort(tree.query(faces[index], predicate="intersects"))
        near = near[near != index]
        shared = shapely.length(shapely.intersection(faces[index], faces[near]))
        if not shared.any():
            continue
        weight = np.where(group[near] == group[index], 1.0, 1e-6)
        weight = weight * np.where(sliver[near], 0.1, 1.0) * np.where(keep[near], 0.3, 1.0)
        best = near[np.argmax(shared * weight)]
        key[index], group[index] = key[best], group[best]
    return key, group


def _cell_edges(label: NDArray[np.int64]) -> Geometries:
    """A two-point line for each cell side between different labels, junctions on cell corners."""
    padded = np.pad(label, 1, constant_values=0)
    row, column = np.nonzero(padded[:, :-1] != padded[:, 1:])
    upright = _segments(column, row - 1, column, row)
    row, column = np.nonzero(padded[:-1] != padded[1:])
    level = _segments(column - 1, row, column, row)
    return np.asarray(shapely.linestrings(np.concatenate([upright, level])))


def _segments(
    column_a: NDArray[np.int64],
    row_a: NDArray[np.int64],
    column_b: NDArray[np.int64],
    row_b: NDArray[np.int64],
) -> NDArray[np.float64]:
    start = np.stack([column_a, ROWS - row_a], axis=1)
    end = np.stack([column_b, ROWS - row_b], axis=1)
    return np.stack([start, end], axis=1) * CELL_M


def _padded(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """An arc carried on beyond its ends: mirrored about them, or around again when closed."""
    if _closed(points):
        ring = np.pad(points[:-1], ((REACH, REACH + 1), (0, 0)), mode="wrap")
        return np.asarray(ring)
    if len(points) <= REACH:
        return np.pad(points, ((REACH, REACH), (0, 0)), mode="reflect", reflect_type="odd")
    before = 2 * points[0] - points[REACH:0:-1]
    after = 2 * points[-1] - points[-2 : -REACH - 2 : -1]
    return np.concatenate([before, points, after])


def _closed(points: NDArray[np.float64]) -> bool:
    return bool((points[0] == points[-1]).all())
