"""Scenes as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from geoalchemy2.shape import to_shape
from pydantic import BaseModel, BeforeValidator
from shapely.geometry import mapping

from service.scenes.models import Scene
from service.text import Line, Prose

Blank = BeforeValidator(lambda value: value or None)


class SceneForm(BaseModel):
    """The fields beside the file."""

    taken_on: Annotated[date | None, Blank] = None
    sensor: Annotated[Line | None, Blank] = None
    note: Annotated[Prose | None, Blank] = None


class SceneAnswer(BaseModel):
    """A scene; ``footprint`` is GeoJSON in EPSG:4490."""

    id: int
    filename: str
    taken_on: date
    sensor: str | None
    note: str | None
    status: str
    problem: dict[str, Any] | None
    bands: list[str]
    resolution_m: float | None
    footprint: dict[str, Any] | None
    created_at: datetime

    @classmethod
    def of(cls, scene: Scene) -> SceneAnswer:
        """A scene as it is stored."""
        plain = {name: getattr(scene, name) for name in cls.model_fields if name != "footprint"}
        ground = None if scene.footprint is None else mapping(to_shape(scene.footprint))
        return cls(**plain, footprint=ground)


class ScenePage(BaseModel):
    """Scenes, last sent first."""

    items: list[SceneAnswer]
    next: str | None


class ServingAnswer(BaseModel):
    """The scenes that a case's pictures are made of; None where none fits."""

    before: SceneAnswer | None
    after: SceneAnswer | None
