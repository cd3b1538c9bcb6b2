"""Many small features on a wide tile: drawn as the cells of a grid that they cover well.

A district has a hundred thousand zones of two hectares. On one tile of zoom 9 they would be ten
megabytes of specks; as cells they are the same footprint in a hundred kilobytes at most.
"""

from __future__ import annotations

from service.features.fragments import Fragment
from service.tiles.address import EXTENT, Tile
from service.tiles.layers import TileLayer

CELL_UNITS = 64
"""The side of a cell in tile units: eight pixels where a tile is drawn 512 wide."""
LARGE_CELLS = 4
"""From so many cells on a feature is drawn by its own outline."""
LEAST_SHARE = 0.2
"""Part of a cell that must be covered for the cell to be drawn."""

CELLS = """
    SELECT NULL AS feature_id, {empty},
        ST_ForcePolygonCCW(ST_MakeEnvelope(
            across * {side}, down * {side}, (across + 1) * {side}, (down + 1) * {side})) AS geom
    FROM (
        SELECT value, area_m2,
            floor(((ST_XMin(box) + ST_XMax(box)) / 2 - %s) * %s)::int AS across,
            floor((%s - (ST_YMin(box) + ST_YMax(box)) / 2) * %s)::int AS down
        FROM (
            SELECT {value} AS value, {table}.area_m2, {geom}::box2d AS box
            FROM {source} WHERE {where} OFFSET 0
        ) AS boxed
    ) AS small
    WHERE across BETWEEN 0 AND {last} AND down BETWEEN 0 AND {last}
    GROUP BY value, across, down HAVING sum(area_m2) >= %s
"""


def large_m2(tile: Tile) -> float:
    """The area from which on a feature stands for itself, in m²."""
    return LARGE_CELLS * cell_m2(tile)


def cells(tile: Tile, layer: TileLayer, source: Fragment, where: Fragment) -> Fragment:
    """Rows of cells, in the columns of the layer's own features, of those that fit ``where``."""
    kind = layer.type
    box, number = tile.box, EXTENT // CELL_UNITS
    columns = layer.columns_at(tile.z)
    empty = ", ".join(
        f'value AS "{name}"' if name == layer.gathered else f'NULL AS "{name}"' for name in columns
    )
    text = CELLS.format(
        empty=empty,
        side=CELL_UNITS,
        value=columns[layer.gathered or ""],
        geom=f"{kind.table}.geom",
        table=kind.table,
        source=source.text,
        where=where.text,
        last=number - 1,
    )
    across, down = number / (box.east - box.west), number / (box.north - box.south)
    return Fragment(
        text,
        (
            box.west, across, box.north, down,
            *source.parameters, *where.parameters,
            LEAST_SHARE * cell_m2(tile),
        ),
    )  # fmt: skip


def cell_m2(tile: Tile) -> float:
    """The ground of one cell in m²."""
    return (tile.pixel_m * 256 * CELL_UNITS / EXTENT) ** 2
