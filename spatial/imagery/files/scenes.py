"""Opening images that strangers sent: named drivers only, georeferenced, north up, of sane size."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import rasterio
from rasterio.enums import Interleaving
from rasterio.errors import NotGeoreferencedWarning, RasterioError
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
LARGEST_EXPANSION = 5_000
"""Raw bytes of pixels for each byte of the file; a file that claims more holds no picture."""
LARGEST_BLOCK = 256 << 20
"""Bytes that have to be unpacked at once to read a single pixel."""
MOST_BANDS = 100
NUMBERS = frozenset("uint8 int8 uint16 int16 uint32 int32 float32 float64".split())  # noqa: SIM905


@contextmanager
def open_scene(path: Path) -> Iterator[DatasetReader]:
    """An image open for reading, for the length of a ``with`` block.

    Raises:
        RasterError: when it is not a GeoTIFF or JPEG 2000, names other files, has no place on the
            ground, is turned, is larger than any real scene or than its file can hold.
    """
    with rasterio.Env(**SURROUNDINGS), warnings.catch_warnings():
        # What it warns of is refused below, in words that a clerk understands.
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
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


def _check(dataset: DatasetReader, path: Path) -> None:
    if max(dataset.shape) > LARGEST_SIDE or dataset.width * dataset.height > LARGEST_PIXELS:
        raise _refused("image-too-large", TOO_LARGE, path)
    if dataset.count > MOST_BANDS:
        raise _refused("too-many-bands", TOO_MANY_BANDS, path, count=dataset.count)
    if dataset.crs is None or dataset.transform.is_identity:
        raise _refused("not-georeferenced", NOT_PLACED, path)
    if dataset.transform.b or dataset.transform.d or dataset.transform.e >= 0:
        raise _refused("image-turned", TURNED, path)
    if _odd_pixels(dataset) or not np.isfinite(dataset.bounds).all():
        raise _refused("pixel-type", PIXEL_TYPE, path)
    width = max(np.dtype(kind).itemsize for kind in dataset.dtypes)
    claimed = dataset.width * dataset.height * dataset.count * width
    if claimed > path.stat().st_size * LARGEST_EXPANSION:
        raise _refused("image-hollow", HOLLOW, path)
    # Of JPEG 2000 any part can be unpacked alone.
    if dataset.driver == "GTiff" and _largest_block(dataset) * width > LARGEST_BLOCK:
        raise _refused("image-not-tiled", NOT_TILED, path)
    others = [name for name in dataset.files if Path(name).resolve() != path.resolve()]
    if others:
        raise _refused("image-names-other-files", OTHER_FILES, path)


def _largest_block(dataset: DatasetReader) -> int:
    """How many values are unpacked together."""
    together = dataset.count if dataset.interleaving is Interleaving.pixel else 1
    return together * max(int(rows * columns) for rows, columns in dataset.block_shapes)


def _odd_pixels(dataset: DatasetReader) -> bool:
    """Whether some band holds no plain numbers, or less than a byte a pixel."""
    bits = [
        int(dataset.tags(band, ns="IMAGE_STRUCTURE").get("NBITS", 8)) for band in dataset.indexes
    ]
    return not set(map(str, dataset.dtypes)) <= NUMBERS or min(bits) < 8


def _refused(code: str, message: Message, path: Path, **said: int) -> RasterError:
    return RasterError(message.format(name=path.name, **said), code=code, file=path.name)


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
    "The pixel type of {name} is not supported; convert it to 8- or 16-bit integers or 32-bit "
    "floats.",
)
TOO_MANY_BANDS = Message(
    f"{{name}} 有 {{count}} 个波段，最多 {MOST_BANDS} 个；"
    "请只导出需要的波段（如蓝、绿、红、近红外）。",
    f"{{name}} has {{count}} bands, {MOST_BANDS} at most are taken; export those that are needed, "
    "such as blue, green, red and near infrared.",
)
HOLLOW = Message(
    "{name} 声明的像元数与文件大小不符，文件可能是空的，请重新导出。",
    "{name} claims far more pixels than its file can hold; export it again.",
)
NOT_TILED = Message(
    "{name} 的像元没有分块存储，无法安全读取；请以分块（TILED=YES）的 GeoTIFF 重新导出。",
    "The pixels of {name} are stored in one piece that is too large to be read; export it as a "
    "tiled GeoTIFF (TILED=YES).",
)
OTHER_FILES = Message(
    "{name} 引用了其他文件，请把影像合并为一个文件后再上传。",
    "{name} refers to other files; send one image that holds everything.",
)
