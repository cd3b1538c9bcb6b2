"""Plots were edited: patches on their ground are screened again, and the cases say so."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from service import clock
from service.layers.versions import lock_publishing
from service.qgis.models import PlotEdit
from service.screening.candidates import ROAD_REACH_M
from service.screening.occasions import Occasion, ScreeningCounts, screen_patches
from service.screening.versions import versions_in_force
from service.settings import Settings

EDITS_AT_ONCE = 1000
SHORTEST_DEGREE_M = 60_000.0
"""No degree of longitude in China is shorter (53.6 degrees north: 66 km)."""

# The plot's ground before the edit and as it is now; driven from the few edits, by the index.
TOUCHED = text(
    """
    SELECT DISTINCT patch.id
    FROM plot_edit AS edit
    LEFT JOIN plot ON plot.version_id = edit.version_id AND plot.id = edit.plot_id
    CROSS JOIN LATERAL (VALUES (edit.geom), (plot.geom)) AS ground (geom)
    JOIN patch ON patch.geom && ST_Expand(ground.geom, :reach)
    WHERE edit.id = ANY (:edits)
    ORDER BY patch.id
    """
)


def screen_edited(session: Session, settings: Settings) -> ScreeningCounts | None:
    """Screen again what edits of plots touch, up to a thousand edits; None when nothing is."""
    # The lock comes first: no edit of a version is taken for one of the version that follows it.
    lock_publishing(session)
    edits = session.scalars(
        select(PlotEdit.id)
        .where(PlotEdit.screened_at.is_(None))
        .order_by(PlotEdit.id)
        .limit(EDITS_AT_ONCE)
    ).all()
    if not edits:
        return None
    session.execute(update(PlotEdit).where(PlotEdit.id.in_(edits)).values(screened_at=clock.now()))
    patches = touched_patches(session, edits)
    if not patches:
        return None
    occasion = Occasion(
        reason="base-changed",
        sentence=f"{len(edits)} 处地块编辑后重新套合",
        detail={"layer": "plots", "edits": list(edits)},
    )
    return screen_patches(session, patches, occasion, versions_in_force(session), settings)


def touched_patches(session: Session, edits: Sequence[int]) -> list[int]:
    """The patches within reach of edited plots, ascending."""
    reach = ROAD_REACH_M / SHORTEST_DEGREE_M
    return list(session.scalars(TOUCHED, {"reach": reach, "edits": list(edits)}))
