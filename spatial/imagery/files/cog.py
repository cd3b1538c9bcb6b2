"""Cloud-optimised copies of scenes: tiles, overviews and an internal mask in one GeoTIFF."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import rasterio
import shapely
from pyproj import Transformer
from pyproj.exceptions import ProjError
from rasterio.enums import ColorInterp, MaskFlags
from rasterio.io import DatasetReader
from rio_cogeo.cogeo import cog_translate
from shapely.geometry.base import BaseGeometry

from spatial.crs import STORAGE_CRS
from spatial.errors import RasterError
from spatial.imagery.files.copying import copy_bands
from spatial.imagery.files.failures import check_whole, told_apart
from spatial.messages import Message

PROFILE = {
    "driver": "GTiff",
    "interleave": "pixel",
    "tiled": True,
    "blockxsize": 512,
    "blockysize": 512,
    "compress": "DEFLATE",
    "BIGTIFF": "IF_SAFER",
}
LOOK_PX = 512
SOFT_SHARE = 0.5
"""A mask with more half-transparent pixels than this is no mask."""
CONFIG = {"GDAL_TIFF_INTERNAL_MASK": True, "GDAL_NUM_THREADS": 1, "GDAL_CACHEMAX": 128}

NOT_TRANSPARENCY = Message(
    "影像有一个波段被标记为透明通道，但存放的是像元值（常见于近红外波段）。"
    "请以 ALPHA=NO 重新导出。",
    "A band of the image is marked as transparency but holds values (often near infrared); "
    "export it again with ALPHA=NO.",
)
NOTHING_IN_IT = Message(
    "影像全部为无数据像元，请检查后重新上传。",
    "Every pixel of the image is nodata; check it and send it again.",
)
OUTSIDE = Message(
    "影像的坐标超出其坐标系的有效范围，请检查坐标系。",
    "The image lies where its coordinate system is not valid; check the coordinate system.",
)


def write_cog(dataset: DatasetReader, target: Path) -> None:
    """Write an open scene to ``target`` as a COG with overviews and a mask.

    Pixels go through block by block: memory does not depend on the size. 64-bit floats become
    32-bit ones; everything else keeps its type.

    Raises:
        RasterError: when the pixels cannot be read, or there are none.
        OSError: when the disk has no room for the copy.
    """
    _check_alpha(dataset)
    with told_apart(), _plain(dataset, target) as plain:
        cog_translate(
            plain,
            target,
            PROFILE,
            dtype="float32" if plain.dtypes[0] == "float64" else None,
            nodata=_nodata(plain),
            add_mask=True,
            in_memory=False,
            config=CONFIG,
            overview_resampling="average",
            quiet=True,
        )
    check_whole(target)


@contextmanager
def _plain(dataset: DatasetReader, target: Path) -> Iterator[DatasetReader]:
    """The scene in a form that rio-cogeo reads rightly, for the length of a ``with`` block.

    GDAL claims ground control points for every JPEG 2000 file, and rio-cogeo places the image by
    them although there are none: such a file goes through a GeoTIFF.
    """
    if dataset.driver == "GTiff":
        yield dataset
        return
    copy = target.with_suffix(".plain.tif")
    try:
        bands = [(dataset, number) for number in dataset.indexes]
        copy_bands(bands, copy, names=dataset.descriptions, nodata=dataset.nodata)
        with rasterio.open(copy) as plain:
            yield plain
    finally:
        copy.unlink(missing_ok=True)


def _nodata(dataset: DatasetReader) -> float | None:
    """The value that marks pixels without data, where the file does not say: no number at all."""
    flags = {tuple(flags) for flags in dataset.mask_flag_enums}
    unmarked = flags == {(MaskFlags.all_valid,)}
    return math.nan if unmarked and dataset.dtypes[0].startswith("float") else None


def footprint(dataset: DatasetReader) -> BaseGeometry:
    """The ground that a scene shows: the convex hull of its valid pixels, in EPSG:4490 degrees.

    Raises:
        RasterError: when no pixel is valid, or the place does not exist.
    """
    shape, height, width = _look(dataset)
    rows, columns = np.nonzero(dataset.dataset_mask(out_shape=shape))
    if not len(rows):
        raise RasterError(NOTHING_IN_IT, code="image-empty")
    corners = [(c + x, r + y) for r, c in _ends(rows, columns) for x in (0, 1) for y in (0, 1)]
    return ground_of([(x * width, y * height) for x, y in corners], dataset)


def ground_of(points: Sequence[tuple[float, float]], dataset: DatasetReader) -> BaseGeometry:
    """The convex hull of some columns and rows of an open image, in EPSG:4490 degrees.

    Raises:
        RasterError: when the place does not exist.
    """
    hull = shapely.MultiPoint([dataset.transform @ point for point in points])
    # Straight in the scene's own CRS, not in degrees.
    outline = shapely.segmentize(hull.convex_hull, max(dataset.res) * max(dataset.shape) / 16)
    ground = _in_degrees(outline, dataset.crs.to_wkt())
    if not np.isfinite(shapely.get_coordinates(ground)).all() or not _on_earth(ground):
        raise RasterError(OUTSIDE, code="crs-unclear")
    return ground


def _check_alpha(dataset: DatasetReader) -> None:
    if ColorInterp.alpha not in dataset.colorinterp:
        return
    number = dataset.colorinterp.index(ColorInterp.alpha) + 1
    with told_apart():
        alpha = dataset.read(number, out_shape=_look(dataset)[0])
    if np.mean((alpha > 0) & (alpha < alpha.max())) > SOFT_SHARE:
        raise RasterError(NOT_TRANSPARENCY, code="band-marked-transparent")


def _look(dataset: DatasetReader) -> tuple[tuple[int, int], float, float]:
    """The shape of a small version, and the pixels that one of its pixels stands for."""
    step = max(1.0, max(dataset.shape) / LOOK_PX)
    rows, columns = (max(1, round(side / step)) for side in dataset.shape)
    return (rows, columns), dataset.height / rows, dataset.width / columns


def _in_degrees(outline: BaseGeometry, crs: str) -> BaseGeometry:
    try:
        transformer = Transformer.from_crs(crs, STORAGE_CRS, always_xy=True)
        return shapely.transform(
            outline, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
        )
    except ProjError as error:
        raise RasterError(OUTSIDE, code="crs-unclear") from error


def _ends(rows: np.ndarray, columns: np.ndarray) -> list[tuple[int, int]]:
    """The first and last valid pixel of every row: enough for a convex hull."""
    _, first = np.unique(rows, return_index=True)
    last = np.append(first[1:], len(rows)) - 1
    return [(int(rows[at]), int(columns[at])) for at in np.concatenate([first, last])]


def _on_earth(ground: BaseGeometry) -> bool:
    west, south, east, north = ground.bounds
    return bool(-180 <= west <= east <= 180 and -90 <= south <= north <= 90 and ground.is_valid)
