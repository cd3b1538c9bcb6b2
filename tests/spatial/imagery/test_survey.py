"""The first look over a pair: small pictures, samples, and blocks that fit the scene's size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from rasterio.crs import CRS

from spatial.imagery.change.pairing import paired
from spatial.imagery.change.survey import MOST_BLOCKS, block_means, block_side, survey
from spatial.imagery.files.scenes import open_scene
from spatial.imagery.grids import Grid
from tests.spatial.imagery.scene_maker import write_scene


@pytest.mark.parametrize(
    ("pixel", "side", "block"),
    [(0.8, 640, 8), (2.0, 1500, 8), (5.0, 1000, 4), (10.0, 340, 2), (10.0, 10_980, 8)],
)
def test_blocks_are_about_as_wide_on_the_ground_and_not_too_many(
    pixel: float, side: int, block: int
) -> None:
    grid = Grid(CRS.from_epsg(4523), Affine(pixel, 0, 0, 0, -pixel, 0), side, side)
    assert block_side(grid) == block
    assert (side / block) ** 2 <= MOST_BLOCKS


def test_a_block_is_the_mean_of_what_is_clear_in_it() -> None:
    scene = np.arange(36, dtype=np.float32).reshape(1, 6, 6)
    clear = np.ones((6, 6), dtype=bool)
    clear[0, 0] = False
    clear[4:, :3] = False
    means = block_means(scene, clear, 4)
    assert means.shape == (1, 2, 2)
    first = scene[0, :4, :4][clear[:4, :4]]
    assert means[0, 0, 0] == pytest.approx(first.mean())
    # Six rows and columns end within blocks of four, and less than half of those is known.
    assert np.isnan(means[0, 1]).all()


def test_samples_are_clear_and_know_their_blocks(tmp_path: Path) -> None:
    bands = np.zeros((4, 700, 600), dtype="uint8")
    bands[:, :, :300], bands[:, :, 300:] = 50, 150
    bands[:, 100:500, 100:200] = 0
    paths = [write_scene(tmp_path / f"{name}.tif", bands, nodata=0) for name in "ab"]
    with (
        open_scene(paths[0]) as first,
        open_scene(paths[1]) as second,
        paired(first, second) as pair,
    ):
        look = survey(pair)
    assert look.before.shape == look.after.shape
    assert look.before.min() > 49.9
    # In the middle of either half every sample has that half's value.
    columns = (look.blocks[1] + 0.5) * look.block_px
    assert np.allclose(look.before[0, columns < 280], 50)
    assert np.allclose(look.before[0, columns > 320], 150)
    hidden = np.isnan(look.small_before[0])
    inner = 8
    assert hidden[(100 + inner) // look.block_px, (100 + inner) // look.block_px]
    assert not hidden[:, (300 + inner) // look.block_px :].any()
