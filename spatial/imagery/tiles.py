"""Web map tiles of a scene."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from rio_tiler.colormap import cmap
from rio_tiler.errors import TileOutsideBounds
from rio_tiler.io import Reader

from spatial.imagery.display import Combination, band_numbers, to_bytes

NDVI_RANGE = (-0.2, 0.9)
NDVI_COLOURS = np.array(list(dict(cmap.get("rdylgn")).values()), dtype=np.uint8)


def scene_tile(
    path: Path,
    names: Sequence[str],
    stretch: Sequence[tuple[float, float]],
    combination: Combination,
    tile: tuple[int, int, int],
) -> bytes | None:
    """A PNG of 256 × 256 for the WebMercatorQuad tile (z, x, y) of a COG; None off the scene.

    ``names`` and ``stretch`` are those of all bands. Ground without data is transparent.

    Raises:
        ValueError: when the scene lacks a band of the combination.
    """
    numbers = band_numbers(names, combination)
    if numbers is None:
        raise ValueError(f"{combination} needs bands that are not among {names}")
    z, x, y = tile
    try:
        with Reader(str(path)) as reader:
            seen = reader.tile(x, y, z, indexes=numbers)
    except TileOutsideBounds:
        return None
    pixels = np.asarray(seen.data, dtype=np.float32)
    if combination is Combination.NDVI:
        colours = _ndvi(pixels)
    else:
        colours = np.moveaxis(to_bytes(pixels, [stretch[number - 1] for number in numbers]), 0, 2)
    content = io.BytesIO()
    mask = np.asarray(seen.mask, dtype=np.uint8)
    Image.fromarray(np.dstack([colours, mask])).save(content, "PNG", compress_level=3)
    return content.getvalue()


def _ndvi(pixels: np.ndarray) -> np.ndarray:
    low, high = NDVI_RANGE
    infrared, red = pixels
    with np.errstate(divide="ignore", invalid="ignore"):
        index = np.nan_to_num((infrared - red) / (infrared + red))
    place = np.clip((index - low) / (high - low), 0, 1) * 255
    return np.asarray(NDVI_COLOURS[place.astype(np.uint8)][..., :3])
