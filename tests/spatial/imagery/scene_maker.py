"""Small real scenes for tests: fields, a roof that appears, written as GeoTIFFs."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.transform import from_origin

WEST, NORTH = 105.9, 29.36
"""North-west corner of every scene, EPSG:4490 degrees."""
PIXEL = 0.0001
SIDE = 160
"""Pixels of about ten metres: the scene ends at 105.916°E 29.344°N."""


def fields(*, roof: bool = False, kind: str = "uint8") -> NDArray[Any]:
    """Four bands of fields (blue, green, red, near infrared); a bright roof in the middle."""
    random = np.random.default_rng(4)
    level = np.array([40, 60, 50, 130])[:, None, None]
    bands = level + random.normal(0, 3, (4, SIDE, SIDE))
    if roof:
        bands[:, 70:90, 70:90] = 200
    return np.clip(bands, 1, 255).astype(kind)


def write_scene(
    path: Path,
    bands: NDArray[Any] | None = None,
    *,
    transform: Affine | None = None,
    crs: str | None = "EPSG:4490",
    taken: str | None = None,
    **profile: Any,
) -> Path:
    """Write bands as a GeoTIFF with named bands; ``taken`` is the text of TIFFTAG_DATETIME."""
    bands = fields() if bands is None else bands
    # By default GDAL would mark the fourth band as transparency.
    if "driver" not in profile:
        profile = {"driver": "GTiff", "photometric": "MINISBLACK"} | profile
    count, height, width = bands.shape
    with rasterio.open(
        path, "w", count=count, height=height, width=width, dtype=bands.dtype,
        crs=crs, transform=transform or from_origin(WEST, NORTH, PIXEL, PIXEL), **profile,
    ) as dataset:  # fmt: skip
        dataset.write(bands)
        if count == 4:
            for number, name in enumerate(("blue", "green", "red", "near_infrared"), start=1):
                dataset.set_band_description(number, name)
        if taken:
            dataset.update_tags(TIFFTAG_DATETIME=taken)
    return path


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """This process writes no file larger than so many bytes for the length of a ``with`` block."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
