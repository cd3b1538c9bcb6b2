"""The lie of the land: a river, hills above it, and the fields that warp everything drawn on it.

Only additions, multiplications and look-ups, so that every machine makes the same ground.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .model import SIZE_M
from .shapes import smooth

Field = NDArray[np.float64]

CELL_M = 2.5
COLUMNS = int(SIZE_M[0] / CELL_M)
ROWS = int(SIZE_M[1] / CELL_M)

MARGIN = 8
"""Lattice points beyond the extent, where warped positions may fall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terrain:
    """Fields of shape (ROWS, COLUMNS), row 0 in the north; ``x`` and ``y`` are the cell centres
    from the south-west corner, metres. ``slope``: rise over run of the smoothed ground.
    ``river``: the river's course as (n, 2) points. ``warp``: displacements in x and y, metres."""

    x: Field
    y: Field
    elevation: Field
    slope: Field
    river: Field
    river_distance: Field
    warp: tuple[Field, Field]
    roughness: Field

    def at(self, field: NDArray[Any], x: Field, y: Field) -> NDArray[Any]:
        """A field's values at points, nearest cell."""
        column = np.clip((x / CELL_M).astype(int), 0, COLUMNS - 1)
        row = np.clip(ROWS - 1 - (y / CELL_M).astype(int), 0, ROWS - 1)
        return np.asarray(field[row, column])


def make_terrain(random: np.random.Generator) -> Terrain:
    """Draw the ground of a township of about 11 km²."""
    x, y = np.meshgrid((np.arange(COLUMNS) + 0.5) * CELL_M, (ROWS - 0.5 - np.arange(ROWS)) * CELL_M)
    warp = (noise(random, 420.0, 3) * 130.0, noise(random, 420.0, 3) * 130.0)
    river = river_course(random)
    distance = distance_to_points(river)
    hills = noise_at(random, x + warp[0], y + warp[1], 950.0, 4) * 75.0
    knolls = noise_at(random, x + warp[0], y + warp[1], 240.0, 2) * 13.0
    away = np.clip(distance / 900.0, 0.0, 1.0)
    valley = away * away * (3.0 - 2.0 * away)
    elevation = 262.0 + valley * (hills + 48.0) + np.clip(distance / 120.0, 0.2, 1.0) * knolls
    elevation = ndimage.gaussian_filter(elevation, 3.0)
    rise_y, rise_x = np.gradient(ndimage.gaussian_filter(elevation, 8.0), CELL_M)
    return Terrain(
        x=x,
        y=y,
        elevation=elevation,
        slope=np.sqrt(rise_x * rise_x + rise_y * rise_y),
        river=river,
        river_distance=distance,
        warp=warp,
        roughness=noise(random, 330.0, 3),
    )


def noise(random: np.random.Generator, scale: float, octaves: int) -> Field:
    """Value noise between about -1 and 1 on every cell, with features of ``scale`` metres and
    finer."""
    total = np.zeros((ROWS, COLUMNS))
    along = (np.arange(COLUMNS, dtype=np.float64) + 0.5) * CELL_M
    up = (ROWS - 0.5 - np.arange(ROWS, dtype=np.float64)) * CELL_M
    for octave in range(octaves):
        lattice = _lattice(random, scale / 2**octave)
        column, u = _position(along, scale / 2**octave, lattice.shape[1])
        row, v = _position(up, scale / 2**octave, lattice.shape[0])
        across = lattice[:, column] * (1 - u) + lattice[:, column + 1] * u
        level = across[row] * (1 - v)[:, None] + across[row + 1] * v[:, None]
        total += level / 2**octave
    return total


def noise_at(random: np.random.Generator, x: Field, y: Field, scale: float, octaves: int) -> Field:
    """The same noise at points of any place."""
    total = np.zeros_like(x)
    for octave in range(octaves):
        lattice = _lattice(random, scale / 2**octave)
        column, u = _position(x, scale / 2**octave, lattice.shape[1])
        row, v = _position(y, scale / 2**octave, lattice.shape[0])
        south = lattice[row, column] * (1 - u) + lattice[row, column + 1] * u
        north = lattice[row + 1, column] * (1 - u) + lattice[row + 1, column + 1] * u
        total += (south * (1 - v) + north * v) / 2**octave
    return total


def river_course(random: np.random.Generator) -> Field:
    """A meandering line that enters in the north-west and leaves in the south-east."""
    bends = 9
    knots_t = np.linspace(-0.05, 1.05, bends)
    offsets = random.uniform(90.0, 230.0, bends) * np.where(np.arange(bends) % 2, 1.0, -1.0)
    t = np.linspace(-0.05, 1.05, 700)
    offset = smooth(np.interp(t, knots_t, offsets), 28.0)
    x = t * SIZE_M[0] + 0.45 * offset
    y = 2450.0 - t * 1500.0 + offset
    return np.column_stack([x, y])


def distance_to_points(points: Field) -> Field:
    """Distance of each cell to the nearest of closely spaced points, metres."""
    away = np.ones((ROWS, COLUMNS), dtype=bool)
    column = (points[:, 0] / CELL_M).astype(int)
    row = ROWS - 1 - (points[:, 1] / CELL_M).astype(int)
    inside = (column >= 0) & (column < COLUMNS) & (row >= 0) & (row < ROWS)
    away[row[inside], column[inside]] = False
    return np.asarray(ndimage.distance_transform_edt(away)) * CELL_M


def _lattice(random: np.random.Generator, scale: float) -> Field:
    columns, rows = (int(size / scale) + 2 * MARGIN for size in SIZE_M)
    return random.uniform(-1.0, 1.0, (rows, columns))


def _position(metres: Field, scale: float, count: int) -> tuple[NDArray[np.int64], Field]:
    """Lattice numbers below the positions, and how far beyond them, eased at both ends."""
    position = np.clip(metres / scale + MARGIN - 1, 0, count - 1.001)
    below = position.astype(np.int64)
    t = position - below
    return below, np.asarray(t * t * t * (t * (t * 6.0 - 15.0) + 10.0))
