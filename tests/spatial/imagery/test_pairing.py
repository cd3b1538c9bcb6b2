"""Two scenes on the pixels of the coarser one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from rasterio.transform import from_origin
from rasterio.windows import Window

from spatial.imagery.change.pairing import paired
from spatial.imagery.files.scenes import open_scene
from tests.spatial.imagery.scene_maker import NORTH, PIXEL, SIDE, WEST, write_scene

FINER = 4
PLANES = [
    ("EPSG:4490", from_origin(WEST, NORTH, PIXEL, PIXEL), PIXEL / FINER),
    ("EPSG:4544", from_origin(587_000, 3_250_000, 10, 10), 10 / FINER),
]


@pytest.mark.parametrize(("crs", "place", "pixel"), PLANES)
def test_pixels_of_a_finer_scene_are_averaged(
    crs: str, place: Affine, pixel: float, tmp_path: Path
) -> None:
    coarse = np.full((4, SIDE, SIDE), 100, dtype=np.uint8)
    # An edge between two coarse pixels is as sharp in the mean of the fine ones as in themselves.
    fine = np.zeros((4, SIDE * FINER, SIDE * FINER), dtype=np.uint8)
    fine[:, :, SIDE * FINER // 2 :] = 200
    one = write_scene(tmp_path / "coarse.tif", coarse, transform=place, crs=crs)
    other = write_scene(
        tmp_path / "fine.tif", fine, transform=from_origin(place.c, place.f, pixel, pixel), crs=crs
    )
    with open_scene(one) as before, open_scene(other) as after, paired(before, after) as pair:
        _, shown, clear = pair.read(Window(SIDE // 2 - 20, 10, 40, 40))
    assert clear.all()
    assert shown[:, :, :20] == pytest.approx(0, abs=0.1)
    assert shown[:, :, 20:] == pytest.approx(200, abs=0.1)
