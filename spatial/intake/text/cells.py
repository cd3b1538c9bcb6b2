"""Cells of fixed width as text columns: whole columns at once, each distinct cell decoded once."""

from __future__ import annotations

import codecs
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Cells = NDArray[np.uint8]

_SPACE = 0x20
_HIGHEST_ASCII = 0x7F
_LOOKED_AT = 256
_MOSTLY_REPEATED = 0.25


class TextDecoder(Protocol):
    """Turns the bytes of one cell into text."""

    def __call__(self, cell: bytes, width: int) -> str: ...


def text_column(cells: Cells, decode: TextDecoder) -> pa.Array:
    """Cells, uint8 of shape (n, width), as trimmed text; blank cells are null.

    Columns of few distinct values come out as dictionaries, which later steps work through value
    by value and not row by row.
    """
    if not cells.size:
        return pa.nulls(len(cells), pa.string())
    if not _repeats(cells) and cells.max() <= _HIGHEST_ASCII:
        return ascii_column(cells)
    width = cells.shape[1]
    encoded = fixed_binary(cells).dictionary_encode()
    texts = [
        decode(cell.split(b"\0")[0].rstrip(b" "), width).strip()
        for cell in encoded.dictionary.to_pylist()
    ]
    values = pa.array([text or None for text in texts], pa.string())
    if len(values) > len(cells) * _MOSTLY_REPEATED:
        return values.take(encoded.indices)
    return pa.DictionaryArray.from_arrays(encoded.indices, values)


def ascii_column(cells: Cells) -> pa.Array:
    """ASCII cells, uint8 of shape (n, width), as a string column; blank cells are null."""
    column = pc.utf8_trim_whitespace(_untrimmed(cells))
    return pc.if_else(pc.equal(column, ""), None, column)


def fixed_binary(cells: Cells) -> pa.Array:
    """Cells, uint8 of shape (n, width), as an Arrow column of fixed-width bytes."""
    kind = pa.binary(cells.shape[1])
    buffer = pa.py_buffer(np.ascontiguousarray(cells))
    return pa.Array.from_buffers(kind, len(cells), [None, buffer])


def strict_decoder(encoding: str) -> TextDecoder:
    """Decodes by a codec, dropping a character that the field's width cut in two.

    Raises ``UnicodeDecodeError`` when a cell does not decode.
    """
    make = codecs.getincrementaldecoder(encoding)

    def decode(cell: bytes, width: int) -> str:
        # Only a cell that fills its field can have been cut.
        return make("strict").decode(cell, final=len(cell) < width)

    return decode


def _untrimmed(cells: Cells) -> pa.Array:
    cells = _blanked(cells)
    count, width = cells.shape
    offsets = np.arange(0, count * width + 1, width, dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(cells))]
    return pa.Array.from_buffers(pa.string(), count, buffers)


def _repeats(cells: Cells) -> bool:
    """Whether rows spread over the column are mostly the same few cells."""
    looked_at = cells[:: max(len(cells) // _LOOKED_AT, 1)]
    distinct = len({cell.tobytes() for cell in looked_at})
    return distinct <= max(len(looked_at) * _MOSTLY_REPEATED, 1)


def _blanked(cells: Cells) -> Cells:
    """What follows a NUL is not text: padded with spaces."""
    if cells.all():
        return cells
    behind = np.maximum.accumulate(cells == 0, axis=1)
    return np.where(behind, np.uint8(_SPACE), cells)
