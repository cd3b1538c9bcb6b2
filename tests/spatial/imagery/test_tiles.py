"""Map tiles show a scene where it lies, at every zoom, and read no ground beyond it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.warp import transform_bounds
from rio_tiler.io import Reader

from spatial.imagery.files.cog import write_cog
from spatial.imagery.pictures.display import Combination
from spatial.imagery.pictures.tiles import Tile, TileScene, scene_pixels
from tests.spatial.imagery.scene_maker import NORTH, PIXEL, SIDE, WEST, write_scene

NAMES = ("blue", "green", "red", "near_infrared")
GROUND = (WEST, NORTH - SIDE * PIXEL, WEST + SIDE * PIXEL, NORTH)
WORLD = 20037508.342789244


@pytest.fixture
def scene(tmp_path: Path) -> TileScene:
    with rasterio.open(write_scene(tmp_path / "scene.tif")) as dataset:
        write_cog(dataset, tmp_path / "cog.tif")
    return TileScene(tmp_path / "cog.tif", NAMES, [(0, 255)] * 4)


def grid(tile: Tile) -> tuple[float, float, float]:
    """West and north edge of a tile and the size of its pixels, in metres of the web map."""
    zoom, column, row = tile
    width = 2 * WORLD / 2**zoom
    return column * width - WORLD, WORLD - row * width, width / 256


@pytest.mark.parametrize("tile", [(8, 203, 106), (12, 3252, 1698), (14, 13011, 6793)])
def test_a_scene_is_drawn_where_it_lies(scene: TileScene, tile: Tile) -> None:
    pixels = scene_pixels(scene, Combination.TRUE, tile)
    assert pixels is not None
    assert pixels.shape == (256, 256, 4)
    left, top, pixel = grid(tile)
    west, south, east, north = transform_bounds("EPSG:4490", "EPSG:3857", *GROUND)
    opaque = np.argwhere(pixels[..., 3] > 0)
    drawn = [*opaque.min(axis=0), *(opaque.max(axis=0) + 1)]
    there = [(top - north) / pixel, (west - left) / pixel, (top - south) / pixel,
             (east - left) / pixel]  # fmt: skip
    assert np.abs(np.array(drawn) - np.clip(there, 0, 256)).max() <= 1
    assert not pixels[pixels[..., 3] == 0].any()


def test_a_wide_tile_reads_no_ground_beyond_the_scene(
    scene: TileScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[float, float, float, float]] = []
    read = Reader.part

    def noted(reader: Reader, box: Any, **options: Any) -> Any:
        asked.append(box)
        return read(reader, box, **options)

    monkeypatch.setattr(Reader, "part", noted)
    tile = (8, 203, 106)
    scene_pixels(scene, Combination.TRUE, tile)
    _, _, pixel = grid(tile)
    ground = transform_bounds("EPSG:4490", "EPSG:3857", *GROUND)
    for edge, end in zip(asked[0], ground, strict=True):
        assert abs(edge - end) <= pixel


@pytest.mark.parametrize("tile", [(8, 0, 0), (14, 13010, 6793), (20, 1, 1)])
def test_off_the_scene_there_is_no_tile(scene: TileScene, tile: Tile) -> None:
    assert scene_pixels(scene, Combination.TRUE, tile) is None
