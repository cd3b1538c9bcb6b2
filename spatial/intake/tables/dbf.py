"""Cells of a .dbf file: typed columns for whole chunks of rows, text in any encoding.

Layout: dBASE III Plus and its later field types. Written here, and not left to GDAL, because the
encoding is decided on the bytes of all cells together, and GDAL gives cells already decoded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from spatial.errors import LimitError, SourceError
from spatial.intake.tables.blocks import BlockFile, Bytes
from spatial.intake.tables.dbf_cells import (
    binary_column,
    date_column,
    logical_column,
    number_column,
    opaque_column,
)
from spatial.intake.text.cells import TextDecoder, text_column
from spatial.messages import Message

_DESCRIPTOR_BYTES = 32
_MOST_FIELDS = 4096


@dataclass(frozen=True, slots=True)
class DbfField:
    """A field as the header describes it; ``start`` counts from the deletion mark."""

    raw_name: bytes
    kind: str
    start: int
    width: int
    decimals: int

    def cells(self, records: Bytes) -> Bytes:
        """The field's raw bytes in some records: uint8 of shape (rows, width)."""
        return np.ascontiguousarray(records[:, self.start : self.start + self.width])

    @property
    def is_text(self) -> bool:
        """Whether cells hold text in the file's encoding."""
        return self.kind == "C"

    @property
    def is_memo(self) -> bool:
        """Whether cells are only numbers of blocks in a file beside it, which is not read."""
        return self.kind in "MGP"


@dataclass(frozen=True, slots=True)
class Dbf:
    """An opened .dbf file.

    ``language``: the language driver byte (LDID). ``stated_rows``: what the header says; ``rows``:
    what the file has of them.
    """

    file: BlockFile
    fields: tuple[DbfField, ...]
    language: int
    stated_rows: int
    rows: int
    header_length: int
    record_length: int

    def records(self, start: int, stop: int) -> Bytes:
        """Raw records of some rows: uint8 of shape (rows, record length)."""
        length = self.record_length
        rows = max(min(stop, self.rows) - start, 0)
        data = self.file.read(self.header_length + start * length, rows * length)
        return data[: len(data) // length * length].reshape(-1, length)

    def column(self, field: DbfField, records: Bytes, decoder: TextDecoder) -> pa.Array:
        """One field of raw records as an Arrow array of its type."""
        cells = field.cells(records)
        if field.kind in "NF":
            return number_column(cells, field.decimals)
        if field.kind == "D":
            return date_column(cells)
        if field.kind == "L":
            return logical_column(cells)
        if field.kind in "IBO+":
            return binary_column(cells, field.kind)
        if field.is_memo:
            return pa.nulls(len(cells), pa.string())
        return text_column(cells, decoder) if field.is_text else opaque_column(cells)


def open_dbf(path: Path, column_limit: int) -> Dbf:
    """Open a .dbf file. Raises ``SourceError`` when its header contradicts the file."""
    file = BlockFile(path)
    header = file.read(0, _DESCRIPTOR_BYTES).tobytes()
    if len(header) < _DESCRIPTOR_BYTES:
        raise _broken(path)
    rows = int.from_bytes(header[4:8], "little")
    header_length = int.from_bytes(header[8:10], "little")
    record_length = int.from_bytes(header[10:12], "little")
    if not _DESCRIPTOR_BYTES < header_length <= file.size or record_length < 1:
        raise _broken(path)
    descriptors = file.read(_DESCRIPTOR_BYTES, header_length - _DESCRIPTOR_BYTES).tobytes()
    fields = tuple(_fields(descriptors, record_length))
    if not fields:
        raise _broken(path)
    if len(fields) > column_limit:
        raise LimitError(
            Message(
                "“{file}”有 {count} 个字段，超过上限 {limit}。",
                "“{file}” has {count} fields, more than the limit of {limit}.",
            ).format(file=path.name, count=len(fields), limit=column_limit),
            file=path.name,
        )
    available = (file.size - header_length) // record_length
    return Dbf(
        file=file,
        fields=fields,
        language=header[29],
        stated_rows=rows,
        rows=min(rows, available),
        header_length=header_length,
        record_length=record_length,
    )


def _fields(descriptors: bytes, record_length: int) -> Iterator[DbfField]:
    start = 1
    for at in range(0, min(len(descriptors), _MOST_FIELDS * _DESCRIPTOR_BYTES), _DESCRIPTOR_BYTES):
        entry = descriptors[at : at + _DESCRIPTOR_BYTES]
        if entry[:1] in (b"\r", b"\0", b"") or len(entry) < _DESCRIPTOR_BYTES:
            return
        kind = chr(entry[11]).upper()
        decimals = 0 if kind == "C" else entry[17]
        # Clipper keeps the high byte of a long text's width where decimals stand.
        width = entry[16] + (entry[17] << 8 if kind == "C" else 0)
        if start + width > record_length:
            width = entry[16]
        if start + width > record_length:
            return
        if width:
            yield DbfField(entry[:11].split(b"\0")[0], kind, start, width, decimals)
        start += width


def text_fields(fields: Sequence[DbfField]) -> list[DbfField]:
    """The fields whose cells hold text."""
    return [field for field in fields if field.is_text]


def _broken(path: Path) -> SourceError:
    return SourceError(
        Message(
            "属性表“{file}”的文件头已损坏，请从原始软件重新导出后上传。",
            "The attribute table “{file}” has a damaged header; export it again and upload.",
        ).format(file=path.name),
        file=path.name,
    )
