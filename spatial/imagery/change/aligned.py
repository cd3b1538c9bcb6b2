"""A scene read on a grid, window by window: straight from its file wherever its pixels allow it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.enums import MaskFlags
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from spatial.imagery.change.normalisation import Values
from spatial.imagery.grids import Grid

Mask = NDArray[np.bool_]
WHOLE_PX = 1e-3
"""Pixels that lie this close to the grid's are not resampled."""
DRIFT_PX = 0.01
"""Pixels as large as the grid's may be this far off at the other end of the scene."""


class Reader(Protocol):
    """Reads bands (by number, from 1) in a window of a grid, float32, and where they hold data."""

    def read(self, bands: Sequence[int], window: Window) -> tuple[Values, Mask]:
        """Arrays (bands, rows, columns) and (rows, columns)."""


@dataclass(frozen=True, slots=True)
class WarpedReader:
    """By way of GDAL's warper: any CRS and pixel size."""

    warped: WarpedVRT

    def read(self, bands: Sequence[int], window: Window) -> tuple[Values, Mask]:
        """See ``Reader``."""
        values = self.warped.read(list(bands), window=window, out_dtype="float32")
        return values, self.warped.dataset_mask(window=window) > 0


@dataclass(frozen=True, slots=True)
class ShiftedReader:
    """Straight from a file whose pixels are as large as the grid's: many times as fast.

    ``row`` and ``column``: where the grid's first pixel lies among the file's; between pixels the
    values are interpolated, and clear only where all that have a part in them are.
    """

    dataset: DatasetReader
    row: float
    column: float

    def read(self, bands: Sequence[int], window: Window) -> tuple[Values, Mask]:
        """See ``Reader``."""
        top, down = _split(self.row + window.row_off)
        left, right = _split(self.column + window.col_off)
        height, width = int(window.height) + (down > 0), int(window.width) + (right > 0)
        values, clear = self._raw(bands, top, left, height, width)
        if down:
            values = _between(values[:, :-1], values[:, 1:], down)
            clear = clear[:-1] & clear[1:]
        if right:
            values = _between(values[:, :, :-1], values[:, :, 1:], right)
            clear = clear[:, :-1] & clear[:, 1:]
        return values, clear

    def _raw(
        self, bands: Sequence[int], top: int, left: int, height: int, width: int
    ) -> tuple[Values, Mask]:
        """Whole pixels of the file; beyond its edges nothing is clear."""
        rows = slice(max(top, 0), max(min(top + height, self.dataset.height), 0))
        columns = slice(max(left, 0), max(min(left + width, self.dataset.width), 0))
        inner = (
            slice(rows.start - top, rows.stop - top),
            slice(columns.start - left, columns.stop - left),
        )
        if rows.stop <= rows.start or columns.stop <= columns.start:
            return np.zeros((len(bands), height, width), np.float32), np.zeros((height, width), "?")
        window = Window.from_slices(rows, columns)
        stored = self.dataset.read(list(bands), window=window)
        known = _known(self.dataset, stored, window)
        if known.shape == (height, width):
            return stored.astype(np.float32, copy=False), known
        values = np.zeros((len(bands), height, width), dtype=np.float32)
        clear = np.zeros((height, width), dtype=bool)
        values[:, *inner], clear[inner] = stored, known
        return values, clear


def shifted_reader(dataset: DatasetReader, grid: Grid, moved: Affine) -> ShiftedReader | None:
    """A reader for a scene whose pixels are as large as the grid's, in its CRS; else None."""
    place = moved @ dataset.transform
    drift = max(
        abs(place.a / grid.transform.a - 1) * grid.columns,
        abs(place.e / grid.transform.e - 1) * grid.rows,
    )
    if dataset.crs != grid.crs or drift > DRIFT_PX:
        return None
    column, row = ~place @ (grid.transform.c, grid.transform.f)
    return ShiftedReader(dataset, row, column)


def _split(place: float) -> tuple[int, float]:
    whole = math.floor(place + WHOLE_PX)
    part = place - whole
    return whole, part if part > WHOLE_PX else 0.0


def _between(first: Values, second: Values, part: float) -> Values:
    mixed = first * np.float32(1 - part)
    mixed += second * np.float32(part)
    return mixed


def _known(dataset: DatasetReader, stored: NDArray[np.generic], window: Window) -> Mask:
    """Where a file holds data. A nodata value is looked for in what was read already."""
    flags = {tuple(flags) for flags in dataset.mask_flag_enums}
    if flags == {(MaskFlags.all_valid,)}:
        return np.ones(stored.shape[1:], dtype=bool)
    if flags == {(MaskFlags.nodata,)} and not math.isnan(dataset.nodata):
        return np.asarray((stored != dataset.nodata).any(axis=0))
    return np.asarray(dataset.dataset_mask(window=window) > 0)
