"""Screening patches for a reason, and bringing the cases in line with what was found."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from service.accounts.roles import SYSTEM, Principal
from service.cases.raising.changes import Cause
from service.cases.raising.from_run import raise_or_join
from service.database.engine import through_indexes
from service.screening.collecting import collection_paused
from service.screening.running import run_overlay
from service.screening.storing import OUTSIDE_VILLAGES
from service.screening.versions import BaseVersions
from service.settings import Settings
from spatial.rules.model import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Why patches are screened.

    ``reason``: import, base-changed or by-hand; ``sentence`` says the same to people, Chinese.
    """

    reason: str
    sentence: str
    actor: Principal = SYSTEM
    batch_id: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningCounts:
    """What became of the patches screened: cases by number, the rest by patches."""

    run_id: uuid.UUID
    patches: int
    cases_raised: int
    cases_joined: int
    slivers: int
    not_farmland: int
    outside_villages: int


def screen_patches(
    session: Session,
    patch_ids: Sequence[int],
    occasion: Occasion,
    versions: BaseVersions,
    settings: Settings,
) -> ScreeningCounts:
    """Run the overlay over patches and raise, join or change their cases.

    The transaction must hold the publishing lock from before ``versions`` were read.
    """
    with collection_paused(), through_indexes(session):
        run = run_overlay(
            session,
            patch_ids,
            reason=occasion.reason,
            batch_id=occasion.batch_id,
            versions=versions,
            limits=settings.screening,
        )
        cause = Cause(
            run=run.facts,
            actor=occasion.actor,
            reason=occasion.reason,
            sentence=occasion.sentence,
            detail=occasion.detail,
        )
        counts = raise_or_join(session, run.sightings, run.screened, cause, settings)
    return ScreeningCounts(
        run_id=run.facts.id,
        patches=len(run.screened),
        cases_raised=counts.raised,
        cases_joined=counts.joined,
        slivers=run.outcomes[Outcome.SLIVER.value],
        not_farmland=run.outcomes[Outcome.NOT_FARMLAND.value],
        outside_villages=run.outcomes[OUTSIDE_VILLAGES],
    )
