"""Comparisons of two scenes over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from service.accounts.permissions import Action, require
from service.dependencies import CurrentPrincipal, ReadingSession, TheRuntime
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
    request: Request,
    session: ReadingSession,
    principal: CurrentPrincipal,
    limit: Limit = DEFAULT_LIMIT,
    after: After = None,
) -> DetectionPage:
    """Comparisons, last asked for first."""
    require(principal, Action.READ_IMPORTS)
    cursor = decode_cursor(after, int)
    before_id = int(cursor[0]) if cursor else None
    found = list_detections(session, before_id=before_id, limit=limit + 1)
    more = encode_cursor(found[limit - 1].id) if len(found) > limit else None
    items = [DetectionAnswer.of(detection) for detection in found[:limit]]
    return DetectionPage(items=items, next=next_link(request, more))


@router.get("/{detection_id}")
def get_detection(
    session: ReadingSession, principal: CurrentPrincipal, detection_id: RowId
) -> DetectionAnswer:
    """One comparison and how far it is."""
    require(principal, Action.READ_IMPORTS)
    return DetectionAnswer.of(find_detection(session, detection_id))
