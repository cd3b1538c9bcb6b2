"""Who is behind a request: Bearer token, HTTP Basic, or ``X-API-Key``."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from sqlalchemy.orm import Session

from service.accounts.directory import check_password, principal_of
from service.accounts.models import Account
from service.accounts.roles import Principal
from service.accounts.tokens import read_token
from service.errors import NotAuthenticated
from service.settings import Settings
from spatial.messages import Message

LOG_IN = Message("请先登录。", "Log in first.")
WRONG = Message(
    "登录已过期或凭据不正确，请重新登录。",
    "The login has expired or the credentials are wrong; log in again.",
)


def identify(session: Session, settings: Settings, headers: Mapping[str, str]) -> Principal:
    """The principal that the request's headers prove.

    Raises:
        NotAuthenticated: without credentials, or with wrong ones.
    """
    scheme, _, value = headers.get("authorization", "").partition(" ")
    value = value.strip()
    if scheme.lower() == "bearer":
        account = account_of_token(session, settings, value)
    elif scheme.lower() == "basic":
        account = _account_of_basic(session, value)
    else:
        raise NotAuthenticated(LOG_IN)
    if account is None:
        raise NotAuthenticated(WRONG)
    return principal_of(account)


def account_of_token(
    session: Session, settings: Settings, token: str, purpose: str = "access"
) -> Account | None:
    """The account a token was made for, when it still counts."""
    claims = read_token(settings, token)
    if claims is None or claims.purpose != purpose:
        return None
    account = session.get(Account, claims.account_id)
    if account is None or account.disabled_at is not None:
        return None
    return account if account.session_epoch == claims.epoch else None


def _account_of_basic(session: Session, value: str) -> Account | None:
    try:
        username, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return check_password(session, username, password)
