"""Personal API tokens: made by their owner, shown once, revoked by owner or administrator."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from service import clock
from service.accounts.events import EventKind, note_event
from service.accounts.models import Account, ApiToken
from service.accounts.passwords import hash_secret
from service.accounts.permissions import Action, allowed
from service.accounts.roles import Principal
from service.errors import Conflict, NotFound
from spatial.messages import Message

PREFIX = "plw_"
"""By this a token is told from a password and found in places where it should not be."""
MOST = 50
USE_NOTED_EVERY = timedelta(minutes=10)


def make_token(
    session: Session, owner: Principal, name: str, days: int | None
) -> tuple[ApiToken, str]:
    """A new token of the owner and its secret text, which is never shown again.

    Raises:
        Conflict: when the owner has too many.
    """
    account_id = _account_id(owner)
    if len(tokens_of(session, account_id)) >= MOST:
        raise Conflict(
            Message(
                f"有效令牌不能超过 {MOST} 个，请先撤销不用的。",
                f"There are {MOST} tokens already; revoke those not in use.",
            )
        )
    text = PREFIX + secrets.token_urlsafe(32)
    now = clock.now()
    token = ApiToken(
        account_id=account_id,
        name=name,
        token_hash=hash_secret(text),
        created_at=now,
        expires_at=now + timedelta(days=days) if days else None,
    )
    session.add(token)
    session.flush()
    note_event(session, account_id, owner, EventKind.TOKEN_MADE, _told(token))
    return token, text


def tokens_of(session: Session, account_id: int) -> Sequence[ApiToken]:
    """The tokens of an account that are not revoked, newest first."""
    statement = (
        select(ApiToken)
        .where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id.desc())
    )
    return session.scalars(statement).all()


def revoke_token(session: Session, actor: Principal, token_id: int) -> None:
    """Revoke a token: the owner's own, or anybody's by an administrator.

    Raises:
        NotFound: when there is none, or it is another's.
    """
    token = session.get(ApiToken, token_id, with_for_update=True)
    own = token is not None and token.account_id == actor.account_id
    if token is None or not (own or allowed(actor, Action.MANAGE_ACCOUNTS)):
        raise NotFound(Message("没有这个令牌。", "There is no such token."))
    if token.revoked_at is not None:
        return
    token.revoked_at = clock.now()
    note_event(session, token.account_id, actor, EventKind.TOKEN_REVOKED, _told(token))
    _tell_of_change(session, token.account_id)


def revoke_all(session: Session, account_id: int) -> None:
    """Revoke every token of an account."""
    session.execute(
        update(ApiToken)
        .where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    _tell_of_change(session, account_id)


def account_of_api_token(session: Session, text: str) -> Account | None:
    """The account whose token this is, when it still counts; notes now and then that it is used.

    Commits when it notes the use.
    """
    now = clock.now()
    found = session.execute(
        select(ApiToken, Account)
        .join(Account, Account.id == ApiToken.account_id)
        .where(
            ApiToken.token_hash == hash_secret(text),
            ApiToken.revoked_at.is_(None),
            or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now),
            Account.disabled_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    token, account = found
    if token.last_used_at is None or now - token.last_used_at > USE_NOTED_EVERY:
        token.last_used_at = now
        session.commit()
    return account


def _told(token: ApiToken) -> dict[str, object]:
    return {"token": token.id, "name": token.name}


def _tell_of_change(session: Session, account_id: int) -> None:
    session.execute(
        update(Account).where(Account.id == account_id).values(credentials_changed_at=clock.now())
    )


def _account_id(owner: Principal) -> int:
    if owner.account_id is None:
        raise NotFound(Message("没有这个账号。", "There is no such account."))
    return owner.account_id
