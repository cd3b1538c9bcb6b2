"""Screening again by hand, over HTTP."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from service.dependencies import CurrentPrincipal, TheRuntime
from service.paging import RowId
from service.screening.batches import screen_again
from service.screening.schemas import ScreeningAnswer

router = APIRouter(tags=["imports"])


@router.post("/imports/{import_id}/screen")
def post_screen(
    runtime: TheRuntime,
    principal: CurrentPrincipal,
    import_id: RowId,
) -> ScreeningAnswer:
    """Screen a batch once more against the base layers now in force."""
    with runtime.database.transaction() as session:
        counts = screen_again(session, import_id, principal, runtime.settings)
    return ScreeningAnswer(**asdict(counts))
