"""Which table and columns the rows of a layer go into, and how a batch becomes their bytes."""

from __future__ import annotations

from collections.abc import Callable

from service.bulk import Field, encode_rows
from service.patches.rows import PATCH_COLUMNS, patch_fields
from service.plots.rows import PLOT_COLUMNS, plot_fields
from service.villages.finder import VillageFinder
from service.villages.rows import BOUNDARY_COLUMNS, boundary_fields
from service.zones.rows import ZONE_COLUMNS, zone_fields
from spatial.intake.model import RowBatch
from spatial.words import LayerName


def copy_columns(layer: LayerName) -> tuple[str, ...]:
    """The columns that the encoded rows of a layer have, in their order."""
    if layer is LayerName.VILLAGES:
        return BOUNDARY_COLUMNS
    if layer is LayerName.PLOTS:
        return PLOT_COLUMNS
    if layer is LayerName.PATCHES:
        return PATCH_COLUMNS
    return ZONE_COLUMNS


def batch_encoder(
    layer: LayerName, version_id: int, villages: VillageFinder
) -> Callable[[RowBatch], memoryview]:
    """What turns the batches of a layer into COPY bytes."""

    def fields(batch: RowBatch) -> list[Field]:
        if layer is LayerName.VILLAGES:
            return boundary_fields(batch, version_id)
        if layer is LayerName.PLOTS:
            return plot_fields(batch, version_id, villages)
        kind = layer.zone_kind
        if kind is None:
            return patch_fields(batch)
        return zone_fields(batch, version_id, kind)

    return lambda batch: encode_rows(fields(batch))
