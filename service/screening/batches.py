"""Batches of patches screened: when they are imported, and again by hand."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import Action, require
from service.accounts.roles import Principal
from service.errors import NotFound
from service.layers.versions import lock_publishing
from service.patches.models import Patch
from service.screening.occasions import Occasion, ScreeningCounts, screen_patches
from service.screening.versions import versions_in_force
from service.settings import Settings
from spatial.messages import Message


def screen_batch(session: Session, import_id: int, settings: Settings) -> ScreeningCounts:
    """Screen the patches that an import brought or changed, and raise or join their cases.

    Works in the session's transaction and sees what it has written, unpublished as it is.
    """
    occasion = Occasion(
        reason="import",
        sentence=f"批次 {import_id} 导入套合",
        batch_id=import_id,
        detail={"batch_id": import_id},
    )
    return _screen(session, patches_of(session, import_id), occasion, settings)


def screen_again(
    session: Session, import_id: int, actor: Principal, settings: Settings
) -> ScreeningCounts:
    """Screen a batch once more against the base layers now in force.

    The same versions give the same findings, in everything but run and time.

    Raises:
        NotAllowed: when the actor may not.
        NotFound: when no patch is of that batch.
    """
    require(actor, Action.SCREEN_AGAIN)
    lock_publishing(session)
    patch_ids = patches_of(session, import_id)
    if not patch_ids:
        raise NotFound(
            Message(
                f"没有批次 {import_id}，或该批次没有图斑。",
                f"There is no batch {import_id}, or it holds no patches.",
            )
        )
    occasion = Occasion(
        reason="by-hand",
        sentence=f"人工重新套合批次 {import_id}",
        actor=actor,
        batch_id=import_id,
        detail={"batch_id": import_id},
    )
    return _screen(session, patch_ids, occasion, settings)


def patches_of(session: Session, import_id: int) -> Sequence[int]:
    """The patches that a batch was the last to bring or change."""
    return session.scalars(
        select(Patch.id).where(Patch.batch_id == import_id).order_by(Patch.id)
    ).all()


def _screen(
    session: Session, patch_ids: Sequence[int], occasion: Occasion, settings: Settings
) -> ScreeningCounts:
    # Taken before the versions are read: what is in force stays so until this commits.
    lock_publishing(session)
    return screen_patches(session, patch_ids, occasion, versions_in_force(session), settings)
