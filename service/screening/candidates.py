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

ZONE_COLUMNS = ("kind", "document_no", "valid_from", "valid_to", "use")
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
FEATURES = sql.SQL("SELECT {columns} FROM {partition} WHERE id = ANY(%s::bigint[])")
MOST_REMEMBERED = 20_000
"""Features of one version that a run keeps in memory, beside those of the part it is at."""

EVERY = sql.SQL("true")
PROTECTED = sql.SQL("protection IN ({})").format(
    sql.SQL(", ").join(
        sql.Literal(protection.value)
        for protection in (Protection.CROPLAND, Protection.RECOVERABLE)
    )
)
"""Plots protected by their land class; what lies in protecting zones is so without a plot."""


class GroundFinder:
    """Finds what lies under one part of a run's patches after the other, in the same versions.

    Villages and zones may have outlines of a hundred thousand vertices and lie under many patches:
    each is read once. Plots are small and many, and are read as they come.
    """

    def __init__(
        self, session: Session, versions: BaseVersions, table: RuleTable, reach_m: float
    ) -> None:
        """Look within ``reach_m`` of the patches' boxes; ``table`` says who asks for roads."""
        self._session = session
        self._plots = versions.plots
        self._zones = [
            RememberedFeatures("zone", version, ZONE_COLUMNS) for version in versions.zones
        ]
        self._villages = (
            RememberedFeatures("village_boundary", versions.villages, ("code", "name"))
            if versions.villages
            else None
        )
        self._table = table
        self._reach_m = reach_m

    def under(self, patches: Patches) -> Ground:
        """The ground of patches, ordered by id.

        Roads are only fetched around patches of groups whose rules ask for green belts.
        """
        session = self._session
        boxes = grown_boxes(patches.geometry, self._reach_m)
        zones = [row for layer in self._zones for row in layer.under(session, boxes)]
        villages = self._villages.under(session, boxes) if self._villages else []
        return Ground(
            plots=_plots(session, boxes, self._plots),
            zones=_zones(sorted(zones, key=lambda row: row[0])),
            villages=_villages(villages),
            roads=self._roads(patches),
        )

    def _roads(self, patches: Patches) -> Roads:
        rows = self._table.rows.values()
        asking = {group for row in rows if row.roadside for group in row.groups}
        planted = patches.geometry[np.isin(patches.change_group.astype(str), sorted(asking))]
        return _roads(self._session, planted, self._plots, self._table.green_belts)


class RememberedFeatures:
    """Features of one version that are read once however many patches lie on them."""

    def __init__(self, table: str, version: LayerVersion, columns: Sequence[str]) -> None:
        """``columns`` beside the id and the geometry."""
        self._table = table
        self._version = version
        self._columns = columns
        self._known: dict[int, tuple[Any, ...]] = {}

    def under(self, session: Session, boxes: Boxes) -> Rows:
        """Rows (id, shapely geometry, columns…) under the boxes: each once, ordered by id."""
        ids = self._ids_under(session, boxes)
        unknown = [feature_id for feature_id in ids if feature_id not in self._known]
        if unknown:
            self._remember(session, unknown)
        rows = [self._known[feature_id] for feature_id in ids]
        if len(self._known) > MOST_REMEMBERED:
            self._known = dict(zip(ids, rows, strict=True))
        return rows

    def _ids_under(self, session: Session, boxes: Boxes) -> list[int]:
        query = candidates_query(self._table, self._version.id, ("id",))
        return sorted({feature_id for (feature_id,) in _rows_under(session, query, boxes)})

    def _remember(self, session: Session, ids: Sequence[int]) -> None:
        query = FEATURES.format(
            columns=_names(("id", "geom", *self._columns)),
            partition=sql.Identifier(partition_name(self._table, self._version.id)),
        )
        wanted = number_array(np.array(ids))
        with driver_connection(session).cursor(binary=True) as cursor:
            rows = cursor.execute(query, [wanted]).fetchall()
        outlines = _geometry(rows)
        # GEOS works bounds out when they are first asked for. From here on threads share these.
        shapely.bounds(outlines)
        for row, geometry in zip(rows, outlines, strict=True):
            self._known[row[0]] = (row[0], geometry, *row[2:])


def candidates_query(
    table: str,
    version_id: int,
    columns: Sequence[str],
    condition: sql.Composable = EVERY,
) -> sql.Composed:
    """The query for columns of one version's features under boxes given as four arrays."""
    return CANDIDATES.format(
        columns=_names(columns),
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
    if version is None:
        return ()
    query = candidates_query(table, version.id, ("id", "geom", *columns), condition)
    rows = _rows_under(session, query, boxes)
    ids = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
    return [rows[place] for place in np.unique(ids, return_index=True)[1]]


def _rows_under(session: Session, query: sql.Composed, boxes: Boxes) -> Rows:
    """What a query of :func:`candidates_query` finds; a row comes once for each box it meets."""
    if not len(boxes):
        return ()
    with driver_connection(session).cursor(binary=True) as cursor:
        return cursor.execute(query, [number_array(edge) for edge in boxes.T]).fetchall()


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


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


def _zones(rows: Rows) -> Zones:
    return Zones(
        ids=_ids(rows),
        geometry=objects(row[1] for row in rows),
        kind=objects(row[2] for row in rows),
        document_no=objects(row[3] for row in rows),
        valid_from=days([row[4] for row in rows]),
        valid_to=days([row[5] for row in rows]),
        use=objects(row[6] for row in rows),
    )


def _villages(rows: Rows) -> Villages:
    return Villages(
        codes=objects(row[2] for row in rows),
        names=objects(row[3] for row in rows),
        geometry=objects(row[1] for row in rows),
    )


def _ids(rows: Rows) -> NDArray[np.int64]:
    return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))


def _geometry(rows: Rows) -> NDArray[np.object_]:
    found: NDArray[np.object_] = shapely.from_wkb(objects(row[1] for row in rows))
    return found
