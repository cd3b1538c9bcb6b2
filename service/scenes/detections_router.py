"""Comparisons of two scenes over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Response

from service.accounts.permissions import Action, require
from service.dependencies import CurrentPrincipal, ReadingSession, TheRuntime
from service.paging import RowId, ThePage
from service.scenes.detecting import Pairing
from service.scenes.queries import find_detection, list_detections
from service.scenes.schemas import DetectionAnswer, DetectionForm, DetectionPage
from service.scenes.submitting import ask_for_detection

router = APIRouter(prefix="/scenes/detections", tags=["scenes"])


@router.post(
    "",
    status_code=202,
    responses={200: {"description": "Done already", "model": DetectionAnswer}},
)
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
    session: ReadingSession,
    principal: CurrentPrincipal,
    asked: ThePage,
) -> DetectionPage:
    """Comparisons, last asked for first."""
    require(principal, Action.READ_IMPORTS)
    found = list_detections(session, before_id=asked.after, limit=asked.rows_to_read)
    page, following = asked.cut(found, lambda detection: detection.id)
    items = [DetectionAnswer.of(detection) for detection in page]
    return DetectionPage(items=items, next=following)


@router.get("/{detection_id}")
def get_detection(
    session: ReadingSession, principal: CurrentPrincipal, detection_id: RowId
) -> DetectionAnswer:
    """One comparison and how far it is."""
    require(principal, Action.READ_IMPORTS)
    return DetectionAnswer.of(find_detection(session, detection_id))
