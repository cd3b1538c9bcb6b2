"""Numbers for rows that bring none: from their ground, or from their place in the file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from spatial.intake.fields.columns import objects_of, text_of
from spatial.intake.fields.reading import FieldNote, FieldRows
from spatial.intake.model import NUMBER_FIELDS, RowStatus
from spatial.intake.tables.table import Flaw
from spatial.messages import Message
from spatial.words import LayerName

_DIGITS = 8
_CENTIMETRE_DECIMALS = 7

NUMBER_MISSING = Flaw(
    "number-missing",
    Message(
        "该行没有编号，已按位置或行号编一个。",
        "The row has no number; it was given one by its ground or its place in the file.",
    ),
)


def fill_numbers(
    layer: LayerName,
    fields: FieldRows,
    weak: pa.Array | None,
    numbers: NDArray[np.int64],
    geometry: NDArray[np.object_],
    *,
    noted: bool,
) -> None:
    """Give every row of plots, patches and zones a number.

    A patch is known by its number from file to file, so one that brings none is numbered by its
    ground, its dates and its change: the same patch sent again is the same, and another file's
    row 1 is not. Plots and zones are replaced as a whole; there the row number does. ``noted``:
    whether each row is told of; a file without any column of numbers is one decision instead.
    """
    name = next((field for field in NUMBER_FIELDS if field in fields.columns), None)
    if name is None:
        return
    column = fields.columns[name]
    missing = np.flatnonzero([value is None for value in column]).tolist()
    if not missing:
        return
    if noted:
        fields.notes += [
            FieldNote(position, RowStatus.REPAIRED, NUMBER_MISSING, name) for position in missing
        ]
    weak_texts = None if weak is None else objects_of(text_of(weak))
    for position in missing:
        if layer is not LayerName.PATCHES:
            column[position] = f"row-{numbers[position]}"
            continue
        digest = _ground_digest(geometry[position], fields.columns, position)
        stem = None if weak_texts is None else weak_texts[position]
        column[position] = f"{stem}-{digest}" if stem else digest


def _ground_digest(
    shape: shapely.Geometry | None, columns: Mapping[str, NDArray[Any]], position: int
) -> str:
    points = shapely.get_coordinates(shapely.normalize(shape)) if shape is not None else np.empty(0)
    told = [columns[name][position] for name in ("before_date", "after_date", "change_code")]
    digest = hashlib.blake2b(digest_size=_DIGITS)
    digest.update((np.round(points, _CENTIMETRE_DECIMALS) + 0.0).tobytes())
    digest.update(repr([str(value) for value in told]).encode())
    return digest.hexdigest()
