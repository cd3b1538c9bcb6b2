"""Patches on their way into the database, each with a digest of what it says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from service.bulk import (
    Field,
    date_field,
    float_field,
    geometry_field,
    integer_field,
    json_field,
    text_field,
)
from spatial.intake.model import RowBatch

PATCH_COLUMNS = (
    "source_row",
    "patch_no",
    "content_hash",
    "change_code",
    "change_group",
    "before_date",
    "after_date",
    "land_before",
    "area_m2",
    "area_reported_m2",
    "attributes",
    "geom",
)
HASHED_COLUMNS = (
    "change_code",
    "change_group",
    "before_date",
    "after_date",
    "land_before",
    "area_reported_m2",
)
SAME_PLACE_DEGREES = 7
"""Decimals of a degree (about a centimetre) within which two files draw the same outline."""

OF_SOFTWARE = frozenset({"objectid", "fid", "ogc_fid", "shape_leng", "shape_length", "shape_area"})
"""Columns that GIS software adds and renumbers with every export, in lower case."""


def patch_fields(batch: RowBatch) -> list[Field]:
    """A batch as the columns of ``PATCH_COLUMNS``."""
    columns = batch.columns
    return [
        integer_field(batch.rows, 4),
        text_field(columns["patch_no"]),
        text_field(content_hashes(batch)),
        text_field(columns["change_code"]),
        text_field(columns["change_group"]),
        date_field(columns["before_date"]),
        date_field(columns["after_date"]),
        text_field(columns["land_before"]),
        float_field(batch.area_m2),
        float_field(columns["area_reported_m2"]),
        json_field(batch.attributes),
        geometry_field(batch.geometry),
    ]


def content_hashes(batch: RowBatch) -> NDArray[np.object_]:
    """SHA-256 of each patch's values, other attributes and outline, in hexadecimal.

    The order of a file's columns and of a ring's vertices makes no difference, nor does the noise
    of a projection, nor what the software that wrote the file counts and measures for itself.
    """
    rounded = shapely.transform(batch.geometry, lambda xy: xy.round(SAME_PLACE_DEGREES))
    outlines = shapely.to_wkb(shapely.normalize(rounded))
    digests = np.empty(len(batch.rows), object)
    for index, (outline, values) in enumerate(zip(outlines, _values(batch), strict=True)):
        attributes = {
            heading: value
            for heading, value in orjson.loads(batch.attributes[index]).items()
            if heading.casefold() not in OF_SOFTWARE
        }
        said = orjson.dumps([values, attributes], option=orjson.OPT_SORT_KEYS)
        digests[index] = hashlib.sha256(said + outline).hexdigest()
    return digests


def _values(batch: RowBatch) -> Iterator[tuple[Any, ...]]:
    columns = (_said(batch.columns[name]) for name in HASHED_COLUMNS)
    return zip(*columns, strict=True)


def _said(column: NDArray[Any]) -> list[Any]:
    """Areas are written with two decimals; float formats differ by more digits than that."""
    said: list[Any] = (np.round(column, 2) if column.dtype.kind == "f" else column).tolist()
    return said
