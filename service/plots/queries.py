"""What is known of one plot: itself, its version, and the protecting zones laid over it."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from geoalchemy2.shape import to_shape
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.accounts.permissions import plot_scope
from service.accounts.roles import Principal
from service.errors import NotFound
from service.layers.models import LayerVersion
from service.plots.models import Plot
from service.zones.models import Zone
from spatial.area import ellipsoidal_area
from spatial.messages import Message
from spatial.words import ZoneKind

NO_PLOT = Message("没有这个地块。", "There is no such plot.")


@dataclass(frozen=True, slots=True)
class Cover:
    """How much of a plot one zone covers; ``area`` in m²."""

    zone: Zone
    area: float


def find_plot(session: Session, principal: Principal, plot_id: int) -> tuple[Plot, LayerVersion]:
    """A plot of the newest version that has one of that number, and the version.

    Raises:
        NotFound: when no version has one that the caller may see.
    """
    found = session.execute(
        select(Plot, LayerVersion)
        .join(LayerVersion, LayerVersion.id == Plot.version_id)
        .where(Plot.id == plot_id, plot_scope(principal, Plot.village_code))
        .order_by(Plot.version_id.desc())
        .limit(1)
    ).first()
    if found is None:
        raise NotFound(NO_PLOT)
    return found[0], found[1]


def covering_zones(session: Session, plot: Plot) -> list[Cover]:
    """The zones in force that share ground with a plot, protecting ones first, largest first."""
    outline = (
        select(Plot.geom)
        .where(Plot.version_id == plot.version_id, Plot.id == plot.id)
        .scalar_subquery()
    )
    zones = session.scalars(
        select(Zone)
        .join(LayerVersion, LayerVersion.id == Zone.version_id)
        .where(LayerVersion.superseded_at.is_(None), func.ST_Intersects(Zone.geom, outline))
    ).all()
    if not zones:
        return []
    shared = shapely.intersection([to_shape(zone.geom) for zone in zones], to_shape(plot.geom))
    covers = [
        Cover(zone, float(area))
        for zone, area in zip(zones, ellipsoidal_area(shared), strict=True)
        if area > 0
    ]
    return sorted(covers, key=lambda cover: (-_protects(cover.zone), -cover.area))


def _protects(zone: Zone) -> bool:
    return ZoneKind(zone.kind).protects
