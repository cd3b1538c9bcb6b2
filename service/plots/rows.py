"""Plots on their way into the database."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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
from spatial.intake.fields.attributes import with_values
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
    """A batch as the columns of ``PLOT_COLUMNS``; a plot that names no village of those there are
    is placed in one."""
    columns = batch.columns
    given = columns["village_code"]
    village_codes = villages.complete(given, batch.geometry)
    return [
        integer_field(np.full(len(batch.rows), version_id)),
        integer_field(batch.rows, 4),
        text_field(filled(columns["plot_no"], batch.rows)),
        text_field(village_codes),
        text_field(columns["land_class"]),
        text_field(columns["land_class_system"]),
        text_field(columns["planting"]),
        text_field(columns["slope_grade"]),
        text_field(columns["ownership"]),
        float_field(columns["deduction_ratio"]),
        float_field(batch.area_m2),
        float_field(columns["area_reported_m2"]),
        text_field(columns["protection"]),
        json_field(_with_given_codes(batch.attributes, given, village_codes)),
        geometry_field(batch.geometry),
    ]


def _with_given_codes(
    attributes: NDArray[np.object_], given: NDArray[np.object_], stored: NDArray[np.object_]
) -> NDArray[np.object_]:
    replaced = np.flatnonzero((given != None) & (given != stored))  # noqa: E711
    if not len(replaced):
        return attributes
    kept = attributes.copy()
    for row in replaced.tolist():
        kept[row] = with_values(attributes[row], {"village_code": given[row]})
    return kept
