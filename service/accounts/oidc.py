"""Logging in through OpenID Connect: authorization code flow with PKCE (RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import jwt
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock
from service.accounts.directory import principal_of
from service.accounts.events import EventKind, note_event
from service.accounts.models import Account
from service.accounts.oidc_provider import REFUSED, discover, exchange_code, read_id_token
from service.accounts.tokens import ALGORITHM
from service.errors import NotAuthenticated, NotFound
from service.settings import Settings
from spatial.messages import Message

LOGIN_LASTS = timedelta(minutes=10)
PURPOSE = "oidc-login"


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where to send the browser, and what it has to bring back (a signed cookie)."""

    address: str
    keepsake: str


@dataclass(frozen=True, slots=True)
class _Login:
    state: str
    nonce: str
    verifier: str


def begin_login(settings: Settings, redirect_uri: str) -> Beginning:
    """Start a login at the configured provider.

    Raises:
        NotFound: when no provider is configured.
        Unavailable: when it does not answer.
    """
    if settings.oidc.issuer is None:
        raise NotFound(Message("未配置统一身份认证。", "No identity provider is configured here."))
    provider = discover(settings.oidc)
    login = _Login(*(secrets.token_urlsafe(48) for _ in range(3)))
    digest = hashlib.sha256(login.verifier.encode()).digest()
    question = {
        "response_type": "code",
        "client_id": settings.oidc.client_id,
        "redirect_uri": redirect_uri,
        "scope": settings.oidc.scopes,
        "state": login.state,
        "nonce": login.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in provider.authorization_endpoint else "?"
    address = provider.authorization_endpoint + joint + urlencode(question)
    return Beginning(address, _keep(settings, login))


def finish_login(
    settings: Settings, keepsake: str | None, state: str, code: str, redirect_uri: str
) -> Mapping[str, Any]:
    """The claims about who came back from the provider.

    Raises:
        NotAuthenticated: when it is not the login that this browser began, or was refused.
        Unavailable: when the provider does not answer.
    """
    login = _recall(settings, keepsake)
    if login is None or not hmac.compare_digest(login.state.encode(), state.encode()):
        raise NotAuthenticated(REFUSED)
    provider = discover(settings.oidc)
    id_token = exchange_code(settings.oidc, provider, code, login.verifier, redirect_uri)
    return read_id_token(settings.oidc, provider, id_token, login.nonce)


def account_of_claims(session: Session, settings: Settings, claims: Mapping[str, Any]) -> Account:
    """The account that the claims are of; at the first login the one made for that name.

    Only an account without a password is taken by its name, and only once: a name at the
    provider can be changed by its bearer, the subject cannot.

    Raises:
        NotAuthenticated: when no account here fits.
    """
    subject = f"{claims['iss']}|{claims['sub']}"
    account = session.scalar(select(Account).where(Account.external_subject == subject))
    if account is None:
        account = _made_for(session, str(claims.get(settings.oidc.username_claim, "")))
        if account is not None:
            account.external_subject = subject
            bound = {"subject": subject}
            note_event(session, account.id, principal_of(account), EventKind.BOUND, bound)
    if account is None or account.disabled_at is not None:
        raise NotAuthenticated(
            Message(
                "本系统没有与您的统一身份对应的账号，请联系管理员。",
                "No account here belongs to your identity; ask an administrator.",
            )
        )
    return account


def _made_for(session: Session, username: str) -> Account | None:
    if "\0" in username:
        return None
    statement = select(Account).where(
        Account.username == username,
        Account.password_hash.is_(None),
        Account.external_subject.is_(None),
        Account.disabled_at.is_(None),
    )
    return session.scalar(statement.with_for_update())


def _keep(settings: Settings, login: _Login) -> str:
    payload = asdict(login) | {"aud": PURPOSE, "until": (clock.now() + LOGIN_LASTS).timestamp()}
    return jwt.encode(payload, settings.secret("token-key"), ALGORITHM)


def _recall(settings: Settings, keepsake: str | None) -> _Login | None:
    try:
        payload = jwt.decode(
            keepsake or "", settings.secret("token-key"), [ALGORITHM], audience=PURPOSE
        )
    except jwt.InvalidTokenError:
        return None
    if payload["until"] < clock.now().timestamp():
        return None
    return _Login(payload["state"], payload["nonce"], payload["verifier"])
