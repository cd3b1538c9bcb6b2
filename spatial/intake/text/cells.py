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


class TextDecoder(Protocol):
    """Turns the bytes of one cell into text."""

    def __call__(self, cell: bytes, width: int) -> str: ...


def ascii_column(cells: Cells) -> pa.Array:
    """ASCII cells, uint8 of shape (n, width), as a string column; blank cells are null."""
    cells = _blanked(cells)
    count, width = cells.shape
    offsets = np.arange(0, count * width + 1, width, dtype=np.int32) if width else np.zeros(1)
    buffers = [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(cells.tobytes())]
    column = pc.utf8_trim_whitespace(pa.Array.from_buffers(pa.string(), count, buffers))
    return pc.if_else(pc.equal(column, ""), None, column)


def text_column(cells: Cells, decode: TextDecoder) -> pa.Array:
    """Cells, uint8 of shape (n, width), decoded to a string column; blank cells are null."""
    if not cells.size or cells.max() <= _HIGHEST_ASCII:
        return ascii_column(cells)
    cells = _blanked(cells)
    width = cells.shape[1]
    encoded = fixed_binary(cells).dictionary_encode()
    texts = [decode(cell.rstrip(b" "), width).strip() for cell in encoded.dictionary.to_pylist()]
    values = pa.array([text or None for text in texts], pa.string())
    return values.take(encoded.indices)


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


def _blanked(cells: Cells) -> Cells:
    """What follows a NUL is not text: padded with spaces."""
    empty = cells == 0
    if not empty.any():
        return cells
    behind = np.maximum.accumulate(empty, axis=1)
    return np.where(behind, np.uint8(_SPACE), cells)
