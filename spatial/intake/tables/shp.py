"""Polygons from the bytes of a .shp file, many records at a time.

Layout: ESRI Shapefile Technical Description (1998). Written here, and not left to GDAL, for two
reasons: a record that GDAL or GEOS will not build must cost its own row and never the file, and
whole chunks are cut from the file without a Python object per record or vertex.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from spatial.errors import LayerError, SourceError
from spatial.intake.tables.blocks import BlockFile, Bytes
from spatial.messages import Message

Integers = NDArray[np.int64]
Words = NDArray[np.int32]

HEADER_BYTES = 100
RECORD_HEADER_BYTES = 8
NULL_SHAPE = 0
POLYGON_SHAPES = (5, 15, 25)
"""Polygon, PolygonZ, PolygonM: the same bytes up to the last x and y."""
FIXED_WORDS = 11
"""32-bit words of a polygon record before its parts: type, box, two counts."""
_MAGIC = 9994
_KNOWN_SHAPES = (0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28, 31)
_SHORTEST_CONTENT = 4
_WALK_BLOCK = 8 << 20


@dataclass(frozen=True, slots=True)
class Records:
    """Where the contents of a .shp file's records lie: byte offsets and lengths.

    ``indexed``: by the .shx and not by walking. ``cut``: the file ends before its records do.
    """

    file: BlockFile
    offsets: Integers
    lengths: Integers
    indexed: bool
    cut: bool

    def __len__(self) -> int:
        return len(self.offsets)

    def words(self, positions: Integers) -> tuple[Words, Integers, Integers]:
        """Contents of some records as 32-bit words, each record's first word and its length.

        A record whose own header states another length than the index comes out with length 0.
        """
        offsets, lengths = self.offsets[positions], self.lengths[positions]
        if not len(offsets):
            return np.empty(0, np.int32), offsets, lengths
        if _adjoin(offsets, lengths):
            begin = int(offsets[0]) - RECORD_HEADER_BYTES
            data = self.file.read(begin, int(offsets[-1] + lengths[-1]) - begin)
            starts = offsets - begin
        else:
            data, starts = self._gathered(offsets, lengths)
        words = data[: len(data) // 4 * 4].view("<i4")
        first, counts = starts // 4, lengths // 4
        complete = first + counts <= len(words)
        stated = words.view(">i4")[np.where(complete, first - 1, 0)].astype(np.int64) * 2
        return words, first, np.where(complete & (stated == lengths), counts, 0)

    def _gathered(self, offsets: Integers, lengths: Integers) -> tuple[Bytes, Integers]:
        """Records that do not follow one another, with their headers, each on whole words."""
        padded = RECORD_HEADER_BYTES + (lengths + 3) // 4 * 4
        ends = np.cumsum(padded)
        data = np.zeros(int(ends[-1]), dtype=np.uint8)
        for at, offset, length in zip(
            (ends - padded).tolist(), offsets.tolist(), lengths.tolist(), strict=True
        ):
            record = self.file.read(offset - RECORD_HEADER_BYTES, length + RECORD_HEADER_BYTES)
            data[at : at + len(record)] = record
        return data, ends - padded + RECORD_HEADER_BYTES


def open_records(shp: Path, shx: Path | None) -> Records:
    """Find the records of a .shp file, by its index when that is sound, else by walking it.

    Raises ``SourceError`` when it is no shapefile, ``LayerError`` when it holds no polygons.
    """
    file = BlockFile(shp)
    header = file.read(0, HEADER_BYTES)
    if len(header) < HEADER_BYTES:
        raise _not_a_shapefile(shp)
    length, shape = _big_endian(header, 24) * 2, int(header[32:36].view("<i4")[0])
    if _big_endian(header, 0) != _MAGIC or shape not in _KNOWN_SHAPES:
        raise _not_a_shapefile(shp)
    if shape not in (*POLYGON_SHAPES, NULL_SHAPE):
        raise _not_polygons(shp, shape)
    indexed = None if shx is None else _by_index(file, shx)
    if indexed is not None:
        return Records(file, *indexed, indexed=True, cut=length > file.size)
    offsets, lengths, cut = _by_walking(file)
    return Records(file, offsets, lengths, indexed=False, cut=cut or length > file.size)


def _adjoin(offsets: Integers, lengths: Integers) -> bool:
    """Whether records follow one another with nothing but their headers between, on whole words."""
    adjoin = np.all(np.diff(offsets) == lengths[:-1] + RECORD_HEADER_BYTES)
    return bool(adjoin and not np.any(lengths % 4))


def _by_index(file: BlockFile, shx: Path) -> tuple[Integers, Integers] | None:
    index = np.fromfile(shx, dtype=np.uint8)
    if len(index) < HEADER_BYTES or _big_endian(index, 0) != _MAGIC:
        return None
    count = (len(index) - HEADER_BYTES) // 8
    entries = index[HEADER_BYTES : HEADER_BYTES + count * 8].view(">i4").reshape(-1, 2)
    headers, lengths = entries.astype(np.int64).T * 2
    sound = (headers >= HEADER_BYTES) & (lengths >= _SHORTEST_CONTENT)
    sound &= headers + RECORD_HEADER_BYTES + lengths <= file.size
    if not sound.all() or not _is_index_of(file, headers, lengths):
        return None
    return headers + RECORD_HEADER_BYTES, lengths


def _is_index_of(file: BlockFile, headers: Integers, lengths: Integers) -> bool:
    """An index that belongs to another file points at lengths that do not repeat its own."""
    for row in np.unique(np.linspace(0, len(headers) - 1, 200).astype(int)) if len(headers) else ():
        if _big_endian(file.read(int(headers[row]), 8), 4) * 2 != lengths[row]:
            return False
    return True


def _by_walking(file: BlockFile) -> tuple[Integers, Integers, bool]:
    unpack = struct.Struct(">ii").unpack_from
    found: list[tuple[int, int]] = []
    at = HEADER_BYTES
    while at + RECORD_HEADER_BYTES + _SHORTEST_CONTENT <= file.size:
        block, begin = memoryview(file.read(at, _WALK_BLOCK)), at  # type: ignore[arg-type]
        while at + RECORD_HEADER_BYTES <= begin + len(block):
            length = unpack(block, at - begin)[1] * 2
            end = at + RECORD_HEADER_BYTES + length
            if length < _SHORTEST_CONTENT or end > file.size:
                return *_columns(found), True
            found.append((at + RECORD_HEADER_BYTES, length))
            at = end
    return *_columns(found), at != file.size


def _columns(found: list[tuple[int, int]]) -> tuple[Integers, Integers]:
    pairs: Integers = np.array(found, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0].copy(), pairs[:, 1].copy()


def _big_endian(data: Bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4].tobytes(), "big", signed=True)


def _not_a_shapefile(shp: Path) -> SourceError:
    return SourceError(
        Message(
            "“{file}”不是有效的 shapefile（文件头不对），请从原始软件重新导出后上传。",
            "“{file}” is not a valid shapefile (wrong header); export it again and upload.",
        ).format(file=shp.name),
        file=shp.name,
    )


MULTIPATCH = 31
_SOLIDS = Message("三维多面体（MultiPatch）", "solids in space (MultiPatch)")
_NO_SHAPES = Message("没有图形的表", "a table without shapes")
_OTHER_SHAPES = {
    1: Message("点", "points"),
    3: Message("线", "lines"),
    8: Message("多点", "points"),
}


def _not_polygons(shp: Path, shape: int) -> LayerError:
    kind = _OTHER_SHAPES.get(shape % 10, _NO_SHAPES) if shape != MULTIPATCH else _SOLIDS
    return LayerError(
        Message(
            "“{file}”不是面图层，而是{kind_zh}（shapefile 类型 {shape}），请上传面图层。",
            "“{file}” holds no polygons but {kind_en} (shapefile type {shape}); upload a polygon "
            "layer.",
        ).format(file=shp.name, shape=shape, kind_zh=kind.zh, kind_en=kind.en),
        code="not-polygons",
        file=shp.name,
    )
