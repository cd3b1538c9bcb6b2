"""A base layer changed: what lies on changed ground is screened again.

Which patches that are is asked of the database, patch by patch: those under which the old and
the new version hold different features. Cost grows with the patches, and a version that changes
nothing under any patch changes no case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from psycopg import sql
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database.arrays import number_array
from service.database.base import STORAGE_SRID
from service.database.engine import driver_connection
from service.layers.models import LayerVersion
from service.layers.partitions import partition_name
from service.layers.versions import PARENT_TABLES, lock_publishing
from service.patches.models import Patch
from service.screening.candidates import ROAD_REACH_M
from service.screening.occasions import Occasion, ScreeningCounts, screen_patches
from service.screening.patches import grown_boxes, load_patches
from service.screening.running import PATCHES_AT_ONCE
from service.screening.versions import version_before, versions_in_force
from service.settings import Settings
from spatial.words import LayerName

DECISIVE: Mapping[str, Sequence[str]] = {
    "plot": ("protection", "land_class", "land_class_system", "geom"),
    "zone": ("kind", "document_no", "valid_from", "valid_to", "use", "geom"),
    "village_boundary": ("code", "name", "geom"),
}
"""What of a feature a finding can depend on."""

AFFECTED = sql.SQL(
    """
    SELECT box.id
    FROM unnest(%s::bigint[], %s::float8[], %s::float8[], %s::float8[], %s::float8[])
        AS box (id, west, south, east, north)
    WHERE ({before}) IS DISTINCT FROM ({after})
    """
)
UNDER = sql.SQL(
    """
    SELECT string_agg(said, '' ORDER BY said) FROM (
        SELECT md5(ROW({columns})::text) AS said FROM {partition}
        WHERE geom && ST_MakeEnvelope(box.west, box.south, box.east, box.north, {srid})
    ) AS feature
    """
)
NOTHING = sql.SQL("SELECT NULL::text")


def base_changed(
    session: Session, layer: LayerName, version: LayerVersion, settings: Settings
) -> ScreeningCounts | None:
    """Screen again the patches whose ground a new version of a base layer changes.

    Called in the transaction that publishes ``version``. Open cases change, and their histories
    say what was, what is and why; concluded ones are annotated; patches that raised none may
    raise one now. Returns None when no patch is concerned.
    """
    lock_publishing(session)
    reach_m = settings.screening.tolerance_m
    if layer is LayerName.PLOTS:
        # Plots are also the roads that stand beside planting.
        reach_m = max(reach_m, ROAD_REACH_M)
    affected = affected_patches(session, layer, version, reach_m)
    if not affected:
        return None
    occasion = Occasion(
        reason="base-changed",
        sentence=f"{layer.label.zh}更新为第 {version.version} 版后重新套合",
        detail={"layer": layer.value, "version": version.version},
    )
    return screen_patches(session, affected, occasion, versions_in_force(session), settings)


def affected_patches(
    session: Session, layer: LayerName, version: LayerVersion, reach_m: float
) -> list[int]:
    """The patches within whose reach a version differs from the one before, ascending."""
    query = affected_query(layer, version_before(session, version), version)
    ids = session.scalars(select(Patch.id).order_by(Patch.id)).all()
    affected: list[int] = []
    for start in range(0, len(ids), PATCHES_AT_ONCE):
        patches = load_patches(session, ids[start : start + PATCHES_AT_ONCE]).patches
        columns = (patches.ids, *grown_boxes(patches.geometry, reach_m).T)
        values = [number_array(column) for column in columns]
        rows = driver_connection(session).execute(query, values)
        affected.extend(row[0] for row in rows)
    return sorted(affected)


def affected_query(
    layer: LayerName, before: LayerVersion | None, after: LayerVersion
) -> sql.Composed:
    """The query for ids of patches, given with their boxes, that a version concerns."""
    table = PARENT_TABLES[layer]
    return AFFECTED.format(
        before=_under(table, before) if before else NOTHING, after=_under(table, after)
    )


def _under(table: str, version: LayerVersion) -> sql.Composed:
    return UNDER.format(
        columns=sql.SQL(", ").join(map(sql.Identifier, DECISIVE[table])),
        partition=sql.Identifier(partition_name(table, version.id)),
        srid=sql.Literal(STORAGE_SRID),
    )
