"""Fields as labelled cells: terrace strips along the contours, woods on the tops, six villages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree
from skimage import measure

from .model import SIZE_M
from .terrain import CELL_M, COLUMNS, ROWS, Terrain

Labels = NDArray[np.int64]

OUTSIDE = 0
HILLSIDE_M = 150.0
WOODLAND_M = 380.0
SMALLEST_FIELD_M2 = 420.0

FIELD, WOOD, ORCHARD = 0, 1, 2
"""What covers a hillside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMap:
    """Shape (ROWS, COLUMNS). ``label``: number of the field, 0 outside the township.
    ``village``: position in the code table, -1 outside. ``cover``: FIELD, WOOD or ORCHARD."""

    label: Labels
    village: Labels
    cover: Labels


def make_fields(random: np.random.Generator, terrain: Terrain) -> FieldMap:
    """Cut the township into fields."""
    village = _villages(random, terrain)
    hillside, cover = _hillsides(random, terrain)
    strip = _strips(random, terrain, hillside, cover)
    key = (hillside * 512 + strip) * 8 + village + 1
    key[village < 0] = OUTSIDE
    parts = measure.label(key, background=OUTSIDE, connectivity=1)
    label = merge_small(parts.astype(np.int64), village, int(SMALLEST_FIELD_M2 / CELL_M**2))
    return FieldMap(label=label, village=village, cover=cover)


def _villages(random: np.random.Generator, terrain: Terrain) -> Labels:
    """Warped nearest-seat cells inside a rounded outline; the first and third are neighbours."""
    seats = np.array(
        [(1050, 2420), (2150, 2600), (1050, 1050), (3150, 2380), (2150, 900), (3200, 950)], float
    )
    seats += random.uniform(-110.0, 110.0, seats.shape)
    x, y = terrain.x + 0.9 * terrain.warp[0], terrain.y + 0.9 * terrain.warp[1]
    _, village = cKDTree(seats).query(np.column_stack([x.ravel(), y.ravel()]))
    village = village.reshape(ROWS, COLUMNS).astype(np.int64)
    across = (x - SIZE_M[0] / 2) / (SIZE_M[0] / 2 - 190.0)
    up = (y - SIZE_M[1] / 2) / (SIZE_M[1] / 2 - 170.0)
    rim = np.minimum(
        np.minimum(terrain.x, SIZE_M[0] - terrain.x), np.minimum(terrain.y, SIZE_M[1] - terrain.y)
    )
    inside = ndimage.binary_fill_holes(_largest((across**4 + up**4 < 1.0) & (rim > 25.0)))
    main = np.zeros_like(inside)
    for number in range(len(seats)):
        main |= _largest(inside & (village == number))
    nearest = ndimage.distance_transform_edt(~main, return_distances=False, return_indices=True)
    return np.where(inside, village[tuple(nearest)], -1)


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    part, _ = ndimage.label(mask)
    size = np.bincount(part.ravel())
    size[0] = 0
    return np.asarray(part == int(np.argmax(size)))


def _hillsides(random: np.random.Generator, terrain: Terrain) -> tuple[Labels, Labels]:
    """Numbers of the hillsides and what covers them; woods run over several hillsides."""
    hillside = _cells(random, terrain, HILLSIDE_M)
    count = int(hillside.max()) + 1
    height = _mean(terrain.elevation, hillside, count)
    slope = _mean(terrain.slope, hillside, count)
    rough = _mean(terrain.roughness, hillside, count)
    wildness = (height - 285.0) / 45.0 + slope * 2.2 + rough * 0.6
    kind = np.full(count, FIELD, dtype=np.int64)
    kind[wildness > np.quantile(wildness, 0.74)] = ORCHARD
    kind[wildness > np.quantile(wildness, 0.83)] = WOOD
    cover = kind[hillside]
    woodland = _cells(random, terrain, WOODLAND_M) + count
    return np.where(cover == WOOD, woodland, hillside), cover


def _cells(random: np.random.Generator, terrain: Terrain, spacing: float) -> Labels:
    """Nearest-seed cells of a jittered grid, their sides bent by the terrain's warp."""
    columns, rows = int(SIZE_M[0] / spacing) + 2, int(SIZE_M[1] / spacing) + 2
    grid = np.array([(c, r) for r in range(rows) for c in range(columns)], float)
    seeds = (grid + random.uniform(-0.42, 0.42, grid.shape)) * spacing
    x = terrain.x + 0.5 * terrain.warp[0] + 22.0 * terrain.roughness
    y = terrain.y + 0.5 * terrain.warp[1] - 22.0 * terrain.roughness
    _, cell = cKDTree(seeds).query(np.column_stack([x.ravel(), y.ravel()]))
    return np.asarray(cell, dtype=np.int64).reshape(ROWS, COLUMNS)


def _strips(
    random: np.random.Generator, terrain: Terrain, hillside: Labels, cover: Labels
) -> Labels:
    """Bands of height, as wide on the ground as suits the slope; level ground is cut straight."""
    count = int(hillside.max()) + 1
    slope = np.maximum(_mean(terrain.slope, hillside, count), 0.02)
    width = np.clip(50.0 - 130.0 * slope, 25.0, 50.0) * random.uniform(0.85, 1.25, count)
    kind = np.zeros(count, dtype=np.int64)
    kind[hillside.ravel()] = cover.ravel()
    width[kind == WOOD] = 400.0
    width[kind == ORCHARD] *= 1.5
    level = slope < 0.07
    lean = np.where(level, 0.09, 0.012)
    heading = random.uniform(-1.0, 1.0, (2, count))
    heading /= np.sqrt((heading * heading).sum(axis=0))
    step = width * np.where(level, 0.09, slope)
    start = random.uniform(0.0, 1.0, count)
    tilted = terrain.elevation * np.where(level, 0.35, 1.0)[hillside] + lean[hillside] * (
        heading[0][hillside] * (terrain.x + 0.25 * terrain.warp[0])
        + heading[1][hillside] * (terrain.y + 0.25 * terrain.warp[1])
    )
    band = np.floor(tilted / step[hillside] + start[hillside]).astype(np.int64)
    lowest = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(lowest, hillside.ravel(), band.ravel())
    return np.asarray(np.minimum(band - lowest[hillside], 511))


def merge_small(label: Labels, village: Labels, smallest: int) -> Labels:
    """Give fields of fewer than ``smallest`` cells to the neighbour they touch most, never
    across a village boundary."""
    count = int(label.max()) + 1
    size = np.bincount(label.ravel(), minlength=count)
    owner = np.full(count, -1, dtype=np.int64)
    owner[label.ravel()] = village.ravel()
    touching = _contacts(label)
    parent = np.arange(count)

    def root(node: int) -> int:
        while parent[node] != node:
            node = int(parent[node])
        return node

    for node in np.argsort(size, kind="stable"):
        if node == OUTSIDE or size[root(node)] >= smallest or root(node) != node:
            continue
        contact: dict[int, int] = {}
        for other, length in touching.pop(node, {}).items():
            contact[root(other)] = contact.get(root(other), 0) + length
        contact = {n: k for n, k in contact.items() if n != node and owner[n] == owner[node]}
        if contact:
            best = max(contact, key=lambda n: (contact[n], -n))
            parent[node] = best
            size[best] += size[node]
            merged = touching.setdefault(best, {})
            for other, length in contact.items():
                merged[other] = merged.get(other, 0) + length
    roots = np.array([root(node) for node in range(count)], dtype=np.int64)
    return np.asarray(roots[label])


def _contacts(label: Labels) -> dict[int, dict[int, int]]:
    one = np.concatenate([label[:, :-1].ravel(), label[:-1].ravel()])
    two = np.concatenate([label[:, 1:].ravel(), label[1:].ravel()])
    differ = one != two
    low, high = np.minimum(one, two)[differ], np.maximum(one, two)[differ]
    many = int(label.max()) + 1
    pairs, length = np.unique(low * many + high, return_counts=True)
    touching: dict[int, dict[int, int]] = {}
    for pair, cells in zip(pairs.tolist(), length.tolist(), strict=True):
        first, second = divmod(pair, many)
        touching.setdefault(first, {})[second] = cells
        touching.setdefault(second, {})[first] = cells
    return touching


def _mean(field: NDArray[np.float64], label: Labels, count: int) -> NDArray[np.float64]:
    total = np.bincount(label.ravel(), weights=field.ravel(), minlength=count)
    return total / np.maximum(np.bincount(label.ravel(), minlength=count), 1)
