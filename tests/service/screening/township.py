"""A made-up township for tests of screening; ground is drawn in units of about a metre.

Two villages lie side by side: 500118001202 west of 1000 units, 500118001203 east of it. Plots and
zones are what a test publishes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from geoalchemy2 import WKBElement
from shapely import MultiPolygon
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock
from service.database.copying import copy_rows, ewkb_of
from service.layers.models import LayerVersion
from service.layers.versions import begin_version, index_version, publish_version
from service.patches.models import Patch
from service.plots.models import Plot
from service.villages.models import Village, VillageBoundary
from service.zones.models import Zone
from spatial.area import ellipsoidal_area
from spatial.words import ChangeGroup, LayerName
from tests.service.cases.sighting_maker import OTHER_VILLAGE, VILLAGE, rectangle

VILLAGES = (
    (VILLAGE, "三星村", rectangle(0, 0, 1000, 1000)),
    (OTHER_VILLAGE, "望城村", rectangle(1000, 0, 2000, 1000)),
)
AFTER = date(2026, 4, 2)
"""The date of a patch's second image unless a test says otherwise."""

PATCH_COLUMNS = (
    "patch_no",
    "batch_id",
    "first_batch_id",
    "source_row",
    "content_hash",
    "revision",
    "change_group",
    "after_date",
    "area_m2",
    "attributes",
    "created_at",
    "updated_at",
    "geom",
)


@dataclass(frozen=True, kw_only=True)
class Document:
    """A zone of an exempting or protecting layer."""

    ground: MultiPolygon
    number: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """A patch of a file."""

    number: str
    ground: MultiPolygon
    group: ChangeGroup = ChangeGroup.BUILDING
    after: date = AFTER


def area(ground: MultiPolygon) -> float:
    """Ellipsoidal area, m²."""
    return float(ellipsoidal_area(np.array([ground], dtype=object))[0])


def publish(
    session: Session, layer: LayerName, model: Any, rows: list[dict[str, Any]]
) -> LayerVersion:
    """A version of a base layer in force, with these rows (``ground`` besides their columns)."""
    staged = begin_version(session, layer)
    columns = [name for name in rows[0] if name != "ground"] if rows else []
    shapes = ewkb_of(np.array([row["ground"] for row in rows], dtype=object))
    values = [
        (staged.id, area(row["ground"]), {}, shape, *(row[name] for name in columns))
        for row, shape in zip(rows, shapes, strict=True)
    ]
    index_version(session, staged)
    version = publish_version(
        session,
        staged,
        effective_on=date(2026, 1, 1),
        import_id=None,
        feature_count=len(rows),
    )
    copy_rows(session, model, ("version_id", "area_m2", "attributes", "geom", *columns), values)
    return version


def publish_villages(session: Session, villages: Sequence[Any] = VILLAGES) -> LayerVersion:
    """Village boundaries, and the villages themselves when they are new."""
    for code, name, _ in villages:
        session.merge(Village(code=code, name=name, township_code=code[:9]))
    rows = [
        {"ground": ground, "source_row": number, "code": code, "name": name}
        for number, (code, name, ground) in enumerate(villages, start=1)
    ]
    return publish(session, LayerName.VILLAGES, VillageBoundary, rows)


def publish_plots(session: Session, plots: Sequence[tuple[str, MultiPolygon]]) -> LayerVersion:
    """Plots given as land class and ground."""
    protections = {"0101": "cropland", "0102": "cropland", "0201K": "recoverable"}
    rows = [
        {
            "ground": ground,
            "plot_no": f"D{number:05d}",
            "land_class": land_class,
            "land_class_system": "SD3",
            "protection": protections.get(land_class, "none"),
        }
        for number, (land_class, ground) in enumerate(plots, start=1)
    ]
    return publish(session, LayerName.PLOTS, Plot, rows)


def publish_zones(
    session: Session, layer: LayerName, documents: Sequence[Document]
) -> LayerVersion:
    """Zones of one layer."""
    rows = [
        {
            "ground": one.ground,
            "kind": layer.value,
            "zone_no": f"Z{number}",
            "document_no": one.number,
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
        }
        for number, one in enumerate(documents, start=1)
    ]
    return publish(session, layer, Zone, rows)


def receive(session: Session, batch_id: int, changes: Sequence[Change]) -> None:
    """Store patches as an import does: a number known already is brought up to date."""
    shapes = ewkb_of(np.array([change.ground for change in changes], dtype=object))
    now = clock.now()
    known = {patch.patch_no: patch for patch in session.scalars(select(Patch))}
    fresh = []
    for row, (change, shape) in enumerate(zip(changes, shapes, strict=True), start=1):
        patch = known.get(change.number)
        if patch is None:
            fresh.append(
                (change.number, batch_id, batch_id, row, "", 1, change.group.value, change.after,
                 area(change.ground), {}, now, now, shape)
            )  # fmt: skip
            continue
        patch.geom = WKBElement(shape, srid=4490, extended=True)
        patch.change_group, patch.after_date = change.group.value, change.after
        patch.batch_id, patch.revision = batch_id, patch.revision + 1
    copy_rows(session, Patch, PATCH_COLUMNS, fresh)
