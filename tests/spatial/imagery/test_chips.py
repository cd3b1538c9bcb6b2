"""Chips show one place from two scenes: same ground, same size, same stretch, outline drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio
from PIL import Image
from shapely import MultiPolygon, box

from spatial.imagery.bands import names_of
from spatial.imagery.files.cog import write_cog
from spatial.imagery.files.scenes import open_scene
from spatial.imagery.pictures.annotation import CAPTION_PX, OUTLINE, bar_length_m
from spatial.imagery.pictures.chips import NODATA, SIDE_PX, ChipScene, chips, place_of, side_by_side
from spatial.imagery.pictures.display import (
    Combination,
    band_numbers,
    natural_stretch,
    to_bytes,
)
from spatial.messages import Message
from tests.spatial.imagery.scene_maker import SIDE, fields, write_scene

GROUND = MultiPolygon([box(105.907, 29.351, 105.909, 29.353)])
"""The ground of the roof in the middle of the scenes."""


def scene(path: Path, day: int = 1) -> ChipScene:
    return ChipScene(path, date(2026, 4, day), str(day), Message("前", "before"))


def pixels(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture).astype(int)


@pytest.fixture
def pair(tmp_path: Path) -> list[Image.Image]:
    before = scene(write_scene(tmp_path / "before.tif"))
    after = scene(write_scene(tmp_path / "after.tif", fields(roof=True)), 2)
    return chips(place_of(GROUND), [before, after])


def test_both_chips_have_one_size_and_the_roof_is_in_the_middle(pair: list[Image.Image]) -> None:
    before, after = pair
    assert before.size == after.size == (SIDE_PX, SIDE_PX + CAPTION_PX)
    middle = SIDE_PX // 2
    assert pixels(after)[middle, middle].min() > pixels(before)[middle, middle].max() + 100


def test_unchanged_ground_looks_the_same_in_both(pair: list[Image.Image]) -> None:
    before, after = (pixels(chip)[60:100, 60:100] for chip in pair)
    assert np.array_equal(before, after)


def test_the_outline_lies_where_the_ground_ends(pair: list[Image.Image]) -> None:
    red = (pixels(pair[0])[:SIDE_PX] == OUTLINE).all(axis=2)
    rows, columns = np.nonzero(red)
    # The ground is about 194 m by 222 m: the longer side takes 1 / 1.7 of the picture.
    assert np.ptp(rows) == pytest.approx(SIDE_PX / 1.7, abs=4)
    assert np.ptp(columns) == pytest.approx(SIDE_PX / 1.7 * 194.3 / 221.7, abs=4)
    assert rows.mean() == pytest.approx(SIDE_PX / 2, abs=4)


def test_ground_without_data_is_grey(tmp_path: Path) -> None:
    bands = fields()
    bands[:, :, SIDE // 2 :] = 0
    path = write_scene(tmp_path / "half.tif", bands, nodata=0)
    with open_scene(path) as dataset:
        write_cog(dataset, tmp_path / "cog.tif")
    (chip,) = chips(place_of(GROUND), [scene(tmp_path / "cog.tif")])
    assert (pixels(chip)[100, SIDE_PX - 60 : SIDE_PX - 40] == NODATA).all()
    assert (pixels(chip)[100, 40:60] != NODATA).any()


def test_scenes_in_different_systems_show_the_same_place(tmp_path: Path) -> None:
    degrees = write_scene(tmp_path / "degrees.tif", fields(roof=True))
    with rasterio.open(degrees) as source:
        shift = rasterio.warp.calculate_default_transform(
            source.crs, "EPSG:4523", source.width, source.height, *source.bounds
        )
        moved = np.zeros((4, shift[2], shift[1]), "uint8")
        rasterio.warp.reproject(
            rasterio.band(source, [1, 2, 3, 4]), moved,
            dst_transform=shift[0], dst_crs="EPSG:4523",
        )  # fmt: skip
    metres = write_scene(tmp_path / "metres.tif", moved, crs="EPSG:4523", transform=shift[0])
    first, second = chips(place_of(GROUND), [scene(degrees), scene(metres)])
    bright = [(pixels(chip)[:SIDE_PX] > 230).all(axis=2) for chip in (first, second)]
    assert np.logical_and(*bright).sum() > 0.85 * np.logical_or(*bright).sum()


def test_scenes_of_different_pixel_types_are_stretched_each_by_itself(tmp_path: Path) -> None:
    bytes_ = write_scene(tmp_path / "bytes.tif")
    shorts = write_scene(tmp_path / "shorts.tif", fields().astype("uint16") * 40)
    first, second = chips(place_of(GROUND), [scene(bytes_), scene(shorts)])
    assert abs(pixels(first)[:SIDE_PX].mean() - pixels(second)[:SIDE_PX].mean()) < 3


def test_a_place_off_the_scene_is_all_grey(tmp_path: Path) -> None:
    away = MultiPolygon([box(106.2, 29.351, 106.201, 29.352)])
    (chip,) = chips(place_of(away), [scene(write_scene(tmp_path / "a.tif"))])
    assert (pixels(chip)[100, 60:100] == NODATA).all()


def test_the_pair_is_both_chips_side_by_side(pair: list[Image.Image]) -> None:
    whole = side_by_side(pair)
    assert np.array_equal(pixels(whole)[:, :SIDE_PX], pixels(pair[0]))
    assert np.array_equal(pixels(whole)[:, -SIDE_PX:], pixels(pair[1]))


def test_small_ground_is_shown_with_enough_around_it() -> None:
    small = box(105.907, 29.351, 105.90701, 29.35101)
    assert place_of(small).grid.transform.a * SIDE_PX == pytest.approx(240)


@pytest.mark.parametrize(("pixel_m", "length"), [(0.5, 50), (1.0, 100), (10.0, 1000), (0.05, 5)])
def test_the_scale_bar_has_a_round_length(pixel_m: float, length: float) -> None:
    assert bar_length_m(512, pixel_m) == pytest.approx(length)


def test_colours_are_taken_from_the_names_or_the_interpretation(tmp_path: Path) -> None:
    named = write_scene(tmp_path / "named.tif")
    drone = write_scene(tmp_path / "drone.tif", fields()[:3], photometric="RGB")
    numbers = []
    for path in (named, drone):
        with rasterio.open(path) as dataset:
            numbers.append(band_numbers(names_of(dataset), Combination.TRUE))
    assert numbers == [(3, 2, 1), (1, 2, 3)]


def test_false_colour_needs_a_near_infrared_band() -> None:
    assert band_numbers(("blue", "green", "red"), Combination.FALSE) is None
    assert band_numbers(("band_1",), Combination.TRUE) == (1, 1, 1)


def test_where_a_scene_ends_the_one_beneath_is_shown_and_named(tmp_path: Path) -> None:
    whole = write_scene(tmp_path / "whole.tif")
    half = fields()
    half[:, :, SIDE // 2 :] = 0
    part = scene(write_scene(tmp_path / "part.tif", half, nodata=0))
    place = place_of(GROUND)
    (alone,) = chips(place, [part])
    (filled,) = chips(place, [replace(part, beneath=scene(whole, 2))])
    row, right = 40, slice(SIDE_PX - 200, SIDE_PX - 60)
    assert (pixels(alone)[row, right] == NODATA).all()
    assert not (pixels(filled)[row, right] == NODATA).all(axis=1).any()
    assert not np.array_equal(pixels(alone)[SIDE_PX:], pixels(filled)[SIDE_PX:])


def test_a_scene_of_other_values_does_not_fill_edges(tmp_path: Path) -> None:
    half = fields()
    half[:, :, SIDE // 2 :] = 0
    part = scene(write_scene(tmp_path / "part.tif", half, nodata=0))
    other = scene(write_scene(tmp_path / "other.tif", fields(kind="uint16")), 2)
    (alone,) = chips(place_of(GROUND), [part])
    (offered,) = chips(place_of(GROUND), [replace(part, beneath=other)])
    assert np.array_equal(pixels(alone), pixels(offered))


def test_a_picture_of_fields_alone_keeps_the_colours_of_the_whole_scene() -> None:
    # Red, green and blue of some fields; over the whole scene there are roofs and woods as well.
    fields = (
        np.random.default_rng(1).normal(0, 2, (3, 60, 60)) + np.array([70, 90, 60])[:, None, None]
    )
    part = (fields.astype(np.float32), np.ones((60, 60), dtype=bool))
    whole = [(30.0, 130.0), (40.0, 130.0), (30.0, 120.0)]
    alone = to_bytes(part[0], natural_stretch([part])).mean(axis=(1, 2))
    kept = to_bytes(part[0], natural_stretch([part], [whole, whole])).mean(axis=(1, 2))
    assert np.ptp(alone) < 10
    assert kept[1] > kept[0] + 10
    assert kept[0] > kept[2]
    assert to_bytes(part[0], natural_stretch([part], [whole])).std() < 40
