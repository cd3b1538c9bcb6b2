"""Opening images that strangers sent: named drivers only, georeferenced, north up, of sane size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader

from spatial.errors import RasterError
from spatial.messages import Message

DRIVERS: Mapping[str, tuple[bytes, ...]] = {
    "GTiff": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    "JP2OpenJPEG": (b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51"),
}
"""Drivers by the first bytes of a file. A VRT, whatever its name, reads other files: it is not
among them."""
SURROUNDINGS = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_CACHEMAX": 128,
    "GDAL_PAM_ENABLED": "NO",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_HTTP_TIMEOUT": "1",
}
LARGEST_SIDE = 200_000
LARGEST_PIXELS = 4_000_000_000
NUMBERS = frozenset("uint8 int8 uint16 int16 uint32 int32 float32 float64".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class SceneFacts:
    """What an image says of itself: ``resolution_m`` on the ground, ``bounds`` in its own CRS."""

    bands: int
    dtype: str
    crs: str
    resolution: float
    bounds: tuple[float, float, float, float]
    descriptions: tuple[str | None, ...]


@contextmanager
def open_scene(path: Path) -> Iterator[DatasetReader]:
    """An image open for reading, for the length of a ``with`` block.

    Raises:
        RasterError: when it is not a GeoTIFF or JPEG 2000, names other files, has no place on the
            ground, is turned, or is larger than any real scene.
    """
    with rasterio.Env(**SURROUNDINGS):
        try:
            dataset = rasterio.open(path, driver=_driver(path))
        except (RasterioError, ValueError) as error:
            raise _refused("not-an-image", NOT_AN_IMAGE, path) from error
        with dataset:
            _check(dataset, path)
            yield dataset


def is_image(path: Path) -> bool:
    """Whether a file begins like a GeoTIFF or JPEG 2000."""
    return _known_driver(path) is not None


def _driver(path: Path) -> str:
    driver = _known_driver(path)
    if driver is None:
        raise _refused("not-an-image", NOT_AN_IMAGE, path)
    return driver


def _known_driver(path: Path) -> str | None:
    with path.open("rb") as file:
        start = file.read(16)
    found = (name for name, signs in DRIVERS.items() if start.startswith(signs))
    return next(found, None)


def facts_of(dataset: DatasetReader) -> SceneFacts:
    """What is known of an open scene."""
    return SceneFacts(
        bands=dataset.count,
        dtype=str(dataset.dtypes[0]),
        crs=dataset.crs.to_string(),
        resolution=float(dataset.res[0]),
        bounds=tuple(dataset.bounds),
        descriptions=tuple(dataset.descriptions),
    )


def _check(dataset: DatasetReader, path: Path) -> None:
    if max(dataset.shape) > LARGEST_SIDE or dataset.width * dataset.height > LARGEST_PIXELS:
        raise _refused("image-too-large", TOO_LARGE, path)
    if dataset.crs is None or dataset.transform.is_identity:
        raise _refused("not-georeferenced", NOT_PLACED, path)
    if dataset.transform.b or dataset.transform.d or dataset.transform.e >= 0:
        raise _refused("image-turned", TURNED, path)
    if _odd_pixels(dataset) or not np.isfinite(dataset.bounds).all():
        raise _refused("pixel-type", PIXEL_TYPE, path)
    others = [name for name in dataset.files if Path(name).resolve() != path.resolve()]
    if others:
        raise _refused("image-names-other-files", OTHER_FILES, path)


def _odd_pixels(dataset: DatasetReader) -> bool:
    """Whether some band holds no plain numbers, or less than a byte a pixel."""
    bits = [
        int(dataset.tags(band, ns="IMAGE_STRUCTURE").get("NBITS", 8)) for band in dataset.indexes
    ]
    return not set(map(str, dataset.dtypes)) <= NUMBERS or min(bits) < 8


def _refused(code: str, message: Message, path: Path) -> RasterError:
    return RasterError(message.format(name=path.name), code=code, file=path.name)


NOT_AN_IMAGE = Message(
    "{name} 不是可读取的 GeoTIFF 或 JPEG 2000 影像，请确认文件完整。",
    "{name} is not a GeoTIFF or JPEG 2000 image that can be read; check that it is whole.",
)
TOO_LARGE = Message(
    "{name} 声明的尺寸过大，请裁剪到本街道范围后再上传。",
    "{name} claims to be too large; cut it to the township and send it again.",
)
NOT_PLACED = Message(
    "{name} 没有坐标系或地理定位信息，请先配准后再上传。",
    "{name} has no coordinate system or place on the ground; georeference it first.",
)
TURNED = Message(
    "{name} 的像元网格带旋转，请重采样为正北朝上的影像。",
    "The pixel grid of {name} is turned; resample it north up.",
)
PIXEL_TYPE = Message(
    "{name} 的像元类型不受支持，请转换为 8 位、16 位整数或 32 位浮点。",
    "The pixel type of {name} is not supported; convert it to integers or 32-bit floats.",
)
OTHER_FILES = Message(
    "{name} 引用了其他文件，请把影像合并为一个文件后再上传。",
    "{name} refers to other files; send one image that holds everything.",
)
