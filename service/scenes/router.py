"""Scenes over HTTP: send one, list them, tiles, and the pictures of a case."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from service.accounts.permissions import Action, require
from service.cases.queries import find_case
from service.dependencies import CurrentPrincipal, ReadingSession, TheRuntime
from service.errors import InvalidParameter
from service.features.dependencies import TheBoxes
from service.features.state import tag_matches
from service.files.form_dependencies import form_documentation, validated
from service.files.receiving import FormReceiver
from service.imports.form_dependencies import NO_FILE, received
from service.paging import RowId, ThePage
from service.scenes.arriving import Arrival
from service.scenes.pictures import Which, case_chip, chip_key
from service.scenes.queries import find_scene, list_scenes, serving
from service.scenes.schemas import (
    SceneAnswer,
    SceneForm,
    ScenePage,
    SentAnswer,
    ServingAnswer,
)
from service.scenes.taking_in import take_in

router = APIRouter(tags=["scenes"])
PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}


async def scene_upload(
    request: Request, runtime: TheRuntime, principal: CurrentPrincipal
) -> AsyncIterator[FormReceiver]:
    """The form of a scene, when the caller may send one."""
    require(principal, Action.MANAGE_SCENES)
    async with received(request, runtime) as form:
        if form.filename is None or form.stored.size == 0:
            raise InvalidParameter("file", NO_FILE)
        yield form


@router.post(
    "/scenes",
    status_code=202,
    responses={200: {"description": "There already", "model": SentAnswer}},
    openapi_extra=form_documentation(SceneForm),
)
def send_scene(
    response: Response,
    form: Annotated[FormReceiver, Depends(scene_upload)],
    runtime: TheRuntime,
    principal: CurrentPrincipal,
) -> SentAnswer:
    """Take a scene in, or those of a zip; 202 until it is ready, 200 when it is there already."""
    wish = validated(SceneForm, form.fields)
    sent = Arrival(form.path, form.filename or "scene.tif", movable=True)
    admitted = take_in(runtime, sent, wish.wish(), account_id=principal.account_id)
    if not any(one.fresh for one in admitted):
        response.status_code = 200
    return SentAnswer.of_all([one.scene for one in admitted])


@router.get("/scenes")
def get_scenes(
    session: ReadingSession,
    principal: CurrentPrincipal,
    boxes: TheBoxes,
    asked: ThePage,
    since: Annotated[date | None, Query(alias="from")] = None,
    until: Annotated[date | None, Query(alias="to")] = None,
) -> ScenePage:
    """The scenes that the caller may see, last sent first."""
    require(principal, Action.READ_MAP)
    found = list_scenes(
        session, principal, boxes=boxes, since=since, until=until,
        before_id=asked.after, limit=asked.rows_to_read,
    )  # fmt: skip
    page, following = asked.cut(found, lambda scene: scene.id)
    return ScenePage(items=[SceneAnswer.of(scene) for scene in page], next=following)


@router.get("/scenes/{scene_id}")
def get_scene(session: ReadingSession, principal: CurrentPrincipal, scene_id: RowId) -> SceneAnswer:
    """One scene and how far it is."""
    require(principal, Action.READ_MAP)
    return SceneAnswer.of(find_scene(session, principal, scene_id))


@router.get("/cases/{case_id}/scenes")
def get_case_scenes(
    session: ReadingSession, principal: CurrentPrincipal, case_id: RowId
) -> ServingAnswer:
    """Which scenes show a case before and after."""
    require(principal, Action.READ_CASES)
    found = serving(session, find_case(session, principal, case_id))
    before, after = (scene and SceneAnswer.of(scene) for scene in (found.before, found.after))
    return ServingAnswer(before=before, after=after)


@router.get(
    "/cases/{case_id}/chips/{which}.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, 304: {"description": "unchanged"}},
)
def get_chip(
    request: Request,
    session: ReadingSession,
    runtime: TheRuntime,
    principal: CurrentPrincipal,
    case_id: RowId,
    which: Annotated[Which, Path()],
) -> Response:
    """The ground of a case before, after, or both side by side."""
    require(principal, Action.READ_CASES)
    listed = find_case(session, principal, case_id)
    found = serving(session, listed)
    tag = f'W/"{chip_key(listed, found, which)[:32]}"'
    headers = PRIVATE | {"ETag": tag}
    if tag_matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    content = case_chip(runtime, listed, found, which)
    return Response(content, media_type="image/png", headers=headers)
