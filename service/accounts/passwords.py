"""Passwords and secrets: argon2, never stored in clear."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """An argon2id hash with its parameters."""
    return _hasher.hash(password)


def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether the password is the hashed one; spends the same time for unknown accounts."""
    try:
        return _hasher.verify(password_hash or _DUMMY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def generate_password() -> str:
    """A random password that can be read out and typed."""
    return "-".join(secrets.token_hex(3) for _ in range(3))


_DUMMY = _hasher.hash(secrets.token_hex(8))
