"""The OpenID Connect provider as this service talks to it: discovery, keys, tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import jwt

from service.errors import NotAuthenticated, Unavailable
from service.settings import OidcSettings
from spatial.messages import Message

DISCOVERY = "/.well-known/openid-configuration"
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
LEEWAY_SECONDS = 60

SILENT = Message(
    "统一身份认证服务暂时无法访问，请稍后再试，或用用户名和密码登录。",
    "The identity provider does not answer; try again later, or log in with a password.",
)
REFUSED = Message(
    "统一身份认证未通过，请重新登录。",
    "The identity provider did not confirm this login; start again.",
)


@dataclass(frozen=True, slots=True)
class Provider:
    """The addresses a provider announces."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


def discover(settings: OidcSettings) -> Provider:
    """What the configured issuer announces.

    Raises:
        Unavailable: when it does not answer, or announces another issuer.
    """
    issuer = settings.issuer or ""
    said = _get(settings, issuer.rstrip("/") + DISCOVERY)
    try:
        provider = Provider(
            str(said["issuer"]),
            str(said["authorization_endpoint"]),
            str(said["token_endpoint"]),
            str(said["jwks_uri"]),
        )
    except KeyError as error:
        raise Unavailable(SILENT) from error
    if provider.issuer != issuer:
        raise Unavailable(SILENT)
    return provider


def exchange_code(
    settings: OidcSettings, provider: Provider, code: str, verifier: str, redirect_uri: str
) -> str:
    """The ID token that the provider gives for an authorization code.

    Raises:
        NotAuthenticated: when it refuses.
        Unavailable: when it does not answer.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": settings.client_id,
        "code_verifier": verifier,
    }
    if settings.client_secret:
        form["client_secret"] = settings.client_secret
    try:
        answer = httpx.post(provider.token_endpoint, data=form, timeout=settings.timeout_seconds)
    except httpx.HTTPError as error:
        raise Unavailable(SILENT) from error
    if answer.is_server_error:
        raise Unavailable(SILENT)
    try:
        return str(answer.raise_for_status().json()["id_token"])
    except (httpx.HTTPStatusError, ValueError, KeyError, TypeError) as error:
        raise NotAuthenticated(REFUSED) from error


def read_id_token(
    settings: OidcSettings, provider: Provider, id_token: str, nonce: str
) -> Mapping[str, Any]:
    """The claims of an ID token: signed by the provider, for this service, for this login.

    Raises:
        NotAuthenticated: when any of that is not so.
        Unavailable: when the provider's keys cannot be had.
    """
    keys = _get(settings, provider.jwks_uri)
    try:
        wanted = jwt.get_unverified_header(id_token).get("kid")
        key = next(
            key for key in jwt.PyJWKSet.from_dict(dict(keys)).keys if wanted in (None, key.key_id)
        )
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key,
            algorithms=list(ALGORITHMS),
            audience=settings.client_id,
            issuer=provider.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
    except (jwt.PyJWTError, StopIteration, ValueError) as error:
        raise NotAuthenticated(REFUSED) from error
    if claims.get("nonce") != nonce or claims.get("azp", settings.client_id) != settings.client_id:
        raise NotAuthenticated(REFUSED)
    return claims


def _get(settings: OidcSettings, address: str) -> Mapping[str, Any]:
    try:
        answer = httpx.get(address, timeout=settings.timeout_seconds).raise_for_status().json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise Unavailable(SILENT) from error
    if not isinstance(answer, dict):
        raise Unavailable(SILENT)
    return answer
