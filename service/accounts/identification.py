"""Who is behind a request: Bearer token, HTTP Basic, or ``X-API-Key``.

A personal API token serves in all three places; in HTTP Basic it stands for the password.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from sqlalchemy.orm import Session

from service.accounts.api_tokens import PREFIX, account_of_api_token
from service.accounts.directory import find_account, principal_of
from service.accounts.events import note_login
from service.accounts.lockout import count_try, take_back
from service.accounts.models import Account
from service.accounts.passwords import verify_password
from service.accounts.roles import Principal
from service.accounts.tokens import read_token
from service.accounts.verified import verified
from service.errors import InvalidParameter, NotAuthenticated
from service.settings import Settings
from spatial.messages import Message

LOG_IN = Message("请先登录。", "Log in first.")
WRONG = Message(
    "登录已过期或凭据不正确，请重新登录。",
    "The login has expired or the credentials are wrong; log in again.",
)
NO_SUCH_LOGIN = Message(
    "用户名或密码不正确，请核对后重试；忘记密码请联系系统管理员重置。",
    "The user name or the password is wrong; try again, or ask your administrator to reset it.",
)


def identify(
    session: Session, settings: Settings, headers: Mapping[str, str], address: str = ""
) -> Principal:
    """The principal that the request's headers prove; ``address`` is the client's.

    The session must hold nothing else: failed tries are committed in it.

    Raises:
        NotAuthenticated: without credentials, or with wrong ones.
        TooManyRequests: when name or address are locked after too many wrong passwords.
    """
    scheme, _, value = headers.get("authorization", "").partition(" ")
    value = value.strip()
    if key := headers.get("x-api-key"):
        account = account_of_api_token(session, key.strip())
    elif scheme.lower() == "bearer":
        account = account_of_token(session, settings, value)
    elif scheme.lower() == "basic":
        account = _account_of_basic(session, settings, value, address)
    else:
        raise NotAuthenticated(LOG_IN)
    if account is None:
        raise NotAuthenticated(WRONG)
    return principal_of(account)


def account_of_token(session: Session, settings: Settings, token: str) -> Account | None:
    """The account a token was made for, when it still counts."""
    if token.startswith(PREFIX):
        return account_of_api_token(session, token)
    claims = read_token(settings, token)
    if claims is None:
        return None
    return _current(session, claims.account_id, claims.epoch)


def log_in(
    session: Session, settings: Settings, username: str, password: str, address: str
) -> Account:
    """The account of a name and password.

    The session must hold nothing else: the try is committed in it before the password is looked at.

    Raises:
        NotAuthenticated: when they do not fit, or the account is disabled.
        TooManyRequests: when name or address are locked after too many wrong passwords.
    """
    if "\0" in username:
        raise NotAuthenticated(NO_SUCH_LOGIN)
    count_try(session, settings.login, username, address)
    session.commit()
    account = find_account(session, username)
    known = verify_password(password, account.password_hash if account else None)
    if account is None or not known or account.disabled_at is not None:
        raise NotAuthenticated(NO_SUCH_LOGIN)
    take_back(session, settings.login, username, address)
    note_login(session, account, address)
    session.commit()
    verified.remember(username, password, account.id, account.session_epoch)
    return account


def confirm_password(
    session: Session, settings: Settings, actor: Principal, password: str, address: str
) -> None:
    """Refuse a password that is not the actor's own; wrong ones count as those of logging in.

    Otherwise a stolen session could try out passwords without end. The session must hold nothing
    else: the try is committed in it before the password is looked at.

    Raises:
        InvalidParameter: when it is another.
        TooManyRequests: when name or address are locked after too many wrong passwords.
    """
    count_try(session, settings.login, actor.username, address)
    session.commit()
    account = find_account(session, actor.username)
    if not verify_password(password, account.password_hash if account else None):
        raise InvalidParameter(
            "current", Message("当前密码不正确。", "The current password is wrong.")
        )
    take_back(session, settings.login, actor.username, address)
    session.commit()


def _account_of_basic(
    session: Session, settings: Settings, value: str, address: str
) -> Account | None:
    try:
        username, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if password.startswith(PREFIX):
        account = account_of_api_token(session, password)
        return account if account and account.username == username else None
    if proof := verified.recall(username, password):
        account = _current(session, *proof)
        # The number may mean somebody else by now: the database was restored, or is another.
        if account is not None and account.username == username:
            return account
    return log_in(session, settings, username, password, address)


def _current(session: Session, account_id: int, epoch: int) -> Account | None:
    """The account, unless it is disabled or its sessions were ended since."""
    account = session.get(Account, account_id)
    if account is None or account.disabled_at is not None:
        return None
    return account if account.session_epoch == epoch else None
