"""Plots on their way into the database."""

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
from service.villages.finder import VillageFinder
from spatial.intake.model import RowBatch

PLOT_COLUMNS = (
    "version_id",
    "source_row",
    "plot_no",
    "village_code",
    "land_class",
    "land_class_system",
    "planting",
    "slope_grade",
    "ownership",
    "deduction_ratio",
    "area_m2",
    "area_reported_m2",
    "protection",
    "attributes",
    "geom",
)


def plot_fields(batch: RowBatch, version_id: int, villages: VillageFinder) -> list[Field]:
    """A batch as the columns of ``PLOT_COLUMNS``; a plot that names no village is placed in one."""
    columns = batch.columns
    return [
        integer_field(np.full(len(batch.rows), version_id)),
        integer_field(batch.rows, 4),
        text_field(filled(columns["plot_no"], batch.rows)),
        text_field(villages.complete(columns["village_code"], batch.geometry)),
        text_field(columns["land_class"]),
        text_field(columns["land_class_system"]),
        text_field(columns["planting"]),
        text_field(columns["slope_grade"]),
        text_field(columns["ownership"]),
        float_field(columns["deduction_ratio"]),
        float_field(batch.area_m2),
        float_field(columns["area_reported_m2"]),
        text_field(columns["protection"]),
        json_field(batch.attributes),
        geometry_field(batch.geometry),
    ]
