"""Polygons from the bytes of a .shp file, many records at a time.

Layout: ESRI Shapefile Technical Description (1998). Written here, and not left to GDAL, for two
reasons: a record that GDAL or GEOS will not build must cost its own row and never the file, and
whole chunks are cut from the mapped file without a Python object per record or vertex.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from spatial.errors import LayerError, SourceError
from spatial.messages import Message

Integers = NDArray[np.int64]

HEADER_BYTES = 100
MAGIC = 9994
NULL_SHAPE = 0
POLYGON_SHAPES = (5, 15, 25)
"""Polygon, PolygonZ, PolygonM: the same bytes up to the last x and y."""
KNOWN_SHAPES = (0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28, 31)
_FIXED_WORDS = 11
"""32-bit words of a polygon record before its parts: type, box, two counts."""


@dataclass(frozen=True, slots=True)
class Records:
    """Where the contents of a .shp file's records lie: byte offsets and lengths."""

    data: NDArray[np.uint8]
    offsets: Integers
    lengths: Integers
    indexed: bool
    cut: bool

    def __len__(self) -> int:
        return len(self.offsets)

    def words(self, start: int, stop: int) -> tuple[NDArray[np.int32], Integers, Integers]:
        """Contents of some records as 32-bit words, each record's first word and its length."""
        view = memoryview(self.data)  # type: ignore[arg-type]
        ends = (self.offsets[start:stop] + (self.lengths[start:stop] & ~3)).tolist()
        parts = [
            view[begin:end]
            for begin, end in zip(self.offsets[start:stop].tolist(), ends, strict=True)
        ]
        words = np.frombuffer(b"".join(parts), dtype="<i4")
        lengths = self.lengths[start:stop] // 4
        return words, np.cumsum(lengths) - lengths, lengths


def open_records(shp: Path, shx: Path | None) -> Records:
    """Find the records of a .shp file, by its index when that is sound, else by walking it.

    Raises ``SourceError`` when it is no shapefile, ``LayerError`` when it holds no polygons.
    """
    size = shp.stat().st_size
    if size < HEADER_BYTES:
        raise _not_a_shapefile(shp)
    data = np.memmap(shp, dtype=np.uint8, mode="r")
    magic, length = _big_endian(data, 0), _big_endian(data, 24)
    shape = int(data[32:36].view("<i4")[0])
    if magic != MAGIC or shape not in KNOWN_SHAPES:
        raise _not_a_shapefile(shp)
    if shape not in (*POLYGON_SHAPES, NULL_SHAPE):
        raise LayerError(
            Message(
                "“{file}”不是面图层（shapefile 类型 {shape}），请上传面图层。",
                "“{file}” does not hold polygons (shapefile type {shape}); upload a polygon layer.",
            ).format(file=shp.name, shape=shape),
            code="not-polygons",
            file=shp.name,
        )
    indexed = _by_index(data, shx) if shx is not None else None
    offsets, lengths, cut = _by_walking(data) if indexed is None else (*indexed, False)
    return Records(data, offsets, lengths, indexed is not None, cut or length * 2 > size)


def _by_index(data: NDArray[np.uint8], shx: Path) -> tuple[Integers, Integers] | None:
    index = np.fromfile(shx, dtype=np.uint8)
    if len(index) < HEADER_BYTES or _big_endian(index, 0) != MAGIC:
        return None
    count = (len(index) - HEADER_BYTES) // 8
    entries = index[HEADER_BYTES : HEADER_BYTES + count * 8].view(">i4").reshape(-1, 2)
    headers, lengths = entries.astype(np.int64).T * 2
    sound = (headers >= HEADER_BYTES) & (lengths >= 4) & (headers + 8 + lengths <= len(data))
    if not sound.all():
        return None
    # An index that belongs to another file points at lengths that do not repeat its own.
    stated = data[headers[:, None] + np.arange(4, 8)].reshape(-1, 4).copy().view(">i4")[:, 0]
    return (headers + 8, lengths) if np.array_equal(stated * np.int64(2), lengths) else None


def _by_walking(data: NDArray[np.uint8]) -> tuple[Integers, Integers, bool]:
    size = len(data)
    view = memoryview(data)  # type: ignore[arg-type]
    unpack = struct.Struct(">ii").unpack_from
    offsets: list[int] = []
    lengths: list[int] = []
    at = HEADER_BYTES
    while at + 12 <= size:
        length = unpack(view, at)[1] * 2
        if length < 4 or at + 8 + length > size:
            break
        offsets.append(at + 8)
        lengths.append(length)
        at += 8 + length
    return np.array(offsets, np.int64), np.array(lengths, np.int64), at != size


def _big_endian(data: NDArray[np.uint8], at: int) -> int:
    return int.from_bytes(data[at : at + 4].tobytes(), "big", signed=True)


def _not_a_shapefile(shp: Path) -> SourceError:
    return SourceError(
        Message(
            "“{file}”不是有效的 shapefile（文件头不对），请从原始软件重新导出后上传。",
            "“{file}” is not a valid shapefile (wrong header); export it again and upload.",
        ).format(file=shp.name),
        file=shp.name,
    )
