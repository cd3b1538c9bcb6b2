"""Wide tiles of a layer whose cells are kept summed up: no feature is read at all."""

from __future__ import annotations

import math
from functools import partial

from service.features.access import Access
from service.features.fragments import Fragment
from service.plots.cells import sum_up_plots
from service.tiles.address import EXTENT, Tile
from service.tiles.gathering import CELL_UNITS, LEAST_SHARE, cell_m2
from service.tiles.layers import TileLayer

FINER = int(math.log2(EXTENT // CELL_UNITS))
"""So many zooms below a tile its cells are tiles themselves."""

CELLS = """
    SELECT NULL::bigint AS feature_id, {columns},
        ST_ForcePolygonCCW(ST_MakeEnvelope(
            (across - %s) * {side}, (down - %s) * {side},
            (across - %s + 1) * {side}, (down - %s + 1) * {side})) AS geom
    FROM (
        SELECT DISTINCT ON (across, down) across, down, protection,
            sum(area_m2) OVER (PARTITION BY across, down) AS covered
        FROM plot_cell
        WHERE version_id = %s AND zoom = %s
            AND across BETWEEN %s AND %s AND down BETWEEN %s AND %s
        ORDER BY across, down, area_m2 DESC
    ) AS cell
    WHERE covered >= %s
"""


def summed_cells(tile: Tile, layer: TileLayer, version_id: int) -> Fragment:
    """Rows of cells covered well, each with the value that has the largest part of it."""
    columns = ", ".join(
        f'{name} AS "{name}"' if name == layer.gathered else f'NULL AS "{name}"'
        for name in layer.columns_at(tile.z)
    )
    across, down = tile.x << FINER, tile.y << FINER
    last = (1 << FINER) - 1
    return Fragment(
        CELLS.format(columns=columns, side=CELL_UNITS),
        (
            across, down, across, down,
            version_id, tile.z + FINER, across, across + last, down, down + last,
            LEAST_SHARE * cell_m2(tile),
        ),
    )  # fmt: skip


async def summed_up(access: Access, version_id: int) -> None:
    """See to it that a version is summed up; takes seconds once for each version."""
    await access.preparations.ensure(
        ("plot cells", version_id), partial(sum_up_plots, version_id=version_id)
    )
