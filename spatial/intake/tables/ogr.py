"""Layers that GDAL reads, as a stream of Arrow batches: never the whole layer at once."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyogrio
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError

from spatial.errors import LimitError, SourceError
from spatial.intake.model import Decision, Limits
from spatial.intake.tables.table import DeclaredCrs, Floats, Format, Geometries, Move, Shapes
from spatial.intake.tables.text_columns import decide_encoding, decoded
from spatial.intake.tables.wkb import points_of_wkb, shapes_of_wkb
from spatial.intake.text.encoding import UTF_8
from spatial.messages import Message

# What GDAL remarks on single features is in the rows' notes.
warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"spatial\.intake\.tables\.ogr")

_PREFIXES = {Format.GEOPACKAGE: "GPKG:", Format.GEOJSON: "GeoJSON:"}
"""Prefixes that bind a file to its driver; the others are bound by their magic and name."""
_DRIVERS = {
    Format.GEOPACKAGE: ("GPKG",),
    Format.GEOJSON: ("GeoJSON",),
    Format.KML: ("LIBKML", "KML"),
    Format.FILE_GEODATABASE: ("OpenFileGDB",),
    Format.FLATGEOBUF: ("FlatGeobuf",),
}
_UNDEFINED = ("Undefined Cartesian SRS", "Undefined geographic SRS")
_ATTRIBUTE_ROWS = 65_536
_SLICES = 8
_UNREADABLE = (
    DataSourceError,
    DataLayerError,
    FeatureError,
    FieldError,
    pa.ArrowException,
    RuntimeError,
    OSError,
    # What pyogrio says to a layer without fields or shapes, and to names that are not UTF-8.
    ValueError,
)
IMPLIED = frozenset({Format.GEOJSON, Format.KML})


def layers_of(path: Path, format: Format) -> list[tuple[str, str | None]]:
    """Names and geometry types of a dataset's layers. Raises ``SourceError``."""
    with _refusing(path):
        listed = pyogrio.list_layers(_address(path, format))
    return [(str(name), None if kind is None else str(kind)) for name, kind in listed.tolist()]


class OgrTable:
    """An opened layer of a dataset."""

    def __init__(
        self,
        path: Path,
        format: Format,
        layer: str,
        limits: Limits,
        encoding: str | None,
        *,
        decided: Decision | None = None,
    ) -> None:
        """Read what the layer holds. Raises ``SpatialError``.

        ``encoding``: what the sender says; ``decided``: that the file was made UTF-8 before.
        """
        self.name = layer
        self.format = format
        self._address = _address(path, format)
        self.path = path
        self._layer = layer
        with _refusing(path):
            info = pyogrio.read_info(self._address, layer=layer, force_feature_count=True)
        if info["driver"] not in _DRIVERS[format]:
            raise unreadable(path)
        self.headings = tuple(str(field) for field in info["fields"])
        if len(self.headings) > limits.columns:
            raise LimitError(
                Message(
                    "图层有 {count} 个字段，超过上限 {limit}。",
                    "The layer has {count} fields, more than the limit of {limit}.",
                ).format(count=len(self.headings), limit=limits.columns)
            )
        self.cut: frozenset[str] = frozenset()
        self.row_count = max(int(info["features"]), 0)
        self._skips = bool(info["capabilities"]["fast_set_next_by_index"])
        crs = info["crs"]
        # A GeoPackage has to name a system; these two names say that none is known.
        stated = None if crs and any(name in crs for name in _UNDEFINED) else crs
        self.crs = DeclaredCrs(text=stated, origin=format.value, implied=format in IMPLIED)
        self.codec = UTF_8
        if decided is None:
            self.codec, decided = decide_encoding(self.attributes(self.headings), encoding)
        self.decisions: Sequence[Decision] = (decided,)

    def sample_points(self, count: int) -> Floats:
        """Vertices of rows, spread over the layer where it can be entered anywhere."""
        slices = _SLICES if self._skips and self.row_count > count else 1
        rows = max(min(count, self.row_count) // slices, 1)
        each = max(count // max(self.row_count, 1), 1)
        # A damaged batch shows itself only when its values are taken out.
        with _refusing(self.path):
            found = [
                points_of_wkb(_geometry_column(batch), each)
                for start in np.linspace(0, max(self.row_count - rows, 0), slices).astype(int)
                for batch in islice(self._batches(rows, [], int(start)), 1)
            ]
        return np.concatenate(found) if found else np.empty((0, 2))

    def attributes(self, headings: Sequence[str]) -> Iterator[Mapping[str, pa.Array]]:
        """Those columns of all rows, without geometry."""
        for batch in self._batches(_ATTRIBUTE_ROWS, list(headings), geometry=False):
            yield columns_of(batch, headings, self.codec)

    def chunks(self, rows: int) -> Iterator[OgrChunk]:
        """All rows in order."""
        start = 0
        for batch in self._batches(rows, list(self.headings)):
            numbers = np.arange(start + 1, start + len(batch) + 1)
            yield OgrChunk(numbers, batch, self)
            start += len(batch)

    def some(self, numbers: NDArray[np.int64]) -> Iterator[OgrChunk]:
        """Rows of some numbers; GDAL reads all to find them."""
        for chunk in self.chunks(_ATTRIBUTE_ROWS):
            here = np.isin(chunk.numbers, numbers)
            if here.any():
                batch = chunk.batch.filter(pa.array(here))
                yield OgrChunk(chunk.numbers[here], batch, self)

    def straightened(self, numbers: NDArray[np.int64]) -> Geometries:
        """Binaries of some rows, sorted, with curves drawn as many short lines."""
        begin, end = int(numbers[0]) - 1, int(numbers[-1])
        with _refusing(self.path):
            _, _, binary, _ = pyogrio.raw.read(
                self._address,
                layer=self._layer,
                columns=[],
                force_2d=True,
                skip_features=begin,
                max_features=end - begin,
            )
        chosen: Geometries = np.asarray(binary, dtype=object)[numbers - 1 - begin]
        return chosen

    def close(self) -> None:
        """Nothing is held open between reads."""

    def _batches(
        self,
        rows: int,
        columns: list[str],
        skip: int = 0,
        *,
        geometry: bool = True,
    ) -> Iterator[pa.RecordBatch]:
        with (
            _refusing(self.path),
            pyogrio.raw.open_arrow(
                self._address,
                layer=self._layer,
                columns=columns,
                read_geometry=geometry,
                skip_features=skip,
                batch_size=rows,
                use_pyarrow=True,
            ) as (_, reader),
        ):
            yield from reader


@dataclass(frozen=True, slots=True)
class OgrChunk:
    """An Arrow batch of rows, its geometry still binary."""

    numbers: NDArray[np.int64]
    batch: pa.RecordBatch
    table: OgrTable

    def columns(self) -> Mapping[str, pa.Array]:
        """Typed columns by heading."""
        return columns_of(self.batch, self.table.headings, self.table.codec)

    def shapes(self, move: Move) -> Shapes:
        """The rows' geometries with their vertices moved."""
        column = _geometry_column(self.batch)
        with _refusing(self.table.path):
            return shapes_of_wkb(column, move, lambda: self.table.straightened(self.numbers))


def unreadable(path: Path) -> SourceError:
    """A file that its driver does not read."""
    return SourceError(
        Message(
            "文件无法读取：内容已损坏、不完整，或不是它所声称的格式。请重新导出后上传。",
            "The file cannot be read: it is damaged, cut off, or not of the format it claims. "
            "Export it again and upload.",
        ),
        file=path.name,
    )


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except _UNREADABLE as error:
        raise unreadable(path) from error


def _address(path: Path, format: Format) -> str:
    return f"{_PREFIXES.get(format, '')}{path}"


def columns_of(batch: pa.RecordBatch, headings: Sequence[str], codec: str) -> dict[str, pa.Array]:
    """The batch's columns by heading, text decoded."""
    # By position: a layer may have two fields of one name.
    return {name: decoded(batch.column(place), codec) for place, name in enumerate(headings)}


def _geometry_column(batch: pa.RecordBatch) -> pa.Array:
    if batch.num_columns and batch.schema.field(batch.num_columns - 1).metadata:
        return batch.column(batch.num_columns - 1)
    return pa.nulls(len(batch), pa.binary())
