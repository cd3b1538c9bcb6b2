"""The ground under patches: found through the spatial index, driven from the patches.

Each box of a patch looks into the index once (a lateral join that ``OFFSET 0`` keeps the planner
from turning round), so the cost grows with the patches and not with what is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from psycopg import sql
from sqlalchemy.orm import Session

from service.database.arrays import number_array
from service.database.base import STORAGE_SRID
from service.database.engine import driver_connection
from service.layers.models import LayerVersion
from service.layers.partitions import partition_name
from service.screening.patches import days, grown_boxes, objects
from service.screening.versions import BaseVersions
from spatial.overlay.model import Ground, Patches, Plots, Roads, Villages, Zones
from spatial.rules import RuleTable
from spatial.rules.schema import GreenBelts
from spatial.words import Protection

ROAD_REACH_M = 20.0
"""How far around planting roads are looked for: a belt and the verge it lies on."""

Boxes = NDArray[np.float64]
Rows = Sequence[tuple[Any, ...]]

CANDIDATES = sql.SQL(
    """
    SELECT {columns}
    FROM unnest(%s::float8[], %s::float8[], %s::float8[], %s::float8[])
        AS box (west, south, east, north)
    CROSS JOIN LATERAL (
        SELECT {columns} FROM {partition}
        WHERE geom && ST_MakeEnvelope(box.west, box.south, box.east, box.north, {srid})
            AND {condition}
        OFFSET 0
    ) AS found
    """
)


EVERY = sql.SQL("true")
PROTECTED = sql.SQL("protection IN ({})").format(
    sql.SQL(", ").join(
        sql.Literal(protection.value)
        for protection in (Protection.CROPLAND, Protection.RECOVERABLE)
    )
)
"""Plots protected by their land class; what lies in protecting zones is so without a plot."""


def fetch_ground(
    session: Session, patches: Patches, versions: BaseVersions, table: RuleTable, reach_m: float
) -> Ground:
    """What lies within ``reach_m`` of the patches' boxes in these versions, ordered by id.

    Roads are only fetched around patches of groups whose rules ask for green belts.
    """
    boxes = grown_boxes(patches.geometry, reach_m)
    asking = {group for row in table.rows.values() if row.roadside for group in row.groups}
    planted = patches.geometry[np.isin(patches.change_group.astype(str), sorted(asking))]
    return Ground(
        plots=_plots(session, boxes, versions.plots),
        zones=_zones(session, boxes, versions.zones),
        villages=_villages(session, boxes, versions.villages),
        roads=_roads(session, planted, versions.plots, table.green_belts),
    )


def candidates_query(
    table: str,
    version_id: int,
    columns: Sequence[str],
    condition: sql.Composable = EVERY,
) -> sql.Composed:
    """The query for the features of one version under boxes given as four arrays."""
    return CANDIDATES.format(
        columns=sql.SQL(", ").join(map(sql.Identifier, ("id", "geom", *columns))),
        partition=sql.Identifier(partition_name(table, version_id)),
        srid=sql.Literal(STORAGE_SRID),
        condition=condition,
    )


def candidate_rows(
    session: Session,
    table: str,
    version: LayerVersion | None,
    columns: Sequence[str],
    boxes: Boxes,
    condition: sql.Composable = EVERY,
) -> Rows:
    """Rows (id, EWKB, columns…) of one version under the boxes: each once, ordered by id."""
    if version is None or not len(boxes):
        return ()
    query = candidates_query(table, version.id, columns, condition)
    with driver_connection(session).cursor(binary=True) as cursor:
        rows = cursor.execute(query, [number_array(edge) for edge in boxes.T]).fetchall()
    ids = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
    return [rows[place] for place in np.unique(ids, return_index=True)[1]]


def _plots(session: Session, boxes: Boxes, version: LayerVersion | None) -> Plots:
    rows = candidate_rows(session, "plot", version, ("protection",), boxes, PROTECTED)
    return Plots(
        ids=_ids(rows),
        geometry=_geometry(rows),
        protection=objects(row[2] for row in rows),
    )


def _roads(
    session: Session,
    planted: NDArray[np.object_],
    version: LayerVersion | None,
    belts: GreenBelts,
) -> Roads:
    if version is None:
        return Roads.unknown()
    boxes = grown_boxes(planted, ROAD_REACH_M)
    rows = candidate_rows(session, "plot", version, (), boxes, _roads_only(belts))
    return Roads(geometry=_geometry(rows), belt_m=np.full(len(rows), belts.belt_m))


def _roads_only(belts: GreenBelts) -> sql.Composable:
    systems, classes = (
        sql.SQL(", ").join(map(sql.Literal, sorted(names)))
        for names in (belts.land_class_systems, belts.land_classes)
    )
    return sql.SQL("land_class_system IN ({}) AND land_class IN ({})").format(systems, classes)


def _zones(session: Session, boxes: Boxes, versions: Sequence[LayerVersion]) -> Zones:
    columns = ("kind", "document_no", "valid_from", "valid_to", "use")
    rows = [
        row
        for version in versions
        for row in candidate_rows(session, "zone", version, columns, boxes)
    ]
    rows.sort(key=lambda row: row[0])
    return Zones(
        ids=_ids(rows),
        geometry=_geometry(rows),
        kind=objects(row[2] for row in rows),
        document_no=objects(row[3] for row in rows),
        valid_from=days([row[4] for row in rows]),
        valid_to=days([row[5] for row in rows]),
        use=objects(row[6] for row in rows),
    )


def _villages(session: Session, boxes: Boxes, version: LayerVersion | None) -> Villages:
    rows = candidate_rows(session, "village_boundary", version, ("code", "name"), boxes)
    return Villages(
        codes=objects(row[2] for row in rows),
        names=objects(row[3] for row in rows),
        geometry=_geometry(rows),
    )


def _ids(rows: Rows) -> NDArray[np.int64]:
    return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))


def _geometry(rows: Rows) -> NDArray[np.object_]:
    found: NDArray[np.object_] = shapely.from_wkb(objects(row[1] for row in rows))
    return found
