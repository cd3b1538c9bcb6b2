"""The encoding of a .dbf file: its headings and all its cells, put to the vote together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from spatial.intake.tables.blocks import Bytes
from spatial.intake.tables.dbf import Dbf, DbfField, text_fields
from spatial.intake.text.cells import fixed_binary, strict_decoder
from spatial.intake.text.encoding import EncodedCell, EncodingBallot

_CHUNK_ROWS = 20_000
NAME_BYTES = 10
_HIGHEST_ASCII = 0x7F
_DELETED = ord("*")


def survey(dbf: Dbf, ballot: EncodingBallot) -> NDArray[np.bool_]:
    """Show every heading and every distinct cell that is not ASCII to the ballot, in one pass.

    Returns which rows carry the deletion mark.
    """
    headings = [field.raw_name for field in dbf.fields if max(field.raw_name, default=0) > 127]
    ballot.add(EncodedCell(name, NAME_BYTES, "", None) for name in headings)
    deleted = np.zeros(dbf.rows, dtype=bool)
    fields = text_fields(dbf.fields)
    for start in range(0, dbf.rows, _CHUNK_ROWS):
        records = dbf.records(start, start + _CHUNK_ROWS)
        deleted[start : start + len(records)] = records[:, 0] == _DELETED
        for field in fields:
            ballot.add(_foreign_cells(field.cells(records), field, start, ballot))
    return deleted


def decode_headings(dbf: Dbf, encoding: str) -> tuple[str, ...]:
    """Field names as text, each once: a name that repeats gets a number."""
    decode = strict_decoder(encoding)
    names: list[str] = []
    for field in dbf.fields:
        name = decode(field.raw_name, NAME_BYTES).strip() or "FIELD"
        number, unique = 2, name
        while unique in names:
            unique = f"{name}_{number}"
            number += 1
        names.append(unique)
    return tuple(names)


def _foreign_cells(
    cells: Bytes, field: DbfField, start: int, ballot: EncodingBallot
) -> Iterator[EncodedCell]:
    if not cells.size:
        return
    _report_wide(cells, field, start, ballot)
    if cells.max() <= _HIGHEST_ASCII:
        return
    rows = np.flatnonzero((cells > _HIGHEST_ASCII).any(axis=1))
    encoded = fixed_binary(cells[rows]).dictionary_encode()
    first = np.unique(encoded.indices.to_numpy(), return_index=True)[1]
    heading = field.raw_name.decode("latin-1")
    for index, text in enumerate(encoded.dictionary.to_pylist()):
        row = start + int(rows[first[index]]) + 1
        cell = text.split(b"\0")[0].rstrip(b" ")
        yield EncodedCell(cell, field.width, heading, row)


def _report_wide(cells: Bytes, field: DbfField, start: int, ballot: EncodingBallot) -> None:
    """UTF-16 puts a NUL beside every ASCII character: text on both sides of single NULs."""
    if cells.shape[1] < 4 or cells.all():
        return
    empty = cells == 0
    lone = empty[:, 1:-1] & ~empty[:, :-2] & ~empty[:, 2:]
    wide = np.flatnonzero(lone.sum(axis=1) >= 2)
    filled = np.count_nonzero((cells != 0).any(axis=1) & (cells != 0x20).any(axis=1))
    # Leftovers behind a C string's end look the same, but not in most rows.
    if len(wide) * 2 > filled:
        row = int(wide[0])
        heading = field.raw_name.decode("latin-1")
        ballot.add_wide(EncodedCell(cells[row].tobytes(), field.width, heading, start + row + 1))
