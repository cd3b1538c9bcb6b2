"""The pixel grid on which scenes are read, and its windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from affine import Affine
from rasterio.crs import CRS
from rasterio.io import DatasetReader
from rasterio.windows import Window

WINDOW_PX = 1024
DEGREE_M = 111_320.0
"""A degree on the equator."""


def unit_m(crs: CRS) -> float:
    """A unit of a CRS in metres; a degree counts as it is on the equator."""
    return DEGREE_M if crs.is_geographic else 1.0


def pixel_width_m(dataset: DatasetReader) -> float:
    """Width of an open scene's pixels in metres, by ``unit_m``."""
    return float(dataset.res[0]) * unit_m(dataset.crs)


@dataclass(frozen=True, slots=True)
class Grid:
    """A pixel grid: where, in which CRS, and how many pixels."""

    crs: CRS
    transform: Affine
    rows: int
    columns: int

    @property
    def pixel_m(self) -> float:
        """Height of a pixel in metres."""
        return float(abs(self.transform.e)) * unit_m(self.crs)

    def windows(self, size: int = WINDOW_PX) -> Iterator[Window]:
        """Windows that cover the grid without overlap."""
        for row in range(0, self.rows, size):
            for column in range(0, self.columns, size):
                height, width = min(size, self.rows - row), min(size, self.columns - column)
                yield Window(column, row, width, height)

    def windows_in_strips(self, size: int, width: int) -> Iterator[Window]:
        """The same windows, strip after strip of some width (a multiple of the size), each from
        above to below: what one window shares with those around it is still at hand."""
        for left in range(0, self.columns, width):
            right = min(left + width, self.columns)
            for row in range(0, self.rows, size):
                for column in range(left, right, size):
                    height, across = min(size, self.rows - row), min(size, right - column)
                    yield Window(column, row, across, height)

    def grown(self, window: Window, by: int) -> Window:
        """A window with a margin on each side, as far as the grid goes."""
        left, top = max(window.col_off - by, 0), max(window.row_off - by, 0)
        right = min(window.col_off + window.width + by, self.columns)
        bottom = min(window.row_off + window.height + by, self.rows)
        return Window(left, top, right - left, bottom - top)
