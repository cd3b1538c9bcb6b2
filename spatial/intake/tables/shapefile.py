"""Shapefiles as tables: .shp and .dbf read side by side, companions found whatever their case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from spatial.errors import SourceError
from spatial.intake.model import Decision, Limits
from spatial.intake.tables.dbf import open_dbf
from spatial.intake.tables.dbf_text import NAME_BYTES, decode_headings, survey
from spatial.intake.tables.rings import read_shapes
from spatial.intake.tables.shp import POLYGON_SHAPES, Records, open_records
from spatial.intake.tables.table import DeclaredCrs, Floats, Format, Move, Shapes
from spatial.intake.text.cells import TextDecoder, strict_decoder
from spatial.intake.text.encoding import EncodingBallot
from spatial.messages import Message

_ATTRIBUTE_ROWS = 20_000
_CPG_BYTES = 64
_HEAD_BYTES = 64 << 10
_PRJ_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class Companions:
    """The files of one shapefile; only .shp and .dbf must be there."""

    shp: Path
    dbf: Path
    shx: Path | None
    prj: Path | None
    cpg: Path | None


class ShapefileTable:
    """An opened shapefile."""

    format = Format.SHAPEFILE

    def __init__(self, files: Companions, name: str, limits: Limits, encoding: str | None) -> None:
        """Map the files and decide the encoding. Raises ``SpatialError``."""
        self.name = name
        self._limits = limits
        self._records = open_records(files.shp, files.shx)
        self._dbf = open_dbf(files.dbf, limits.columns)
        self._refuse_cut(files)
        ballot = EncodingBallot(
            declared=_declared_encoding(files.cpg), language=self._dbf.language, wanted=encoding
        )
        deleted = survey(self._dbf, ballot)
        codec, decision = ballot.decide()
        self._decode: TextDecoder = strict_decoder(codec)
        self.headings = decode_headings(self._dbf, codec)
        full = zip(self.headings, self._dbf.fields, strict=True)
        self.cut = frozenset(name for name, field in full if len(field.raw_name) >= NAME_BYTES - 1)
        self._live = np.flatnonzero(~deleted)
        self.row_count = len(self._live)
        self.crs = DeclaredCrs(text=_declared_crs(files.prj), origin=".prj")
        self.decisions: Sequence[Decision] = (decision, *self._remarks(files))

    def sample_points(self, count: int) -> Floats:
        """Vertices of rows spread over the layer."""
        rows = min(self.row_count, len(self._records))
        if not rows:
            return np.empty((0, 2))
        chosen = np.unique(np.linspace(0, rows - 1, count).astype(np.int64))
        found: Floats = np.concatenate(
            [_some_points(self._records, row, max(count // rows, 1)) for row in chosen.tolist()]
        )
        return found[np.isfinite(found).all(axis=1)]

    def attributes(self, headings: Sequence[str]) -> Iterator[Mapping[str, pa.Array]]:
        """Those columns of all rows."""
        for start in range(0, self.row_count, _ATTRIBUTE_ROWS):
            yield self.columns_of(self._live[start : start + _ATTRIBUTE_ROWS], headings)

    def chunks(self, rows: int) -> Iterator[ShapefileChunk]:
        """All rows in order; each chunk is read when it is asked, in any thread."""
        for start in range(0, self.row_count, rows):
            live = self._live[start : start + rows]
            yield ShapefileChunk(live + 1, self, live)

    def some(self, numbers: NDArray[np.int64]) -> Iterator[ShapefileChunk]:
        """Rows of some numbers, each found where it lies."""
        for start in range(0, len(numbers), _ATTRIBUTE_ROWS):
            part = numbers[start : start + _ATTRIBUTE_ROWS]
            yield ShapefileChunk(part, self, part - 1)

    def close(self) -> None:
        """Let go of the files."""
        self._records.file.close()
        self._dbf.file.close()

    def columns_of(self, live: NDArray[np.int64], headings: Sequence[str]) -> dict[str, pa.Array]:
        """Those columns of the records at some positions."""
        if not len(live):
            return {}
        begin, end = int(live[0]), int(live[-1]) + 1
        fields = dict(zip(self.headings, self._dbf.fields, strict=True))
        records = self._dbf.records(begin, end)
        if len(live) < len(records):
            records = records[live - begin]
        return {name: self._dbf.column(fields[name], records, self._decode) for name in headings}

    def shapes_of(self, live: NDArray[np.int64], move: Move) -> Shapes:
        """The shapes of the records at some positions, moved."""
        there = live < len(self._records)
        shapes = read_shapes(*self._records.words(live[there]), self._limits.vertices_per_row, move)
        geometry = np.full(len(live), None, dtype=object)
        # Rows past the last shape stand at the end, so that positions stay as they are.
        geometry[there] = shapes.geometry
        return Shapes(geometry, shapes.lost, shapes.mended, shapes.oriented)

    def _refuse_cut(self, files: Companions) -> None:
        rows, records = self._dbf.rows, len(self._records)
        cut = None
        if rows < self._dbf.stated_rows and rows != records:
            cut = files.dbf
        elif self._records.cut and records < rows:
            cut = files.shp
        if cut is not None:
            raise SourceError(
                Message(
                    "“{file}”不完整：图形 {records} 条，属性 {rows} 条，文件头写的是 {stated} 条。"
                    "文件可能在复制或下载时被截断，请重新获取后上传。",
                    "“{file}” is cut off: {records} shapes, {rows} attribute rows, {stated} "
                    "according to the header. Fetch the file again and upload it whole.",
                ).format(file=cut.name, records=records, rows=rows, stated=self._dbf.stated_rows),
                code="file-cut-off",
                file=cut.name,
            )

    def _remarks(self, files: Companions) -> Iterator[Decision]:
        if not self._records.indexed:
            yield Decision(
                name="shape_index",
                value="rebuilt",
                how=_INDEX_REBUILT if files.shx is None else _INDEX_IGNORED,
                evidence={"records": len(self._records)},
                warning=files.shx is not None,
            )
        full = zip(self.headings, self._dbf.fields, strict=True)
        memos = [name for name, field in full if field.is_memo]
        if memos:
            yield Decision(name="memo_fields", value=memos, how=_MEMOS_LEFT, warning=True)
        deleted = self._dbf.rows - self.row_count
        if deleted:
            yield Decision(name="deleted_rows", value=deleted, how=_DELETED_SKIPPED, warning=True)
        if len(self._records) != self._dbf.rows:
            yield Decision(
                name="row_count",
                value=self.row_count,
                how=_COUNTS_DIFFER,
                evidence={"shapes": len(self._records), "attribute_rows": self._dbf.rows},
                warning=True,
            )


@dataclass(frozen=True, slots=True)
class ShapefileChunk:
    """Some rows of a shapefile, read when asked."""

    numbers: NDArray[np.int64]
    table: ShapefileTable
    live: NDArray[np.int64]

    def columns(self) -> Mapping[str, pa.Array]:
        """Typed columns by heading."""
        return self.table.columns_of(self.live, self.table.headings)

    def shapes(self, move: Move) -> Shapes:
        """The rows' geometries with their vertices moved."""
        return self.table.shapes_of(self.live, move)


def _some_points(records: Records, row: int, count: int) -> Floats:
    """Up to ``count`` vertices of one record, from its head only."""
    at, length = int(records.offsets[row]), int(records.lengths[row])
    content = records.file.read(at, min(length, _HEAD_BYTES)).tobytes()
    kind = int.from_bytes(content[:4], "little", signed=True)
    parts = int.from_bytes(content[36:40], "little", signed=True)
    points = int.from_bytes(content[40:44], "little", signed=True)
    begin = 44 + 4 * parts
    there = min(points, (len(content) - begin) // 16)
    if kind not in POLYGON_SHAPES or parts < 1 or there < 1:
        return np.empty((0, 2))
    vertices = np.frombuffer(content, "<f8", 2 * there, begin).reshape(-1, 2)
    return vertices[:: max(there // count, 1)][:count]


def _declared_encoding(cpg: Path | None) -> str | None:
    """What a .cpg says; pages and other files that are named so say nothing."""
    if cpg is None:
        return None
    with cpg.open("rb") as file:
        text = file.read(_CPG_BYTES).decode("ascii", "replace").strip()
    return text if text and text.isprintable() and "<" not in text else None


def _declared_crs(prj: Path | None) -> str | None:
    if prj is None:
        return None
    with prj.open("rb") as file:
        text = file.read(_PRJ_BYTES).decode("utf-8-sig", "replace").strip("\0 \r\n\t")
    return text or None


_INDEX_REBUILT = Message(
    "缺少 .shx，已按 .shp 逐条重建索引。", "The .shx is missing; records were found in the .shp."
)
_INDEX_IGNORED = Message(
    ".shx 与 .shp 不符，已按 .shp 逐条重建索引。",
    "The .shx does not belong to the .shp; records were found in the .shp itself.",
)
_MEMOS_LEFT = Message(
    "备注型（memo）字段的内容另存于 .dbt/.fpt 文件，不属于 shapefile，未读入；"
    "如需要请改为文本字段。",
    "What memo fields hold lies in a .dbt or .fpt file, which is no part of a shapefile; it was "
    "not read. Make them text fields if it is needed.",
)
_DELETED_SKIPPED = Message(
    "属性表中标记为已删除的行未读取。",
    "Rows marked as deleted in the attribute table were skipped.",
)
_COUNTS_DIFFER = Message(
    "图形与属性的条数不同，按属性表的行读取，没有图形的行将被拒绝。",
    "There are not as many shapes as attribute rows; rows without a shape are rejected.",
)
