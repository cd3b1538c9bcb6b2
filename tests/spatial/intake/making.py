"""Uploads made byte by byte, so that every slip of real files can be made on purpose."""

from __future__ import annotations

import itertools
import struct
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely

from spatial.intake.model import Decision, LayerFinding, Preview, RowBatch, RowNote

EAST, NORTH = 35_590_300.0, 3_248_400.0
"""A place in Gauss-Krüger zone 35 (EPSG:4523)."""

Ring = Sequence[tuple[float, float]]


def box(x: float, y: float, width: float = 40.0, height: float = 50.0) -> list[tuple[float, float]]:
    """A closed clockwise ring, as shapefiles have them."""
    return [(x, y), (x, y + height), (x + width, y + height), (x + width, y), (x, y)]


def place(number: int) -> list[tuple[float, float]]:
    """The outline of the n-th plot of a row of plots that do not touch."""
    return box(EAST + 100.0 * number, NORTH)


def shp_record(rings: Sequence[Ring]) -> bytes:
    """The content of a polygon record."""
    points = np.array([point for ring in rings for point in ring], "<f8").reshape(-1, 2)
    starts = np.cumsum([0, *(len(ring) for ring in rings)])[:-1]
    low, high = (points.min(0), points.max(0)) if len(points) else (np.zeros(2), np.zeros(2))
    head = struct.pack("<i", 5) + np.concatenate((low, high)).tobytes()
    head += struct.pack("<ii", len(rings), len(points)) + starts.astype("<i4").tobytes()
    return head + points.tobytes()


NULL_RECORD = struct.pack("<i", 0)


def shp_file(records: Sequence[bytes], shape: int = 5) -> tuple[bytes, bytes]:
    """A .shp and its .shx from the contents of records."""
    body, index, at = b"", b"", 50
    for number, content in enumerate(records, 1):
        body += struct.pack(">ii", number, len(content) // 2) + content
        index += struct.pack(">ii", at, len(content) // 2)
        at += 4 + len(content) // 2

    def header(size: int) -> bytes:
        head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + size) // 2)
        return head + struct.pack("<ii", 1000, shape) + bytes(64)

    return header(len(body)) + body, header(len(index)) + index


def dbf_file(
    fields: Sequence[tuple[bytes, str, int, int]], rows: Sequence[Sequence[bytes]], language: int
) -> bytes:
    """A .dbf from raw cells."""
    length = 1 + sum(width for _, _, width, _ in fields)
    head = struct.pack("<B3BIHH", 3, 126, 11, 25, len(rows), 33 + 32 * len(fields), length)
    head += bytes(17) + bytes([language]) + bytes(2)
    for name, kind, width, decimals in fields:
        head += name.ljust(11, b"\0") + kind.encode() + bytes(4)
        head += bytes([width, decimals]) + bytes(14)
    cells = b"".join(
        b" " + b"".join(cell.ljust(f[2])[: f[2]] for f, cell in zip(fields, row, strict=True))
        for row in rows
    )
    return head + b"\r" + cells + b"\x1a"


@dataclass
class Layer:
    """A shapefile about to be written: plots by default, text in ``encoding``."""

    rows: list[dict[str, Any]]
    shapes: list[bytes] = field(default_factory=list)
    encoding: str = "gbk"
    language: int = 0
    cpg: bytes | None = None
    prj: str | None = pyproj.CRS(4523).to_wkt("WKT1_ESRI")
    name: str = "DLTB"
    width: int = 30
    numbers: tuple[str, ...] = ("TBMJ", "KCXS")

    def files(self) -> dict[str, bytes]:
        """The files by name."""
        names = list(dict.fromkeys(itertools.chain.from_iterable(self.rows)))
        fields = [
            (self._raw(n)[:10], *(("N", 12, 2) if n in self.numbers else ("C", self.width, 0)))
            for n in names
        ]
        cells = [[self._raw(row.get(name, "")) for name in names] for row in self.rows]
        shapes = self.shapes or [shp_record([place(n)]) for n in range(len(self.rows))]
        shp, shx = shp_file(shapes)
        files = {".shp": shp, ".shx": shx, ".dbf": dbf_file(fields, cells, self.language)}
        if self.prj is not None:
            files[".prj"] = self.prj.encode()
        if self.cpg is not None:
            files[".cpg"] = self.cpg
        return {self.name + suffix: content for suffix, content in files.items()}

    def zip(self, path: Path, without: Sequence[str] = (), folder: str = "") -> Path:
        """Write it zipped, perhaps without some companions."""
        files = {n: c for n, c in self.files().items() if not n.endswith(tuple(without) or "\0")}
        return write_zip(path, ((folder + name, content) for name, content in files.items()))

    def _raw(self, value: Any) -> bytes:
        return value if isinstance(value, bytes) else str(value).encode(self.encoding)


def write_zip(path: Path, files: Iterable[tuple[str, bytes]]) -> Path:
    """A zip of files given by name and content."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return path


def plot_rows(count: int, **more: Any) -> list[dict[str, Any]]:
    """Attribute rows of plots."""
    return [
        {"TBBH": f"{n + 1}", "DLBM": "0101", "TBMJ": "1999.60", "ZLDWMC": "三星村"} | more
        for n in range(count)
    ]


@dataclass
class Answer:
    """Everything an upload gave."""

    batches: list[RowBatch]
    decisions: dict[str, Decision]
    preview: Preview
    findings: list[LayerFinding]

    @property
    def notes(self) -> list[RowNote]:
        return [note for batch in self.batches for note in batch.notes]

    @property
    def rows(self) -> list[int]:
        return [int(row) for batch in self.batches for row in batch.rows]

    def column(self, name: str) -> list[Any]:
        return [value for batch in self.batches for value in batch.columns[name]]

    @property
    def attributes(self) -> list[str]:
        return [text for batch in self.batches for text in batch.attributes]

    @property
    def geometry(self) -> list[shapely.Geometry]:
        return [shape for batch in self.batches for shape in batch.geometry]
