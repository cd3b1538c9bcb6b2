"""Villages over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from service.accounts.permissions import Action, require
from service.dependencies import CurrentPrincipal, ReadingSession
from service.villages.queries import list_villages
from service.villages.schemas import VillageAnswer, VillageList

router = APIRouter(prefix="/villages", tags=["villages"])


@router.get("")
def get_villages(session: ReadingSession, principal: CurrentPrincipal) -> VillageList:
    """The villages that the caller may see."""
    require(principal, Action.READ_MAP)
    found = list_villages(session, principal)
    return VillageList(items=[VillageAnswer.of(listed) for listed in found])
