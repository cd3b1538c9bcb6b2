"""Short-lived access tokens, signed with the home's key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

from service import clock
from service.settings import Settings

ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """What a token says: the account, the epoch of its sessions, and when it logged in."""

    account_id: int
    epoch: int
    logged_in_at: datetime


def issue_token(
    settings: Settings, account_id: int, epoch: int, logged_in_at: datetime | None = None
) -> tuple[str, int]:
    """A token and its life in seconds; it never outlives the session that began with the login."""
    now = clock.now()
    began = logged_in_at or now
    end = min(
        now + timedelta(minutes=settings.token_minutes),
        began + timedelta(hours=settings.login.session_hours),
    )
    payload = {
        "sub": str(account_id),
        "epoch": epoch,
        "auth_time": int(began.timestamp()),
        "iat": now,
        "exp": end,
    }
    token = jwt.encode(payload, settings.secret("token-key"), ALGORITHM)
    return token, int((end - now).total_seconds())


def read_token(settings: Settings, token: str) -> TokenClaims | None:
    """What a token says; None when it is forged, malformed or past its time."""
    try:
        payload = jwt.decode(
            token,
            settings.secret("token-key"),
            [ALGORITHM],
            # Expiry is judged by the service's own clock, which tests move.
            options={
                "require": ["sub", "exp", "epoch", "auth_time"],
                "verify_exp": False,
                "verify_iat": False,
            },
        )
        if payload["exp"] < clock.now().timestamp():
            return None
        began = datetime.fromtimestamp(payload["auth_time"], UTC)
        return TokenClaims(int(payload["sub"]), int(payload["epoch"]), began)
    except (jwt.InvalidTokenError, ValueError):
        return None
