"""Bands of images written into one plain GeoTIFF, window by window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import rasterio
from rasterio.io import DatasetReader

from spatial.imagery.files.failures import check_whole
from spatial.imagery.grids import WINDOW_PX, Grid

Band = tuple[DatasetReader, int]
"""An open image and the number of one of its bands, from 1."""


def copy_bands(
    bands: Sequence[Band], target: Path, *, names: Sequence[str | None], nodata: float | None
) -> None:
    """Write bands, all on the same pixels, with their names and colours.

    Raises:
        RasterioError: when the pixels of one cannot be read, or the file cannot be written.
        OSError: when its end could not be written.
    """
    first = bands[0][0]
    profile = {
        "driver": "GTiff", "count": len(bands), "width": first.width, "height": first.height,
        "dtype": first.dtypes[0], "crs": first.crs, "transform": first.transform,
        "nodata": nodata, "tiled": True, "compress": "deflate", "zlevel": 1,
        "photometric": "minisblack", "BIGTIFF": "IF_SAFER",
    }  # fmt: skip
    grid = Grid(first.crs, first.transform, first.height, first.width)
    with rasterio.open(target, "w", **profile) as copied:
        copied.colorinterp = [source.colorinterp[number - 1] for source, number in bands]
        for at, ((source, number), name) in enumerate(zip(bands, names, strict=True), start=1):
            copied.set_band_description(at, name or "")
            for window in grid.windows(WINDOW_PX):
                copied.write(source.read(number, window=window), at, window=window)
    check_whole(target)
