"""Village boundaries on their way into the database."""

from __future__ import annotations

import numpy as np

from service.bulk import (
    Field,
    filled,
    float_field,
    geometry_field,
    integer_field,
    json_field,
    text_field,
)
from spatial.intake.model import RowBatch

BOUNDARY_COLUMNS = ("version_id", "source_row", "code", "name", "area_m2", "attributes", "geom")


def boundary_fields(batch: RowBatch, version_id: int) -> list[Field]:
    """A batch as the columns of ``BOUNDARY_COLUMNS``."""
    return [
        integer_field(np.full(len(batch.rows), version_id)),
        integer_field(batch.rows, 4),
        text_field(batch.columns["code"]),
        text_field(filled(batch.columns["name"], batch.columns["code"])),
        float_field(batch.area_m2),
        json_field(batch.attributes),
        geometry_field(batch.geometry),
    ]
