"""The SQL that makes PostGIS write one tile of several layers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from service.features.access import Admission
from service.features.fragments import Fragment, every
from service.tiles.address import BUFFER, EXTENT, Box, Tile
from service.tiles.gathering import cells, large_m2
from service.tiles.layers import GATHERED_BEFORE, TileFilters, TileLayer
from service.tiles.summing import summed_cells

LINEAR_FROM = 11
"""From this zoom on latitude runs linearly through a tile to within one tile unit.

The Mercator ordinate departs from a straight line over a tile's height h (radians) by at most
h² · tan(latitude) / 8, which is 2^-z · π/4 · tan(latitude) · cos(latitude) of the tile: 0.9 of 4096
units at zoom 11 and 30° north, half of that with each zoom. So the stored degrees are scaled
into the tile as they are and nothing is projected.
"""
EVERY_PLOT_FROM = 14
"""From this zoom on nothing is too small to be drawn."""
EXACT_FROM = 16
"""From this zoom on outlines are not simplified; it is the deepest that the page asks for."""
TOLERANCE_UNITS = 4
"""Simplified outlines stay within so many tile units: half a pixel at 512 a tile."""

LONLAT_BOX = "ST_MakeEnvelope(%s, %s, %s, %s, 4490)"
LABELS = "_labels"


def tile_query(
    tile: Tile,
    names: Sequence[tuple[TileLayer, bool]],
    admission: Admission,
    filters: TileFilters,
) -> Fragment | None:
    """One ``bytea``: the layers' tiles one after the other, which is how MVT is joined.

    ``names`` holds each layer and whether its labels are meant; None when no layer has
    anything published or is drawn at this zoom.
    """
    parts = [
        part
        for layer, labels in names
        if (part := _layer_query(tile, layer, labels, admission, filters)) is not None
    ]
    if not parts:
        return None
    return Fragment(
        "SELECT " + " || ".join(f"({part.text})" for part in parts),
        tuple(value for part in parts for value in part.parameters),
    )


def _layer_query(
    tile: Tile, layer: TileLayer, labels: bool, admission: Admission, filters: TileFilters
) -> Fragment | None:
    kind = layer.type
    source = kind.source(kind.current(admission.state))
    first = layer.labels_from if labels else layer.min_zoom
    if source is None or first is None or tile.z < first:
        return None
    if layer.summed_at(tile.z, filters, admission.principal):
        rows = summed_cells(tile, layer, kind.current(admission.state)[0].id)
    else:
        where = every(_conditions(tile, layer, labels, admission, filters))
        rows = _rows(tile, layer, labels, source, where)
    return Fragment(
        f"SELECT coalesce(ST_AsMVT(t, '{layer.name}{LABELS if labels else ''}', {EXTENT},"
        f" 'geom', 'feature_id'), '') FROM ({rows.text}) t WHERE geom IS NOT NULL",
        rows.parameters,
    )


def _rows(
    tile: Tile, layer: TileLayer, labels: bool, source: Fragment, where: Fragment
) -> Fragment:
    """The features of a layer, and the cells that stand for those too small to be seen."""
    if labels or layer.gathered is None or tile.z >= GATHERED_BEFORE:
        return _features(tile, layer, labels, source, where)
    area, limit = f"{layer.type.table}.area_m2", (large_m2(tile),)
    large = every((where, Fragment(f"{area} >= %s", limit)))
    small = every((where, Fragment(f"{area} < %s", limit)))
    own, gathered = _features(tile, layer, False, source, large), cells(tile, layer, source, small)
    return Fragment(
        f"({own.text}) UNION ALL ({gathered.text})", (*own.parameters, *gathered.parameters)
    )


def _features(
    tile: Tile, layer: TileLayer, labels: bool, source: Fragment, where: Fragment
) -> Fragment:
    kind = layer.type
    geometry = _label_point(tile, layer) if labels else _outline(tile, layer)
    shown = layer.columns_at(tile.z).items()
    columns = ", ".join(f'{expression} AS "{name}"' for name, expression in shown)
    # OFFSET 0 keeps the planner from drawing every outline twice, once for a condition on it.
    return Fragment(
        f"SELECT {kind.table}.id AS feature_id, {columns}, {geometry.text} AS geom"
        f" FROM {source.text} WHERE {where.text} OFFSET 0",
        (*geometry.parameters, *source.parameters, *where.parameters),
    )


def _conditions(
    tile: Tile, layer: TileLayer, labels: bool, admission: Admission, filters: TileFilters
) -> Iterable[Fragment]:
    ground: Box = tile.box if labels else tile.buffered_box
    yield Fragment(f"{layer.type.table}.geom && {LONLAT_BOX}", ground.bounds)
    yield layer.type.scope(admission.principal)
    if filters.village is not None and layer.village_column is not None:
        yield Fragment(f"{layer.village_column} = %s", (filters.village,))
    if filters.batch is not None and layer.batch_column is not None:
        yield Fragment(f"{layer.batch_column} = %s", (filters.batch,))
    if not labels and layer.name == "plots" and GATHERED_BEFORE <= tile.z < EVERY_PLOT_FROM:
        yield Fragment("plot.area_m2 >= %s", (tile.pixel_m**2,))


def _outline(tile: Tile, layer: TileLayer) -> Fragment:
    geom = f"{layer.type.table}.geom"
    if tile.z < LINEAR_FROM:
        return _projected(tile, _simplified(tile, geom))
    shape = Fragment(geom) if tile.z >= EXACT_FROM else _simplified(tile, geom)
    whole, cut = _moved(tile, shape), _clipped(tile, shape)
    return Fragment(
        f"CASE WHEN {geom} @ {LONLAT_BOX} THEN {whole.text} ELSE {cut.text} END",
        (*tile.buffered_box.bounds, *whole.parameters, *cut.parameters),
    )


def _simplified(tile: Tile, geom: str) -> Fragment:
    tolerance = TOLERANCE_UNITS * tile.unit_degrees
    return Fragment(f"ST_Simplify({geom}, %s, true)", (tolerance,))


def _drawn(tile: Tile, shape: Fragment) -> Fragment:
    return _clipped(tile, shape) if tile.z >= LINEAR_FROM else _projected(tile, shape)


def _projected(tile: Tile, shape: Fragment) -> Fragment:
    return Fragment(
        f"ST_AsMVTGeom(ST_Transform({shape.text}, 3857), ST_TileEnvelope(%s, %s, %s),"
        f" {EXTENT}, {BUFFER}, true)",
        (*shape.parameters, tile.z, tile.x, tile.y),
    )


def _clipped(tile: Tile, shape: Fragment) -> Fragment:
    box = "ST_MakeBox2D(ST_Point(%s, %s), ST_Point(%s, %s))"
    return Fragment(
        f"ST_AsMVTGeom({shape.text}, {box}, {EXTENT}, {BUFFER}, true)",
        (*shape.parameters, *tile.box.bounds),
    )


def _moved(tile: Tile, shape: Fragment) -> Fragment:
    """An outline that lies within the tile, which needs no clipping: a fifth of the work.

    Rows of a tile grow southwards, so that rings turn clockwise there as MVT wants them.
    """
    box = tile.box
    across, down = EXTENT / (box.east - box.west), EXTENT / (box.south - box.north)
    return Fragment(
        f"ST_SnapToGrid(ST_TransScale(ST_ForcePolygonCW({shape.text}), %s, %s, %s, %s), 1)",
        (*shape.parameters, -box.west, -box.north, across, down),
    )


def _label_point(tile: Tile, layer: TileLayer) -> Fragment:
    # A label stands in the one tile that holds the point, or it would be written twice.
    point = f"ST_PointOnSurface({layer.type.table}.geom)"
    drawn = _drawn(tile, Fragment(point))
    return Fragment(
        f"CASE WHEN {point} && {LONLAT_BOX} THEN {drawn.text} END",
        (*tile.box.bounds, *drawn.parameters),
    )
