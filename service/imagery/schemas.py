"""What scenes show of a case, for the description of the interface."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel


class GroundFigures(BaseModel):
    """What a scene shows of some ground: mean indices over clear pixels (-1 to 1; None where the
    scene's bands do not tell), and the shares (0 to 1) that cloud and nodata hide."""

    ndvi: float | None
    ndwi: float | None
    bare_soil: float | None
    built_up: float | None
    cloud_share: float | None
    nodata_share: float
    pixels: float


class SceneFigures(GroundFigures):
    """The same of a whole case, with its scene and the NDVI of what lies around."""

    scene_id: int
    taken_on: date
    around_ndvi: float | None


class OverlapFigures(BaseModel):
    """Figures of one overlap: a case's ground on one protection class; ``area`` in m²."""

    piece_id: int
    protection: str
    exempt: bool
    area: float
    before: GroundFigures | None
    after: GroundFigures | None


class Flag(BaseModel):
    """Something that a reviewer should look at; never a verdict."""

    code: str
    detail: str
    detail_en: str


class MissingSide(BaseModel):
    """A side, ``before`` or ``after``, that no scene shows."""

    side: str
    detail: str
    detail_en: str


class CaseImageryAnswer(BaseModel):
    """What scenes show of a case; ``latest`` is a scene newer than the one after."""

    before: SceneFigures | None
    after: SceneFigures | None
    latest: SceneFigures | None
    overlaps: list[OverlapFigures]
    contradictions: list[Flag]
    missing: list[MissingSide]
    chips: dict[str, str]
    measured_at: datetime
