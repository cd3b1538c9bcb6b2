"""Chips: small pictures of one place from two scenes, of the same ground, size and stretch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from PIL import Image
from pyproj import Transformer
from rasterio.crs import CRS
from rasterio.enums import ColorInterp, Resampling
from rasterio.errors import RasterioError
from rasterio.transform import from_origin
from rasterio.vrt import WarpedVRT
from shapely.geometry.base import BaseGeometry

from spatial.errors import RasterError
from spatial.imagery.annotation import annotate, captioned
from spatial.imagery.cog import BROKEN, STORAGE_CRS
from spatial.imagery.display import Combination, band_numbers, names_of, stretch_of, to_bytes
from spatial.imagery.normalisation import Values
from spatial.imagery.pairing import Grid
from spatial.imagery.scenes import open_scene
from spatial.messages import Message

SIDE_PX = 512
LEAST_SIDE_M = 240.0
"""At 10 m a pixel a smaller piece of ground shows nothing that could be recognised."""
MARGIN = 0.35
"""Ground shown around the case on each side, as a share of the longer side of its extent."""
NODATA = (128, 128, 128)
GAP_PX = 8


@dataclass(frozen=True, slots=True)
class ChipScene:
    """A scene to be shown: its file, the day it was taken, and how people call it.

    ``bands`` are the names of its bands; those that the file gives when there are none.
    """

    path: Path
    taken_on: date
    name: str
    label: Message
    bands: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """The ground of a chip: a metric grid around a case, and the case's outline on its pixels."""

    grid: Grid
    outline: BaseGeometry


@dataclass(frozen=True, slots=True)
class Sight:
    """A place as one scene shows it: float32 (3, rows, columns), where it is clear, and the pixel
    type of the scene."""

    pixels: Values
    clear: NDArray[np.bool_]
    dtype: str


def place_of(ground: BaseGeometry, side_px: int = SIDE_PX) -> Place:
    """The square around some ground in EPSG:4490 degrees, north up, true to scale in its middle.

    The grid's CRS is a transverse Mercator through the middle of the ground.
    """
    west, south, east, north = ground.bounds
    middle = ((west + east) / 2, (south + north) / 2)
    plane = f"+proj=tmerc +lon_0={middle[0]:.9f} +lat_0={middle[1]:.9f} +ellps=GRS80 +units=m"
    to_plane = Transformer.from_crs(STORAGE_CRS, plane, always_xy=True)
    local = shapely.transform(ground, lambda xy: np.column_stack(to_plane.transform(*xy.T)))
    left, bottom, right, top = local.bounds
    side = max(max(right - left, top - bottom) * (1 + 2 * MARGIN), LEAST_SIDE_M)
    x, y = (left + right) / 2 - side / 2, (bottom + top) / 2 + side / 2
    transform = from_origin(x, y, side / side_px, side / side_px)
    outline = shapely.transform(local, lambda xy: np.column_stack(_apply(~transform, xy)))
    return Place(Grid(CRS.from_string(plane), transform, side_px, side_px), outline)


def sight(path: Path, place: Place, bands: Sequence[str] = ()) -> Sight:
    """A place in true colour as a scene shows it; ``bands`` as in ``ChipScene``.

    Raises:
        RasterError: when the scene cannot be read.
    """
    grid = place.grid
    with open_scene(path) as dataset:
        numbers = band_numbers(bands or names_of(dataset), Combination.TRUE)
        added = dataset.nodata is None and ColorInterp.alpha not in dataset.colorinterp
        finer = dataset.res[0] < grid.transform.a and not dataset.crs.is_geographic
        with WarpedVRT(
            dataset,
            crs=grid.crs,
            transform=grid.transform,
            width=grid.columns,
            height=grid.rows,
            resampling=Resampling.average if finer else Resampling.bilinear,
            add_alpha=added,
        ) as warped:
            try:
                pixels = warped.read(numbers, out_dtype="float32")
                # Of bands without a mask of their own, dataset_mask() says that all is clear.
                clear = (warped.read(warped.count) if added else warped.dataset_mask()) > 0
            except RasterioError as error:
                raise RasterError(BROKEN, code="image-broken") from error
        return Sight(pixels, clear & np.isfinite(pixels).all(axis=0), str(dataset.dtypes[0]))


def chips(place: Place, scenes: Sequence[ChipScene]) -> list[Image.Image]:
    """One annotated picture for each scene, all of the same place, size and stretch.

    Scenes of different pixel types have no values in common and are stretched each by itself.
    """
    sights = [sight(scene.path, place, scene.bands) for scene in scenes]
    alike = len({seen.dtype for seen in sights}) == 1
    together = stretch_of([(seen.pixels, seen.clear) for seen in sights])
    pictures = []
    for scene, seen in zip(scenes, sights, strict=True):
        stretch = together if alike else stretch_of([(seen.pixels, seen.clear)])
        picture = _picture(seen, stretch)
        annotate(picture, place.outline, place.grid.transform.a)
        pictures.append(captioned_picture(picture, scene))
    return pictures


def captioned_picture(picture: Image.Image, scene: ChipScene) -> Image.Image:
    """The picture above a line that says when and by which scene it was taken."""
    when = scene.taken_on.isoformat()
    return captioned(
        picture,
        Message(
            f"{scene.label.zh} {when}  影像 {scene.name}",
            f"{scene.label.en} {when}  scene {scene.name}",
        ),
    )


def side_by_side(pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures of the same size in one, from left to right with a gap."""
    width, height = pictures[0].size
    count = len(pictures)
    whole = Image.new("RGB", (width * count + GAP_PX * (count - 1), height), "white")
    for number, picture in enumerate(pictures):
        whole.paste(picture, (number * (width + GAP_PX), 0))
    return whole


def _picture(seen: Sight, stretch: Sequence[tuple[float, float]]) -> Image.Image:
    shown = np.moveaxis(to_bytes(seen.pixels, stretch), 0, 2)
    shown[~seen.clear] = NODATA
    return Image.fromarray(np.ascontiguousarray(shown), "RGB")


def _apply(transform: Affine, xy: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    x, y = xy.T
    return (
        transform.a * x + transform.b * y + transform.c,
        transform.d * x + transform.e * y + transform.f,
    )
