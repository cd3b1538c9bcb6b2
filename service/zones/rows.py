"""Zones on their way into the database."""

from __future__ import annotations

import numpy as np

from service.bulk import (
    Field,
    date_field,
    filled,
    float_field,
    geometry_field,
    integer_field,
    json_field,
    text_field,
)
from spatial.intake.model import RowBatch
from spatial.words import ZoneKind

ZONE_COLUMNS = (
    "version_id",
    "source_row",
    "kind",
    "zone_no",
    "name",
    "document_no",
    "valid_from",
    "valid_to",
    "use",
    "area_m2",
    "area_reported_m2",
    "attributes",
    "geom",
)


def zone_fields(batch: RowBatch, version_id: int, kind: ZoneKind) -> list[Field]:
    """A batch as the columns of ``ZONE_COLUMNS``."""
    columns = batch.columns
    # Approvals are often kept without a number of their own; the file's row tells them apart.
    numbers = filled(columns["zone_no"], batch.rows)
    return [
        integer_field(np.full(len(batch.rows), version_id)),
        integer_field(batch.rows, 4),
        text_field(np.full(len(batch.rows), kind.value, object)),
        text_field(numbers),
        text_field(columns["name"]),
        text_field(columns["document_no"]),
        date_field(columns["valid_from"]),
        date_field(columns["valid_to"]),
        text_field(columns["use"]),
        float_field(batch.area_m2),
        float_field(columns["area_reported_m2"]),
        json_field(batch.attributes),
        geometry_field(batch.geometry),
    ]
