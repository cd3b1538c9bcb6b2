"""Scenes become COGs with overviews and a mask; what holds no picture is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from rio_cogeo.cogeo import cog_validate

from spatial.errors import RasterError
from spatial.imagery.files.cog import footprint, write_cog
from spatial.imagery.files.scenes import open_scene
from tests.spatial.imagery.scene_maker import NORTH, PIXEL, SIDE, WEST, fields, write_scene


def converted(source: Path) -> Path:
    target = source.with_suffix(".cog.tif")
    with open_scene(source) as dataset:
        write_cog(dataset, target)
    return target


def test_a_scene_becomes_a_valid_cog_with_the_same_pixels(tmp_path: Path) -> None:
    bands = np.tile(fields(), (1, 5, 5))
    target = converted(write_scene(tmp_path / "a.tif", bands))
    assert cog_validate(target, strict=True)[0]
    with rasterio.open(target) as cog:
        assert np.array_equal(cog.read(), bands)
        assert cog.overviews(1)
        assert cog.descriptions[3] == "near_infrared"


def test_nodata_becomes_a_mask_that_the_footprint_follows(tmp_path: Path) -> None:
    bands = fields()
    bands[:, :, SIDE // 2 :] = 0
    target = converted(write_scene(tmp_path / "a.tif", bands, nodata=0))
    with open_scene(target) as cog:
        assert cog.dataset_mask()[:, SIDE // 2 :].max() == 0
        west, south, east, north = footprint(cog).bounds
    assert (west, north) == pytest.approx((WEST, NORTH))
    assert east == pytest.approx(WEST + PIXEL * SIDE / 2)
    assert south == pytest.approx(NORTH - PIXEL * SIDE)


def test_the_footprint_of_a_projected_scene_is_in_degrees(tmp_path: Path) -> None:
    transform = rasterio.transform.from_origin(35_587_000, 3_249_000, 10, 10)
    path = write_scene(tmp_path / "a.tif", crs="EPSG:4523", transform=transform)
    with open_scene(path) as dataset:
        west, south, east, north = footprint(dataset).bounds
    assert 105.8 < west < east < 106
    assert 29.3 < south < north < 29.4


def test_a_scene_of_nodata_only_has_no_footprint(tmp_path: Path) -> None:
    path = write_scene(tmp_path / "a.tif", np.zeros((4, 32, 32), "uint8"), nodata=0)
    with open_scene(path) as dataset, pytest.raises(RasterError) as refused:
        footprint(dataset)
    assert refused.value.problem_code == "image-empty"


def test_a_scene_off_its_coordinate_system_is_refused(tmp_path: Path) -> None:
    transform = rasterio.transform.from_origin(1e12, 1e12, 10, 10)
    path = write_scene(tmp_path / "a.tif", crs="EPSG:4523", transform=transform)
    with open_scene(path) as dataset, pytest.raises(RasterError) as refused:
        footprint(dataset)
    assert refused.value.problem_code == "crs-unclear"


def test_a_truncated_scene_is_refused(tmp_path: Path) -> None:
    bands = np.random.default_rng(1).integers(1, 255, (4, 400, 400), dtype="uint8")
    path = write_scene(tmp_path / "a.tif", bands)
    path.write_bytes(path.read_bytes()[:300_000])
    with pytest.raises(RasterError):
        converted(path)


def test_a_header_without_pixels_behind_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    with rasterio.open(
        path, "w", driver="GTiff", count=4, height=60_000, width=60_000, dtype="uint8",
        crs="EPSG:4490", transform=rasterio.transform.from_origin(WEST, NORTH, 1e-6, 1e-6),
        tiled=True, blockxsize=8192, blockysize=8192, SPARSE_OK=True,
    ):  # fmt: skip
        pass
    with pytest.raises(RasterError) as refused:
        converted(path)
    assert refused.value.problem_code == "image-hollow"


def test_a_band_of_values_marked_as_transparency_is_refused(tmp_path: Path) -> None:
    path = write_scene(tmp_path / "a.tif", photometric="RGB", alpha="YES")
    with pytest.raises(RasterError) as refused:
        converted(path)
    assert refused.value.problem_code == "band-marked-transparent"
