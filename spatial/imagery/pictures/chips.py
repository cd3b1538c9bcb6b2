"""Chips: small pictures of one place from two scenes, of the same ground, size and stretch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from PIL import Image
from pyproj import Transformer
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.transform import array_bounds, from_origin
from rasterio.warp import reproject, transform_bounds
from rasterio.windows import Window, from_bounds
from shapely.geometry.base import BaseGeometry

from spatial.crs import STORAGE_CRS
from spatial.errors import RasterError
from spatial.imagery.bands import names_of
from spatial.imagery.change.normalisation import Values
from spatial.imagery.files.failures import BROKEN
from spatial.imagery.files.scenes import open_scene
from spatial.imagery.grids import Grid
from spatial.imagery.pictures.annotation import annotate, captioned
from spatial.imagery.pictures.display import (
    Combination,
    Stretch,
    band_numbers,
    natural_stretch,
    to_bytes,
)
from spatial.messages import Message

SIDE_PX = 512
LEAST_SIDE_M = 240.0
"""At 10 m a pixel a smaller piece of ground shows nothing that could be recognised."""
MARGIN = 0.35
"""Ground shown around the case on each side, as a share of the longer side of its extent."""
PLANES_A_DEGREE = 4
CLEAR = 254.0
NODATA = (128, 128, 128)
GAP_PX = 8


@dataclass(frozen=True, slots=True)
class ChipScene:
    """A scene to be shown: its file, the day it was taken, and how people call it.

    ``bands`` are the names of its bands; those that the file gives when there are none.
    ``stretch`` is that of all its bands, where it is known: it keeps the colours of the whole
    scene. ``beneath`` is a coarser scene that is shown where this one shows nothing.
    """

    path: Path
    taken_on: date
    name: str
    label: Message
    bands: Sequence[str] = ()
    stretch: Stretch = ()
    beneath: ChipScene | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The ground of a chip: a metric grid around a case, and the case's outline on its pixels."""

    grid: Grid
    outline: BaseGeometry


@dataclass(frozen=True, slots=True)
class Sight:
    """A place as one scene shows it: float32 (3, rows, columns), where it is clear, the pixel type
    of the scene, and which of its bands (from 1) these are; ``filled``: whether a part of it comes
    from the scene beneath."""

    pixels: Values
    clear: NDArray[np.bool_]
    dtype: str
    numbers: tuple[int, ...]
    filled: bool = False


def place_of(ground: BaseGeometry, side_px: int = SIDE_PX) -> Place:
    """The square around some ground in EPSG:4490 degrees, north up, true to scale in its middle.

    The grid's CRS is a transverse Mercator near the middle of the ground.
    """
    west, _, east, _ = ground.bounds
    plane, to_plane = _plane(round((west + east) / 2 * PLANES_A_DEGREE))
    local = shapely.transform(ground, lambda xy: np.column_stack(to_plane.transform(*xy.T)))
    left, bottom, right, top = local.bounds
    side = max(max(right - left, top - bottom) * (1 + 2 * MARGIN), LEAST_SIDE_M)
    x, y = (left + right) / 2 - side / 2, (bottom + top) / 2 + side / 2
    transform = from_origin(x, y, side / side_px, side / side_px)
    outline = shapely.transform(local, lambda xy: np.column_stack(_apply(~transform, xy)))
    return Place(Grid(plane, transform, side_px, side_px), outline)


def sight(path: Path, place: Place, bands: Sequence[str] = ()) -> Sight:
    """A place in true colour as a scene shows it; ``bands`` as in ``ChipScene``.

    Raises:
        RasterError: when the scene cannot be read.
    """
    grid = place.grid
    with open_scene(path) as dataset:
        numbers = band_numbers(bands or names_of(dataset), Combination.TRUE) or (1, 1, 1)
        kind = str(dataset.dtypes[0])
        try:
            source, transform = _around(dataset, numbers, grid)
        except RasterioError as error:
            raise RasterError(BROKEN, code="image-broken") from error
        shown = np.zeros((len(source), grid.rows, grid.columns), dtype=np.float32)
        # Straight from memory: a third of the time that a warped dataset takes.
        reproject(
            source, shown, src_transform=transform, src_crs=dataset.crs,
            dst_transform=grid.transform, dst_crs=grid.crs, resampling=Resampling.bilinear,
        )  # fmt: skip
    # Pixels that a neighbour without data has a part in show no ground.
    clear = shown[-1] > CLEAR
    return Sight(shown[:-1], clear & np.isfinite(shown[:-1]).all(axis=0), kind, numbers)


def _whole_sight(scene: ChipScene, place: Place) -> Sight:
    """A place as a scene shows it and, beyond its edges, the scene beneath.

    A scene of another pixel type has no values in common with it: the edge is left empty.
    """
    seen = sight(scene.path, place, scene.bands)
    if scene.beneath is None or seen.clear.all():
        return seen
    under = sight(scene.beneath.path, place, scene.beneath.bands)
    missing = ~seen.clear & under.clear
    if under.dtype != seen.dtype or not missing.any():
        return seen
    pixels = np.where(missing, under.pixels, seen.pixels)
    return Sight(pixels, seen.clear | missing, seen.dtype, seen.numbers, filled=True)


def _around(dataset: DatasetReader, numbers: Sequence[int], grid: Grid) -> tuple[Values, Affine]:
    """The bands and last the mask (0 or 255) of a scene around a grid, float32, and where it lies.

    A finer scene is read in pixels about as large as the grid's.
    """
    corners = array_bounds(grid.rows, grid.columns, grid.transform)
    bounds = transform_bounds(grid.crs, dataset.crs, *corners)
    width, height = (bounds[2] - bounds[0]) / grid.columns, (bounds[3] - bounds[1]) / grid.rows
    step = max(1.0, min(width / dataset.res[0], height / dataset.res[1]))
    margin = int(2 * step) + 2
    wanted = from_bounds(*bounds, transform=dataset.transform)
    left, top = int(wanted.col_off) - margin, int(wanted.row_off) - margin
    right = int(wanted.col_off + wanted.width) + margin + 1
    bottom = int(wanted.row_off + wanted.height) + margin + 1
    left, top = max(left, 0), max(top, 0)
    right, bottom = min(right, dataset.width), min(bottom, dataset.height)
    if right <= left or bottom <= top:
        return np.zeros((len(numbers) + 1, 1, 1), dtype=np.float32), dataset.transform
    window = Window(left, top, right - left, bottom - top)
    shape = (max(1, round((bottom - top) / step)), max(1, round((right - left) / step)))
    source = np.empty((len(numbers) + 1, *shape), dtype=np.float32)
    dataset.read(list(numbers), window=window, out=source[:-1], resampling=Resampling.average)
    source[-1] = dataset.dataset_mask(window=window, out_shape=shape)
    scale = Affine.scale(window.width / shape[1], window.height / shape[0])
    return source, dataset.transform @ Affine.translation(left, top) @ scale


@lru_cache(64)
def _plane(number: int) -> tuple[CRS, Transformer]:
    """A metric CRS whose middle meridian is ``number`` parts of a degree, and the way there.

    Half a part away the scale is wrong by two millionths.
    """
    middle = number / PLANES_A_DEGREE
    plane = f"+proj=tmerc +lon_0={middle:.9f} +ellps=GRS80 +units=m"
    return CRS.from_string(plane), Transformer.from_crs(STORAGE_CRS, plane, always_xy=True)


def chips(place: Place, scenes: Sequence[ChipScene]) -> list[Image.Image]:
    """One annotated picture for each scene, all of the same place, size and stretch.

    Scenes of different pixel types have no values in common and are stretched each by itself.
    """
    sights = [_whole_sight(scene, place) for scene in scenes]
    alike = len({seen.dtype for seen in sights}) == 1
    together = _stretch(scenes, sights)
    pictures = []
    for scene, seen in zip(scenes, sights, strict=True):
        stretch = together if alike else _stretch([scene], [seen])
        picture = _picture(seen, stretch)
        annotate(picture, place.outline, place.grid.transform.a)
        pictures.append(captioned_picture(picture, scene, filled=seen.filled))
    return pictures


def _stretch(scenes: Sequence[ChipScene], sights: Sequence[Sight]) -> Stretch:
    usual = [
        [scene.stretch[number - 1] for number in seen.numbers]
        for scene, seen in zip(scenes, sights, strict=True)
        if len(scene.stretch) >= max(seen.numbers)
    ]
    return natural_stretch([(seen.pixels, seen.clear) for seen in sights], usual)


def captioned_picture(
    picture: Image.Image, scene: ChipScene, *, filled: bool = False
) -> Image.Image:
    """The picture above a line that says when and by which scene it was taken, and what fills it
    where that scene ends."""
    when = scene.taken_on.isoformat()
    chinese = f"{scene.label.zh} {when}  影像 {scene.name}"
    english = f"{scene.label.en} {when}  scene {scene.name}"
    if filled and scene.beneath is not None:
        edge = scene.beneath
        day = "" if edge.taken_on == scene.taken_on else f" {edge.taken_on.isoformat()}"
        chinese += f"，边缘补影像 {edge.name}{day}"
        english += f", edges scene {edge.name}{day}"
    return captioned(picture, Message(chinese, english))


def side_by_side(pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures of the same size in one, from left to right with a gap."""
    width, height = pictures[0].size
    count = len(pictures)
    whole = Image.new("RGB", (width * count + GAP_PX * (count - 1), height), "white")
    for number, picture in enumerate(pictures):
        whole.paste(picture, (number * (width + GAP_PX), 0))
    return whole


def _picture(seen: Sight, stretch: Stretch) -> Image.Image:
    shown = np.moveaxis(to_bytes(seen.pixels, stretch), 0, 2)
    shown[~seen.clear] = NODATA
    return Image.fromarray(np.ascontiguousarray(shown), "RGB")


def _apply(transform: Affine, xy: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    x, y = xy.T
    return (
        transform.a * x + transform.b * y + transform.c,
        transform.d * x + transform.e * y + transform.f,
    )
