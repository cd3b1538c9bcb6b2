"""Comparisons of two scenes over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from service.accounts.permissions import Action, require
from service.dependencies import CurrentPrincipal, ReadingSession, TheRuntime
from service.errors import NotFound
from service.paging import (
    DEFAULT_LIMIT,
    After,
    Limit,
    RowId,
    decode_cursor,
    encode_cursor,
    next_link,
)
from service.scenes.detecting import Pairing
from service.scenes.models import SceneDetection
from service.scenes.submitting import ask_for_detection
from spatial.messages import Message

router = APIRouter(prefix="/scenes/detections", tags=["scenes"])
NO_DETECTION = Message("没有这次比对。", "There is no such comparison.")


class DetectionForm(BaseModel):
    """Which scenes to compare."""

    before: int = Field(ge=1, lt=2**63)
    after: int = Field(ge=1, lt=2**63)
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


@router.post("", status_code=202)
def compare_scenes(
    form: DetectionForm, response: Response, runtime: TheRuntime, principal: CurrentPrincipal
) -> DetectionAnswer:
    """Find what changed between two scenes and import it (自检); 200 when that is done already."""
    require(principal, Action.MANAGE_SCENES)
    require(principal, Action.IMPORT_LAYERS)
    pairing = Pairing(form.before, form.after, form.least_area_m2)
    detection, fresh = ask_for_detection(runtime, principal, pairing)
    if not fresh:
        response.status_code = 200
    return DetectionAnswer.of(detection)


@router.get("")
def get_detections(
    request: Request,
    session: ReadingSession,
    principal: CurrentPrincipal,
    limit: Limit = DEFAULT_LIMIT,
    after: After = None,
) -> DetectionPage:
    """Comparisons, last asked for first."""
    require(principal, Action.READ_IMPORTS)
    cursor = decode_cursor(after, int)
    statement = select(SceneDetection).order_by(SceneDetection.id.desc()).limit(limit + 1)
    if cursor:
        statement = statement.where(SceneDetection.id < int(cursor[0]))
    found = session.scalars(statement).all()
    more = encode_cursor(found[limit - 1].id) if len(found) > limit else None
    items = [DetectionAnswer.of(detection) for detection in found[:limit]]
    return DetectionPage(items=items, next=next_link(request, more))


@router.get("/{detection_id}")
def get_detection(
    session: ReadingSession, principal: CurrentPrincipal, detection_id: RowId
) -> DetectionAnswer:
    """One comparison and how far it is."""
    require(principal, Action.READ_IMPORTS)
    detection = session.get(SceneDetection, detection_id)
    if detection is None:
        raise NotFound(NO_DETECTION)
    return DetectionAnswer.of(detection)
