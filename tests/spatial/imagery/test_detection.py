"""Changes between two small scenes: found where they are, whatever lies between the scenes."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from pyproj import Transformer
from rasterio.transform import from_origin
from scipy.ndimage import gaussian_filter
from shapely import transform
from shapely.geometry import box

from spatial.errors import RasterError
from spatial.imagery.change.detection import (
    LEAST_THRESHOLD,
    Detection,
    detect_changes,
    threshold_of,
)
from spatial.imagery.change.writing import write_patches
from spatial.imagery.files.scenes import open_scene
from spatial.words import ChangeGroup

WEST, NORTH, PIXEL = 35_587_000.0, 3_249_000.0, 2.0
TURNED = from_origin(WEST, NORTH, PIXEL, PIXEL) @ rasterio.Affine.rotation(20)
SITE = (120, 145, 150, 180)
"""Rows and columns of new buildings: 25 by 30 pixels, 3,000 m²."""


def scenes(folder: Path, haze: float = 0.0, site: bool = True) -> tuple[Path, Path]:
    """Fields in four bands; the second scene has a building site, and haze."""
    random = np.random.default_rng(3)
    fields = np.kron(random.normal(0, 12, (16, 16)), np.ones((20, 20)))
    ground = np.array([48.0, 66.0, 56.0, 128.0])[:, None, None] + fields
    after = ground.copy()
    if site:
        after[:, SITE[0] : SITE[1], SITE[2] : SITE[3]] = 165.0
    after = after * (1 - haze / 100) + haze
    return (
        write(folder / "before.tif", ground + random.normal(0, 2, ground.shape)),
        write(folder / "after.tif", after + random.normal(0, 2, after.shape)),
    )


def write(path: Path, values: np.ndarray, **changes: object) -> Path:
    smooth = np.stack([gaussian_filter(band, 0.5) for band in values])
    profile = {
        "driver": "GTiff", "dtype": "uint8", "count": len(values), "height": values.shape[1],
        "photometric": "minisblack",
        "width": values.shape[2], "crs": "EPSG:4523",
        "transform": from_origin(WEST, NORTH, PIXEL, PIXEL),
    } | changes  # fmt: skip
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(np.clip(smooth, 1, 255).astype("uint8"))
    return path


@pytest.fixture(scope="module")
def hazy(tmp_path_factory: pytest.TempPathFactory) -> Detection:
    return detect_changes(*scenes(tmp_path_factory.mktemp("hazy"), haze=15))


def test_a_building_site_is_outlined_through_haze(hazy: Detection) -> None:
    assert len(hazy.outlines) == 1
    found = hazy.outlines[0]
    truth = box(WEST + SITE[2] * PIXEL, NORTH - SITE[1] * PIXEL, WEST + SITE[3] * PIXEL,
                NORTH - SITE[0] * PIXEL)  # fmt: skip
    to_degrees = Transformer.from_crs(4523, 4490, always_xy=True)
    truth = transform(truth, lambda xy: np.column_stack(to_degrees.transform(*xy.T)))
    shared = found.ground.intersection(truth).area / found.ground.union(truth).area
    assert shared > 0.7
    assert found.area_m2 == pytest.approx(3000, rel=0.3)
    assert found.group is ChangeGroup.BUILDING
    assert 0.2 <= found.confidence <= 1


def test_scenes_of_the_same_ground_show_no_change(tmp_path: Path) -> None:
    assert detect_changes(*scenes(tmp_path, site=False)).outlines == []


def test_patches_are_written_with_the_fields_of_a_districts_layer(
    hazy: Detection, tmp_path: Path
) -> None:
    write_patches(tmp_path / "patches.gpkg", hazy.outlines, None, None)
    written = gpd.read_file(tmp_path / "patches.gpkg")
    assert list(written["TBLX"]) == ["20"]
    assert written.crs.to_epsg() == 4490


def test_scenes_of_different_places_are_refused(tmp_path: Path) -> None:
    before, after = scenes(tmp_path)
    with rasterio.open(after, "r+") as dataset:
        dataset.transform = from_origin(WEST + 50_000, NORTH, PIXEL, PIXEL)
    with pytest.raises(RasterError) as refused:
        detect_changes(before, after)
    assert refused.value.problem_code == "scenes-apart"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<VRTDataset rasterXSize='1' rasterYSize='1'></VRTDataset>", "not-an-image"),
        (b"II*\0\x08\0\0\0", "not-an-image"),
        (b"", "not-an-image"),
    ],
)
def test_what_only_calls_itself_an_image_is_refused(
    tmp_path: Path, content: bytes, code: str
) -> None:
    (tmp_path / "scene.tif").write_bytes(content)
    with pytest.raises(RasterError) as refused, open_scene(tmp_path / "scene.tif"):
        pass
    assert refused.value.problem_code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"crs": None}, "not-georeferenced"),
        ({"transform": TURNED}, "image-turned"),
    ],
)
def test_an_image_without_its_place_is_refused(
    tmp_path: Path, changes: dict[str, object], code: str
) -> None:
    path = write(tmp_path / "scene.tif", np.full((4, 8, 8), 9.0), **changes)
    with pytest.raises(RasterError) as refused, open_scene(path):
        pass
    assert refused.value.problem_code == code


def test_a_shift_is_taken_out_of_scenes_on_the_same_pixels(tmp_path: Path) -> None:
    before, after = scenes(tmp_path)
    with rasterio.open(after, "r+") as dataset:
        dataset.transform = from_origin(WEST + 0.8 * PIXEL, NORTH, PIXEL, PIXEL)
    found = detect_changes(before, after)
    assert found.shift.columns == pytest.approx(-0.8, abs=0.15)
    assert found.shift.rows == pytest.approx(0, abs=0.15)


@pytest.mark.parametrize("nodata", [None, 7])
def test_scenes_without_anything_in_them_are_refused(tmp_path: Path, nodata: int | None) -> None:
    before, _ = scenes(tmp_path)
    empty = write(tmp_path / "empty.tif", np.full((4, 320, 320), 7.5), nodata=nodata)
    with pytest.raises(RasterError) as refused:
        detect_changes(before, empty)
    assert (refused.value.problem_code, refused.value.file) == ("image-empty", "empty.tif")


def test_one_magnitude_alone_has_nothing_to_be_told_from() -> None:
    assert threshold_of(np.full((4, 4), 20, dtype=np.uint8)) == LEAST_THRESHOLD


def test_scenes_that_are_clear_nowhere_together_are_refused(tmp_path: Path) -> None:
    values = np.random.default_rng(5).normal(60, 5, (4, 320, 320))
    west, east = values.copy(), values.copy()
    west[:, :, 150:], east[:, :, :170] = 0, 0
    halves = [
        write(tmp_path / f"{number}.tif", half, nodata=1)
        for number, half in enumerate((west, east))
    ]
    with pytest.raises(RasterError) as refused:
        detect_changes(*halves)
    assert refused.value.problem_code == "too-few-pixels"


def test_a_little_more_or_less_change_does_not_move_the_threshold() -> None:
    # Magnitudes of ground as the samples have it, and of one change in a thousand pixels.
    random = np.random.default_rng(1)
    noise = np.abs(random.normal(0.9, 0.6, 1_500_000))
    found = []
    for changed in (300, 1_500, 6_000, 24_000):
        strength = np.concatenate([noise, random.uniform(6, 25, changed)]) * 10
        found.append(threshold_of(np.clip(strength, 1, 255).astype(np.uint8)[None]))
    assert max(found) - min(found) < 1.5
    assert min(found) >= LEAST_THRESHOLD
    assert max(found) < 6.5
