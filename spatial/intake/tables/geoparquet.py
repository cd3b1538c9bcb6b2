"""GeoParquet files as tables, read a batch of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from spatial.errors import LayerError, LimitError
from spatial.intake.model import Decision, Limits
from spatial.intake.tables.ogr import columns_of, unreadable
from spatial.intake.tables.table import DeclaredCrs, Floats, Format, Move, Shapes
from spatial.intake.tables.text_columns import decide_encoding
from spatial.intake.tables.wkb import points_of_wkb, shapes_of_wkb
from spatial.intake.text.encoding import UTF_8
from spatial.messages import Message

_ATTRIBUTE_ROWS = 65_536
_DEFAULT_CRS = "OGC:CRS84"
"""What the GeoParquet specification says a column without a ``crs`` is in."""


class GeoParquetTable:
    """An opened GeoParquet file, its geometry column in WKB."""

    format = Format.GEOPARQUET

    def __init__(self, path: Path, name: str, limits: Limits, encoding: str | None) -> None:
        """Read the metadata and decide the encoding. Raises ``SpatialError``."""
        self.name = name
        self._path = path
        with self._refusing():
            file = pq.ParquetFile(path, memory_map=True)
            self.row_count = int(file.metadata.num_rows)
            columns = list(file.schema_arrow.names)
            metadata = (file.schema_arrow.metadata or {}).get(b"geo")
        geo = _geo(metadata)
        self._geometry = str(geo.get("primary_column", ""))
        column = geo.get("columns", {}).get(self._geometry)
        if not isinstance(column, dict) or self._geometry not in columns:
            raise _no_geometry(path)
        if str(column.get("encoding", "")).upper() != "WKB":
            raise _no_geometry(path)
        others = set(geo["columns"])
        self.headings = tuple(name for name in columns if name not in others)
        if len(columns) > limits.columns:
            raise LimitError(
                Message(
                    "图层有 {count} 个字段，超过上限 {limit}。",
                    "The layer has {count} fields, more than the limit of {limit}.",
                ).format(count=len(columns), limit=limits.columns)
            )
        self.cut: frozenset[str] = frozenset()
        self.crs = _crs(column)
        self._codec = UTF_8
        self._codec, decision = decide_encoding(self.attributes(self.headings), encoding)
        self.decisions: Sequence[Decision] = (decision,)

    def sample_points(self, count: int) -> Floats:
        """Vertices of the first rows of row groups spread over the file."""
        each = max(count // max(self.row_count, 1), 1)
        with self._refusing():
            file = pq.ParquetFile(self._path, memory_map=True)
            groups = np.unique(np.linspace(0, max(file.num_row_groups - 1, 0), 8).astype(int))
            found = []
            for group in groups.tolist() if file.num_row_groups else []:
                batches = file.iter_batches(
                    batch_size=max(count // len(groups), 1),
                    row_groups=[group],
                    columns=[self._geometry],
                )
                found.append(points_of_wkb(_binary(next(batches).column(0)), each))
        return np.concatenate(found) if found else np.empty((0, 2))

    def attributes(self, headings: Sequence[str]) -> Iterator[Mapping[str, pa.Array]]:
        """Those columns of all rows, without geometry."""
        for batch in self._batches(_ATTRIBUTE_ROWS, list(headings)):
            yield columns_of(batch, headings, self._codec)

    def chunks(self, rows: int) -> Iterator[GeoParquetChunk]:
        """All rows in order."""
        start = 0
        for batch in self._batches(rows, [*self.headings, self._geometry]):
            numbers = np.arange(start + 1, start + len(batch) + 1)
            yield GeoParquetChunk(numbers, batch, self.headings, self._codec)
            start += len(batch)

    def some(self, numbers: NDArray[np.int64]) -> Iterator[GeoParquetChunk]:
        """Rows of some numbers."""
        for chunk in self.chunks(_ATTRIBUTE_ROWS):
            here = np.isin(chunk.numbers, numbers)
            if here.any():
                batch = chunk.batch.filter(pa.array(here))
                yield GeoParquetChunk(chunk.numbers[here], batch, self.headings, self._codec)

    def close(self) -> None:
        """Nothing is held open between reads."""

    def _batches(self, rows: int, columns: list[str]) -> Iterator[pa.RecordBatch]:
        with self._refusing():
            file = pq.ParquetFile(self._path, memory_map=True)
            yield from file.iter_batches(batch_size=rows, columns=columns, use_threads=False)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except (pa.ArrowException, OSError, StopIteration, KeyError, UnicodeDecodeError) as error:
            raise unreadable(self._path) from error


@dataclass(frozen=True, slots=True)
class GeoParquetChunk:
    """A batch of rows, its geometry still binary."""

    numbers: NDArray[np.int64]
    batch: pa.RecordBatch
    headings: Sequence[str]
    codec: str

    def columns(self) -> Mapping[str, pa.Array]:
        """Typed columns by heading."""
        return columns_of(self.batch, self.headings, self.codec)

    def shapes(self, move: Move) -> Shapes:
        """The rows' geometries with their vertices moved."""
        return shapes_of_wkb(_binary(self.batch.column(len(self.headings))), move)


def _geo(metadata: bytes | None) -> dict[str, Any]:
    try:
        geo = orjson.loads(metadata or b"{}")
    except orjson.JSONDecodeError:
        return {}
    sound = isinstance(geo, dict) and isinstance(geo.get("columns", {}), dict)
    return geo if sound else {}


def _crs(column: Mapping[str, Any]) -> DeclaredCrs:
    if "crs" not in column:
        return DeclaredCrs(text=_DEFAULT_CRS, origin="geoparquet", implied=True)
    stated = column["crs"]
    text = orjson.dumps(stated).decode() if isinstance(stated, dict) else None
    return DeclaredCrs(text=text, origin="geoparquet")


def _binary(column: pa.Array) -> pa.Array:
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        column, kind = column.storage, column.storage.type
    return column if pa.types.is_binary(kind) else column.cast(pa.binary())


def _no_geometry(path: Path) -> LayerError:
    return LayerError(
        Message(
            "Parquet 文件里没有 GeoParquet 的 WKB 图形列，请导出为 GeoParquet 后上传。",
            "The Parquet file has no GeoParquet geometry column in WKB; export it as GeoParquet.",
        ),
        code="not-polygons",
        file=path.name,
    )
