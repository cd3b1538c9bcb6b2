"""What was done to accounts, by whom, and when they logged in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service import clock
from service.accounts.directory import principal_of
from service.accounts.models import Account, AccountEvent
from service.accounts.roles import Principal

LOGIN_NOTED_EVERY = timedelta(minutes=10)
"""Programs log in again and again: from one address it is written down this often."""


class EventKind(StrEnum):
    """What can happen to an account."""

    MADE = "made"
    CHANGED = "changed"
    DISABLED = "disabled"
    ENABLED = "enabled"
    PASSWORD_RESET = "password-reset"
    PASSWORD_CHANGED = "password-changed"
    SESSIONS_ENDED = "sessions-ended"
    TOKEN_MADE = "token-made"
    TOKEN_REVOKED = "token-revoked"
    BOUND = "bound"
    LOGGED_IN = "logged-in"
    LOCKED_OUT = "locked-out"


def note_event(
    session: Session,
    account_id: int,
    actor: Principal,
    kind: EventKind,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write down, in the session's transaction, what the actor did to an account."""
    session.add(
        AccountEvent(
            account_id=account_id,
            at=clock.now(),
            actor_id=actor.account_id,
            actor=actor.username,
            kind=kind.value,
            data=dict(data or {}),
        )
    )


def note_login(session: Session, account: Account, address: str) -> None:
    """Write down that an account logged in from an address, unless that was just written down."""
    newest = select(AccountEvent).where(_is_login_of(account.id)).order_by(AccountEvent.id.desc())
    last = session.scalar(newest.limit(1))
    fresh = last is not None and clock.now() - last.at <= LOGIN_NOTED_EVERY
    if last is None or not fresh or last.data.get("address") != address:
        actor = principal_of(account)
        note_event(session, account.id, actor, EventKind.LOGGED_IN, {"address": address})


def last_login(account_id: InstrumentedAttribute[int]) -> ScalarSelect[datetime]:
    """When the account of a surrounding query last logged in."""
    newest = (
        select(AccountEvent.at).where(_is_login_of(account_id)).order_by(AccountEvent.id.desc())
    )
    return newest.limit(1).scalar_subquery()


def events_of(
    session: Session, account_id: int, *, limit: int, before: int | None = None
) -> Sequence[AccountEvent]:
    """Up to ``limit`` things that happened to an account, newest first, older than ``before``."""
    statement = (
        select(AccountEvent)
        .where(AccountEvent.account_id == account_id)
        .order_by(AccountEvent.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(AccountEvent.id < before)
    return session.scalars(statement).all()


def _is_login_of(account_id: int | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    kind = AccountEvent.kind == EventKind.LOGGED_IN.value
    return and_(AccountEvent.account_id == account_id, kind)
