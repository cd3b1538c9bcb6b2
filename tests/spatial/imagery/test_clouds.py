"""Clouds and shadows: told by comparing two scenes, of the scene that has them, and no roofs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.transform import from_origin
from scipy.ndimage import gaussian_filter

from spatial.errors import RasterError
from spatial.imagery.change.detection import detect_changes
from spatial.imagery.change.pairing import common_bands
from spatial.imagery.clouds import Clouds, clouds_between
from spatial.imagery.zonal import ground_figures
from tests.spatial.imagery.scene_maker import write_scene
from tests.spatial.imagery.test_zonal import NAMES, ground

SIDE = 320
ROOF = (slice(40, 80), slice(40, 80))
MIDDLE, RADIUS = (200, 200), 50
UNSAID: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


def land(seed: int) -> NDArray[np.float64]:
    """Fields, the same for every seed, with noise of its own."""
    fields = np.kron(np.random.default_rng(7).normal(0, 8, (16, 16)), np.ones((20, 20)))
    level = np.array([46.0, 64.0, 54.0, 126.0])[:, None, None]
    return level + fields + np.random.default_rng(seed).normal(0, 2, (4, SIDE, SIDE))


def thickness() -> NDArray[np.float64]:
    row, column = np.mgrid[:SIDE, :SIDE]
    away = np.hypot(row - MIDDLE[0], column - MIDDLE[1]) / RADIUS
    return np.clip(1.6 * np.exp(-(away**2)) - 0.3, 0, 1)


def clouded(scene: NDArray[np.float64]) -> NDArray[np.float64]:
    """The scene under a cloud, its shadow up to the left of it."""
    shadow = np.roll(thickness(), (-70, -70), (0, 1))
    return scene * (1 - 0.5 * shadow) * (1 - thickness()) + 236 * thickness()


def written(path: Path, scene: NDArray[np.float64]) -> Path:
    smooth = np.stack([gaussian_filter(band, 0.5) for band in scene])
    return write_scene(path, np.clip(smooth, 1, 255).astype("uint8"))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A clear scene, and one with a roof, a cloud and its shadow."""
    folder = tmp_path_factory.mktemp("clouds")
    after = land(2)
    after[:, *ROOF] = 170
    return written(folder / "clear.tif", land(1)), written(folder / "cloudy.tif", clouded(after))


def pixels_of(clouds: Clouds) -> NDArray[np.bool_]:
    return clouds.on(CRS.from_epsg(4490), from_origin(105.9, 29.36, 1e-4, 1e-4), (SIDE, SIDE))


def test_a_cloud_and_its_shadow_are_found_in_the_scene_that_has_them(
    pair: tuple[Path, Path],
) -> None:
    found = clouds_between(*pair, UNSAID)
    assert found is not None
    clear, cloudy = map(pixels_of, found)
    assert not clear.any()
    assert cloudy[thickness() > 0.2].mean() > 0.99
    assert cloudy[np.roll(thickness(), (-70, -70), (0, 1)) > 0.5].mean() > 0.9
    assert not cloudy[ROOF].any()
    assert cloudy.mean() < 0.4


def test_the_order_of_the_scenes_does_not_matter(pair: tuple[Path, Path]) -> None:
    found = clouds_between(*pair[::-1], UNSAID)
    assert found is not None
    cloudy, clear = map(pixels_of, found)
    assert not clear.any()
    assert cloudy[thickness() > 0.2].mean() > 0.99


def test_what_lies_under_a_cloud_is_no_change(pair: tuple[Path, Path]) -> None:
    found = detect_changes(*pair)
    assert len(found.outlines) == 1
    assert 0.6 < found.clear_share < 0.95


def test_figures_say_how_much_of_the_ground_a_cloud_hides(pair: tuple[Path, Path]) -> None:
    found = clouds_between(*pair, UNSAID)
    assert found is not None
    under, beside = ground(190, 190, 210, 210), ground(50, 50, 70, 70)
    hidden, seen, _ = ground_figures(pair[1], NAMES, [under, beside], found[1])
    assert (hidden.cloud_share, hidden.indices["ndvi"]) == (pytest.approx(1, abs=0.01), None)
    assert (seen.cloud_share, seen.hidden_share) == (0, pytest.approx(0, abs=1e-3))
    unknown, _ = ground_figures(pair[1], NAMES, [under])
    assert unknown.cloud_share is None


def test_fewer_bands_or_other_ground_tell_nothing(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    three = write_scene(tmp_path / "three.tif", land(3)[:3].astype("uint8"))
    assert clouds_between(pair[0], three, UNSAID) is None
    away = from_origin(107, 29.36, 1e-4, 1e-4)
    other = write_scene(tmp_path / "away.tif", land(3).astype("uint8"), transform=away)
    assert clouds_between(pair[0], other, UNSAID) is None


def test_bands_are_compared_by_their_names() -> None:
    names, first, second = common_bands(("red", "green", "blue"), (*NAMES, "alpha"))
    assert names == ("blue", "green", "red")
    assert (first, second) == ((3, 2, 1), (1, 2, 3))
    with pytest.raises(RasterError) as refused:
        common_bands(("red", "alpha"), ("near_infrared", "alpha"))
    assert refused.value.problem_code == "no-common-bands"


def test_scenes_with_their_bands_in_another_order_show_the_same_changes(tmp_path: Path) -> None:
    before, after = land(1), land(2)
    after[:, *ROOF] = 170
    drone = tmp_path / "drone.tif"
    write_scene(drone, np.clip(after[2::-1], 1, 255).astype("uint8"))
    found = detect_changes(
        written(tmp_path / "b.tif", before), drone, names=((), ("red", "green", "blue"))
    )
    assert len(found.outlines) == 1
