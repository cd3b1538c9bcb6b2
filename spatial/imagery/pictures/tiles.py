"""Web map tiles of scenes: of one, or of several laid over each other."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import morecantile
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rasterio.crs import CRS
from rasterio.warp import transform_bounds
from rasterio.windows import Window
from rio_tiler.colormap import cmap
from rio_tiler.io import Reader

from spatial.imagery.pictures.display import Combination, band_numbers, evened, to_bytes

NDVI_RANGE = (-0.2, 0.9)
NDVI_COLOURS = np.array(list(dict(cmap.get("rdylgn")).values()), dtype=np.uint8)
SIDE = 256
"""Pixels of a tile, each way."""
WEB_MERCATOR = CRS.from_epsg(3857)
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
    with Reader(str(scene.path)) as reader:
        covered = _covered(reader, tile)
        if covered is None:
            return None
        pixels, mask = _read(reader, tile, covered, numbers)
    if combination is Combination.NDVI:
        colours = _ndvi(pixels, shown[0] if shown else NDVI_RANGE)
    else:
        own = [scene.stretch[number - 1] for number in numbers]
        stretch = shown or (evened(own) if combination is Combination.TRUE else own)
        colours = np.moveaxis(to_bytes(pixels, stretch), 0, 2)
    whole = np.zeros((SIDE, SIDE, 4), dtype=np.uint8)
    whole[covered.toslices()] = np.dstack([colours, mask])
    return whole


def _covered(reader: Reader, tile: Tile) -> Window | None:
    """The pixels of a tile that the scene may lie in; None off the scene."""
    left, top, pixel = _grid(reader, tile)
    west, south, east, north = transform_bounds(reader.crs, WEB_MERCATOR, *reader.bounds)
    columns = _touched((west - left) / pixel, (east - left) / pixel)
    rows = _touched((top - north) / pixel, (top - south) / pixel)
    if not columns or not rows:
        return None
    return Window(columns.start, rows.start, len(columns), len(rows))


def _touched(first: float, last: float) -> range:
    begin, end = (min(max(edge, 0.0), float(SIDE)) for edge in (first, last))
    return range(math.floor(begin), math.ceil(end))


def _read(
    reader: Reader, tile: Tile, covered: Window, numbers: Sequence[int]
) -> tuple[NDArray[np.float32], Pixels]:
    """Values and mask of some pixels of a tile.

    The library first lays a grid as fine as the scene over all that it is asked for: for the whole
    of a wide tile with a small scene somewhere in it that takes many seconds.
    """
    left, top, pixel = _grid(reader, tile)
    (first_row, last_row), (first_column, last_column) = covered.toranges()
    seen = reader.part(
        (
            left + first_column * pixel, top - last_row * pixel,
            left + last_column * pixel, top - first_row * pixel,
        ),
        dst_crs=WEB_MERCATOR, bounds_crs=WEB_MERCATOR,
        height=covered.height, width=covered.width, indexes=numbers,
    )  # fmt: skip
    return np.asarray(seen.data, dtype=np.float32), np.asarray(seen.mask, dtype=np.uint8)


def _grid(reader: Reader, tile: Tile) -> tuple[float, float, float]:
    """The west and north edges of a tile, and what one pixel measures, in EPSG:3857 metres."""
    z, x, y = tile
    bounds = reader.tms.xy_bounds(morecantile.Tile(x, y, z))
    return bounds.left, bounds.top, (bounds.right - bounds.left) / SIDE


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
