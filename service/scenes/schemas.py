"""Scenes and comparisons of them as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from geoalchemy2.shape import to_shape
from pydantic import BaseModel, BeforeValidator, Field
from shapely.geometry import mapping

from service.bodies import RequestBody
from service.paging import LARGEST_ID
from service.scenes.arriving import SceneWish, named_bands
from service.scenes.models import Scene, SceneDetection
from service.text import Line, Prose

Blank = BeforeValidator(lambda value: value or None)


class SceneForm(RequestBody):
    """The fields beside the file."""

    taken_on: Annotated[date | None, Blank] = None
    sensor: Annotated[Line | None, Blank] = None
    note: Annotated[Prose | None, Blank] = None
    bands: Annotated[Line | None, Blank] = None
    """Names in their order, separated by commas, such as ``blue,green,red,nir``."""

    def wish(self) -> SceneWish:
        """The fields as the service takes them."""
        return SceneWish(self.taken_on, self.sensor, self.note, named_bands(self.bands))


class SceneAnswer(BaseModel):
    """A scene; ``footprint`` is GeoJSON in EPSG:4490."""

    id: int
    filename: str
    taken_on: date
    sensor: str | None
    note: str | None
    status: str
    stage: str
    progress: float
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


class SentAnswer(SceneAnswer):
    """The scene that was sent; of a zip the first, and ``others`` that came with it."""

    others: list[SceneAnswer] = []

    @classmethod
    def of_all(cls, scenes: Sequence[Scene]) -> SentAnswer:
        """The scenes of one upload."""
        first, *others = (SceneAnswer.of(scene) for scene in scenes)
        return cls(**dict(first), others=others)


class ScenePage(BaseModel):
    """Scenes, last sent first."""

    items: list[SceneAnswer]
    next: str | None


class ServingAnswer(BaseModel):
    """The scenes that a case's pictures are made of; None where none fits."""

    before: SceneAnswer | None
    after: SceneAnswer | None


class DetectionForm(RequestBody):
    """Which scenes to compare."""

    before: int = Field(ge=1, le=LARGEST_ID)
    after: int = Field(ge=1, le=LARGEST_ID)
    least_area_m2: float = Field(200.0, gt=0, le=1e9)
    """Smaller changes are left out."""


class DetectionAnswer(BaseModel):
    """A comparison and how far it is; its patches are those of the import ``import_id``."""

    id: int
    before_scene_id: int
    after_scene_id: int
    options: dict[str, Any]
    status: str
    stage: str
    progress: float
    problem: dict[str, Any] | None
    found: dict[str, Any]
    import_id: int | None
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, detection: SceneDetection) -> DetectionAnswer:
        """A comparison as it is stored."""
        return cls(**{name: getattr(detection, name) for name in cls.model_fields})


class DetectionPage(BaseModel):
    """Comparisons, last asked for first."""

    items: list[DetectionAnswer]
    next: str | None
