"""What every reader gives: a table of typed columns and shapes, in chunks of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from spatial.intake.model import Decision, RowNote
from spatial.messages import Message

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
Move = Callable[[Floats], Floats]
"""Takes vertices, float64 of shape (n, 2), from the source's coordinates to others."""


class Format(StrEnum):
    """A format that uploads may have, told by content."""

    SHAPEFILE = "shapefile"
    GEOPACKAGE = "geopackage"
    GEOJSON = "geojson"
    KML = "kml"
    FILE_GEODATABASE = "file-geodatabase"
    GEOPARQUET = "geoparquet"
    FLATGEOBUF = "flatgeobuf"


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong with one row's geometry: a code for programs, a sentence for people."""

    code: str
    message: Message


@dataclass(frozen=True, slots=True)
class Shapes:
    """Geometries of n rows as the file has them, moved to where they shall stand.

    ``geometry``: object array of two-dimensional shapely geometries, None where there is none;
    they may be invalid. ``lost``: for row positions whose
    record could not be read, why. ``mended``: for row positions whose record was read with help.
    ``oriented``: whether outer rings are known to run counter-clockwise, and holes clockwise.
    """

    geometry: Geometries
    lost: Mapping[int, Flaw]
    mended: Mapping[int, Flaw]
    oriented: bool = False


class Chunk(Protocol):
    """Some consecutive rows, read when asked; asking is safe from any thread."""

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The 1-based row numbers in the file's own order."""

    def columns(self) -> Mapping[str, pa.Array]:
        """Typed columns by decoded heading."""

    def shapes(self, move: Move) -> Shapes:
        """The rows' geometries with their vertices moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredCrs:
    """What a file says about its coordinates: WKT, ``EPSG:N`` or PROJJSON, or nothing.

    ``implied``: the format fixes the system unless the file says otherwise (GeoJSON, KML), which
    senders are known to ignore.
    """

    text: str | None
    origin: str
    implied: bool = False


class Table(Protocol):
    """An opened layer."""

    name: str
    format: Format
    headings: tuple[str, ...]
    cut: frozenset[str]
    """Headings that the format cut short."""
    row_count: int
    crs: DeclaredCrs
    decisions: Sequence[Decision]

    def sample_points(self, count: int) -> Floats:
        """About ``count`` finite vertices from rows spread over the layer, several of each row
        where there are few rows: float64, shape (n, 2), in the source's coordinates."""

    def attributes(self, headings: Sequence[str]) -> Iterator[Mapping[str, pa.Array]]:
        """Those columns of all rows, without geometry, in chunks."""

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """All rows in order, ``rows`` at a time."""

    def some(self, numbers: NDArray[np.int64]) -> Iterator[Chunk]:
        """The rows of some numbers, sorted; in order, in chunks."""

    def close(self) -> None:
        """Let go of files."""


def sample_records(columns: Mapping[str, pa.Array], count: int) -> list[dict[str, Any]]:
    """The first rows as JSON-ready objects."""
    heads = {name: column[:count].to_pylist() for name, column in columns.items()}
    rows = min(count, *(len(head) for head in heads.values())) if heads else 0
    return [{name: _plain(head[i]) for name, head in heads.items()} for i in range(rows)]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return str(value)


__all__ = ["Chunk", "DeclaredCrs", "Flaw", "Format", "RowNote", "Shapes", "Table", "sample_records"]
