"""What the plots endpoints answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import shapely
from geoalchemy2.shape import to_shape
from pydantic import BaseModel

from service.layers.models import LayerVersion
from service.plots.models import Plot
from service.plots.queries import Cover
from spatial.area import to_mu
from spatial.words import Protection, ZoneKind


class CoverAnswer(BaseModel):
    """A zone over a plot; ``area`` is the shared ground in m², ``share`` its part of the plot."""

    zone_id: int
    kind: str
    kind_label: str
    protects: bool
    zone_no: str
    name: str | None
    document_no: str | None
    valid_from: date | None
    valid_to: date | None
    area: float
    area_mu: float
    share: float

    @classmethod
    def of(cls, cover: Cover, plot: Plot) -> CoverAnswer:
        """The answer about one zone."""
        zone, kind = cover.zone, ZoneKind(cover.zone.kind)
        return cls(
            zone_id=zone.id,
            kind=kind.value,
            kind_label=kind.label.zh,
            protects=kind.protects,
            zone_no=zone.zone_no,
            name=zone.name,
            document_no=zone.document_no,
            valid_from=zone.valid_from,
            valid_to=zone.valid_to,
            area=round(cover.area, 2),
            area_mu=round(to_mu(cover.area), 2),
            share=round(min(cover.area / plot.area_m2, 1), 4) if plot.area_m2 else 0,
        )


class PlotVersion(BaseModel):
    """The layer version that a plot belongs to."""

    version: int
    effective_on: date
    superseded_at: datetime | None


class PlotCard(BaseModel):
    """A plot with the zones over it; areas in m² unless the name ends in ``_mu``."""

    id: int
    plot_no: str
    village_code: str | None
    land_class: str
    land_class_system: str
    planting: str | None
    slope_grade: str | None
    ownership: str | None
    deduction_ratio: float | None
    area: float
    area_mu: float
    area_reported: float | None
    protection: str
    protection_label: str
    row_version: int
    attributes: dict[str, Any]
    version: PlotVersion
    zones: list[CoverAnswer]
    bbox: tuple[float, float, float, float]
    geometry: dict[str, Any]

    @classmethod
    def of(cls, plot: Plot, version: LayerVersion, covers: list[Cover]) -> PlotCard:
        """The answer about a plot."""
        protection = strongest(plot, covers)
        outline = to_shape(plot.geom)
        return cls(
            id=plot.id,
            plot_no=plot.plot_no,
            village_code=plot.village_code,
            land_class=plot.land_class,
            land_class_system=plot.land_class_system,
            planting=plot.planting,
            slope_grade=plot.slope_grade,
            ownership=plot.ownership,
            deduction_ratio=plot.deduction_ratio,
            area=plot.area_m2,
            area_mu=round(to_mu(plot.area_m2), 2),
            area_reported=plot.area_reported_m2,
            protection=protection.value,
            protection_label=protection.label.zh,
            row_version=plot.row_version,
            attributes=plot.attributes,
            version=PlotVersion(
                version=version.version,
                effective_on=version.effective_on,
                superseded_at=version.superseded_at,
            ),
            zones=[CoverAnswer.of(cover, plot) for cover in covers],
            bbox=outline.bounds,
            geometry=shapely.geometry.mapping(outline),
        )


def strongest(plot: Plot, covers: list[Cover]) -> Protection:
    """The strongest protection on any part of a plot: by layer first, then by land class."""
    kinds = {cover.zone.kind for cover in covers}
    if ZoneKind.PERMANENT_BASIC_FARMLAND in kinds:
        return Protection.PERMANENT_BASIC_FARMLAND
    if ZoneKind.HIGH_STANDARD_FARMLAND in kinds:
        return Protection.HIGH_STANDARD_FARMLAND
    return Protection(plot.protection)
