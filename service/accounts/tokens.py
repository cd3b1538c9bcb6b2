"""Short-lived access tokens, signed with the home's key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import jwt

from service import clock
from service.settings import Settings

ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """What a token says: the account, and the epoch its sessions had when it was made."""

    account_id: int
    epoch: int
    purpose: str


def issue_token(
    settings: Settings, account_id: int, epoch: int, purpose: str = "access"
) -> tuple[str, int]:
    """A token and its life in seconds."""
    lifetime = timedelta(minutes=settings.token_minutes)
    now = clock.now()
    payload = {
        "sub": str(account_id),
        "epoch": epoch,
        "use": purpose,
        "iat": now,
        "exp": now + lifetime,
    }
    token = jwt.encode(payload, settings.secret("token-key"), ALGORITHM)
    return token, int(lifetime.total_seconds())


def read_token(settings: Settings, token: str) -> TokenClaims | None:
    """What a token says; None when it is forged, malformed or past its time."""
    try:
        payload = jwt.decode(
            token,
            settings.secret("token-key"),
            [ALGORITHM],
            # Expiry is judged by the service's own clock, which tests move.
            options={"require": ["sub", "exp", "epoch", "use"], "verify_exp": False,
                     "verify_iat": False},
        )  # fmt: skip
        if payload["exp"] < clock.now().timestamp():
            return None
        return TokenClaims(int(payload["sub"]), int(payload["epoch"]), str(payload["use"]))
    except (jwt.InvalidTokenError, ValueError):
        return None
