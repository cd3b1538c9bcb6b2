"""What was done to accounts, by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock
from service.accounts.models import AccountEvent
from service.accounts.roles import Principal


def note_event(
    session: Session,
    account_id: int,
    actor: Principal,
    kind: str,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write down, in the session's transaction, what the actor did to an account."""
    session.add(
        AccountEvent(
            account_id=account_id,
            at=clock.now(),
            actor_id=actor.account_id,
            actor=actor.username,
            kind=kind,
            data=dict(data or {}),
        )
    )


def events_of(session: Session, account_id: int) -> Sequence[AccountEvent]:
    """What was done to an account, newest first."""
    statement = (
        select(AccountEvent)
        .where(AccountEvent.account_id == account_id)
        .order_by(AccountEvent.id.desc())
    )
    return session.scalars(statement).all()
