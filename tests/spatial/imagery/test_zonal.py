"""Figures of ground: exact to parts of pixels, honest about what is hidden or unknown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from rasterio.transform import from_origin

from spatial.imagery.support import Contradiction, Seen, contradictions
from spatial.imagery.zonal import ground_figures
from spatial.words import ChangeGroup
from tests.spatial.imagery.scene_maker import NORTH, PIXEL, WEST, write_scene

NAMES = ("blue", "green", "red", "near_infrared")


def ground(left: float, top: float, right: float, bottom: float) -> shapely.Polygon:
    """A rectangle by pixels of a scene, parts of pixels too."""
    return shapely.box(
        WEST + left * PIXEL, NORTH - bottom * PIXEL, WEST + right * PIXEL, NORTH - top * PIXEL
    )


def two_halves() -> np.ndarray:
    bands = np.full((4, 40, 40), 50, dtype="uint8")
    bands[3, :, 20:] = 150
    return bands


def test_a_pixel_counts_as_far_as_it_is_covered(tmp_path: Path) -> None:
    path = write_scene(tmp_path / "a.tif", two_halves())
    whole, _ = ground_figures(path, NAMES, [ground(19.5, 10, 22, 12)])
    # Half a column without vegetation (0), two columns with it (0.5).
    assert whole.indices["ndvi"] == pytest.approx(0.5 * 2 / 2.5, abs=1e-4)
    assert whole.indices["ndwi"] == pytest.approx(-0.5 * 2 / 2.5, abs=1e-4)
    assert whole.pixels == pytest.approx(5, abs=0.01)


def test_an_index_without_its_bands_is_not_known(tmp_path: Path) -> None:
    path = write_scene(tmp_path / "a.tif", two_halves()[:3])
    whole, _ = ground_figures(path, ("blue", "green", "red"), [ground(5, 5, 9, 9)])
    assert set(whole.indices.values()) == {None}
    assert whole.cloud_share is None


def test_shortwave_bands_tell_bare_and_built_up_ground(tmp_path: Path) -> None:
    bands = np.full((6, 40, 40), 50, dtype="uint8")
    bands[4] = 150
    path = write_scene(tmp_path / "a.tif", bands)
    names = (*NAMES, "shortwave_infrared", "shortwave_infrared_2")
    whole, _ = ground_figures(path, names, [ground(5, 5, 9, 9)])
    assert whole.indices["bare_soil"] == pytest.approx(100 / 300, abs=1e-4)
    assert whole.indices["built_up"] == pytest.approx(0.5, abs=1e-4)


def test_nodata_and_ground_off_the_scene_are_a_share_of_the_whole(tmp_path: Path) -> None:
    bands = two_halves()
    bands[:, 10:12, 10] = 0
    path = write_scene(tmp_path / "a.tif", bands, nodata=0)
    whole, _ = ground_figures(path, NAMES, [ground(10, 10, 12, 12)])
    assert whole.nodata_share == pytest.approx(0.5, abs=1e-3)
    assert whole.indices["ndvi"] == pytest.approx(0, abs=1e-6)
    edge, _ = ground_figures(path, NAMES, [ground(-3, 20, 1, 24)])
    assert edge.nodata_share == pytest.approx(0.75, abs=1e-3)
    away, around = ground_figures(path, NAMES, [ground(2000, 20, 2004, 24)])
    assert (away.nodata_share, around.indices["ndvi"]) == (1, None)


def test_large_ground_is_read_in_larger_pixels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spatial.imagery.zonal.LARGEST_PX", 400)
    path = write_scene(tmp_path / "a.tif", two_halves())
    whole, _ = ground_figures(path, NAMES, [ground(0, 0, 40, 40)])
    assert whole.indices["ndvi"] == pytest.approx(0.25, abs=0.01)
    assert whole.nodata_share == pytest.approx(0, abs=1e-3)


def test_the_surroundings_come_last(tmp_path: Path) -> None:
    path = write_scene(
        tmp_path / "a.tif", two_halves(), transform=from_origin(WEST, NORTH, PIXEL, PIXEL)
    )
    _, around = ground_figures(path, NAMES, [ground(30, 20, 31, 21)])
    assert around.indices["ndvi"] == pytest.approx(0.5, abs=0.1)


def seen(ndvi: float | None, around: float | None = 0.4, hidden: float = 0.0) -> Seen:
    return Seen(ndvi, around, hidden, 20.0)


def flags(group: ChangeGroup, *sides: Seen | None, restored: bool = False) -> list[Contradiction]:
    return contradictions(group, *sides, sides[1], said_restored=restored)


@pytest.mark.parametrize(
    ("before", "after", "flagged"),
    [
        (seen(0.4), seen(0.41), True),
        (seen(0.4), seen(0.05), False),
        # The season took as much from the ground around.
        (seen(0.6, 0.6), seen(0.4, 0.4), True),
        (seen(0.05), seen(0.05), False),
        (seen(0.4), seen(0.4, hidden=0.5), False),
        (seen(0.4), seen(None), False),
        (seen(0.4), None, False),
    ],
)
def test_construction_where_the_vegetation_stays_is_flagged(
    before: Seen | None, after: Seen | None, flagged: bool
) -> None:
    expected = [Contradiction.VEGETATION_UNCHANGED] if flagged else []
    assert flags(ChangeGroup.BUILDING, before, after) == expected
    assert flags(ChangeGroup.ORCHARD, before, after) == []


def test_ground_said_to_be_restored_that_is_bare_is_flagged() -> None:
    bare, green = (seen(0.05), seen(0.35))
    assert flags(ChangeGroup.RESTORED, green, bare) == [Contradiction.NOT_RECOVERED]
    assert flags(ChangeGroup.RESTORED, bare, green) == []
    assert Contradiction.NOT_RECOVERED in flags(ChangeGroup.BUILDING, green, bare, restored=True)
    assert flags(ChangeGroup.BUILDING, green, bare) == []
