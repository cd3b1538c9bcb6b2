"""Links that log an account in once: for the demo, and for the way back from OpenID Connect."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service import clock
from service.accounts.directory import find_account
from service.accounts.models import Account, LoginLink
from service.accounts.passwords import hash_secret
from service.errors import NotAuthenticated, NotFound
from service.runtime import Runtime
from service.settings import Settings
from spatial.messages import Message

PAGE = "/login#link="
"""Where the page takes up a code; behind the ``#`` it is in no log on the way."""


def login_link(runtime: Runtime, username: str, address: str) -> str:
    """A link on the page at ``address`` that logs the account in, once and soon.

    Raises:
        NotFound: when there is no such account.
    """
    with runtime.database.transaction() as session:
        account = find_account(session, username)
        if account is None:
            raise NotFound(
                Message(f"没有用户 {username}。", f"There is no user called {username}.")
            )
        return address.rstrip("/") + PAGE + issue_code(session, runtime.settings, account)


def issue_code(session: Session, settings: Settings, account: Account) -> str:
    """A code that :func:`redeem_code` takes once, within the configured minutes."""
    code = secrets.token_urlsafe(32)
    session.add(
        LoginLink(
            code_hash=hash_secret(code),
            account_id=account.id,
            expires_at=clock.now() + timedelta(minutes=settings.login.link_minutes),
        )
    )
    return code


def redeem_code(session: Session, code: str) -> Account:
    """The account of a code, which is spent with it.

    Raises:
        NotAuthenticated: when it was spent, is too old or never was.
    """
    used = session.execute(
        delete(LoginLink)
        .where(LoginLink.code_hash == hash_secret(code))
        .returning(LoginLink.account_id, LoginLink.expires_at)
    ).one_or_none()
    account = session.get(Account, used.account_id) if used else None
    in_time = used is not None and used.expires_at > clock.now()
    if account is None or not in_time or account.disabled_at is not None:
        raise NotAuthenticated(
            Message(
                "一次性链接已失效或已被使用，请用用户名和密码登录。",
                "This one-time link has expired or was used; log in with your password.",
            )
        )
    return account


def forget_expired(session: Session) -> None:
    """Drop links that nobody used in time."""
    session.execute(delete(LoginLink).where(LoginLink.expires_at < clock.now()))
