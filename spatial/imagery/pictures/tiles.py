"""Web map tiles of scenes: of one, or of several laid over each other."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rio_tiler.colormap import cmap
from rio_tiler.errors import TileOutsideBounds
from rio_tiler.io import Reader

from spatial.imagery.pictures.display import Combination, band_numbers, evened, to_bytes

NDVI_RANGE = (-0.2, 0.9)
NDVI_COLOURS = np.array(list(dict(cmap.get("rdylgn")).values()), dtype=np.uint8)
COMPRESSION = 3
"""Of the PNG: a higher level costs more time than the fewer bytes save."""

Tile = tuple[int, int, int]
"""Zoom, column and row of WebMercatorQuad."""
Stretch = Sequence[tuple[float, float]]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class TileScene:
    """A COG to be shown; ``names`` and ``stretch`` are those of all its bands."""

    path: Path
    names: Sequence[str]
    stretch: Stretch


def scene_tile(
    scene: TileScene, combination: Combination, tile: Tile, shown: Stretch | None = None
) -> bytes | None:
    """A PNG of 256 × 256 pixels; None off the scene. Ground without data is transparent.

    ``shown``: low and high for the combination's bands in place of the scene's own.

    Raises:
        ValueError: when the scene lacks a band of the combination.
    """
    pixels = scene_pixels(scene, combination, tile, shown)
    return None if pixels is None else _png(pixels)


def mosaic_tile(scenes: Iterable[TileScene], combination: Combination, tile: Tile) -> bytes | None:
    """A PNG of several scenes, the first on top; None where none shows anything.

    Scenes are read only until the tile is full. Those that lack a band are passed over.
    """
    whole: Pixels | None = None
    for scene in scenes:
        if band_numbers(scene.names, combination) is None:
            continue
        pixels = scene_pixels(scene, combination, tile)
        if pixels is None:
            continue
        if whole is None:
            whole = pixels
        else:
            gaps = whole[..., 3] == 0
            whole[gaps] = pixels[gaps]
        if whole[..., 3].all():
            break
    return None if whole is None or not whole[..., 3].any() else _png(whole)


def scene_pixels(
    scene: TileScene, combination: Combination, tile: Tile, shown: Stretch | None = None
) -> Pixels | None:
    """Red, green, blue and alpha of a tile, (256, 256, 4); None off the scene."""
    numbers = band_numbers(scene.names, combination)
    if numbers is None:
        raise ValueError(f"{combination} needs bands that are not among {scene.names}")
    z, x, y = tile
    try:
        with Reader(str(scene.path)) as reader:
            seen = reader.tile(x, y, z, indexes=numbers)
    except TileOutsideBounds:
        return None
    pixels = np.asarray(seen.data, dtype=np.float32)
    if combination is Combination.NDVI:
        colours = _ndvi(pixels, shown[0] if shown else NDVI_RANGE)
    else:
        own = [scene.stretch[number - 1] for number in numbers]
        stretch = shown or (evened(own) if combination is Combination.TRUE else own)
        colours = np.moveaxis(to_bytes(pixels, stretch), 0, 2)
    return np.dstack([colours, np.asarray(seen.mask, dtype=np.uint8)])


def _png(pixels: Pixels) -> bytes:
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG", compress_level=COMPRESSION)
    return content.getvalue()


def _ndvi(pixels: np.ndarray, shown: tuple[float, float]) -> np.ndarray:
    low, high = shown
    infrared, red = pixels
    with np.errstate(divide="ignore", invalid="ignore"):
        index = np.nan_to_num((infrared - red) / (infrared + red))
    place = np.clip((index - low) / (high - low), 0, 1) * 255
    return np.asarray(NDVI_COLOURS[place.astype(np.uint8)][..., :3])
