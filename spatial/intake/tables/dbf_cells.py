"""Cells of .dbf fields as Arrow columns of numbers, dates and truth values."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from spatial.intake.text.cells import ascii_column

Cells = NDArray[np.uint8]

_BINARY_TYPES = {"I": "<i4", "+": "<i4", "B": "<f8", "O": "<f8"}
_HIGHEST_ASCII = 0x7F


def number_column(cells: Cells, decimals: int) -> pa.Array:
    """Numbers written as text: int64 where the field has no decimals, or double, or text when a
    cell is neither.

    Blank cells are null. Cells of asterisks, which stand where a number did not fit, are infinite
    in a field with decimals, else null.
    """
    text = ascii_column(np.where(cells > _HIGHEST_ASCII, ord("?"), cells).astype(np.uint8))
    overflowed = pc.starts_with(text, "*")
    text = pc.if_else(overflowed, None, text)
    for kind in (pa.float64(),) if decimals else (pa.int64(), pa.float64()):
        try:
            numbers = pc.cast(text, kind)
        except pa.ArrowInvalid:
            continue
        return pc.if_else(overflowed, float("inf"), numbers) if decimals else numbers
    return text


def date_column(cells: Cells) -> pa.Array:
    """Dates written ``YYYYMMDD``, kept as text: reading them is the profile's business."""
    text = ascii_column(np.where(cells > _HIGHEST_ASCII, ord("?"), cells).astype(np.uint8))
    return pc.if_else(pc.match_substring_regex(text, r"^0*$"), None, text)


def logical_column(cells: Cells) -> pa.Array:
    """Truth values; anything but T, Y, F and N is null."""
    first = cells[:, 0] & 0xDF
    true = np.isin(first, (ord("T"), ord("Y")))
    known = true | np.isin(first, (ord("F"), ord("N")))
    return pa.array(true, mask=~known)


def opaque_column(cells: Cells) -> pa.Array:
    """Cells of a type that is not known: ASCII as it stands, else null."""
    if cells.size and cells.max() <= _HIGHEST_ASCII:
        return ascii_column(cells)
    return pa.nulls(len(cells), pa.string())


def binary_column(cells: Cells, kind: str) -> pa.Array:
    """Numbers kept in binary (Visual FoxPro and dBASE 7); null when the width is not theirs."""
    dtype = np.dtype(_BINARY_TYPES[kind])
    if cells.shape[1] != dtype.itemsize:
        return pa.nulls(len(cells))
    return pa.array(cells.view(dtype)[:, 0].astype(dtype.newbyteorder("=")))
