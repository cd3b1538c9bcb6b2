"""Passwords and secrets: argon2, never stored in clear."""

from __future__ import annotations

import hashlib
import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.errors import InvalidParameter
from spatial.messages import Message

SHORTEST = 8
LONGEST = 200

hasher = PasswordHasher()
# Each hash takes 64 MiB: a crowd of wrong passwords must not take the machine's memory.
_at_once = BoundedSemaphore(4)


def hash_password(password: str) -> str:
    """An argon2id hash with its parameters."""
    with _at_once:
        return hasher.hash(password)


def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether the password is the hashed one; spends the same time for unknown accounts."""
    if len(password) > LONGEST:
        return False
    try:
        with _at_once:
            fits = hasher.verify(password_hash or _DUMMY, password)
    except (VerificationError, InvalidHashError):
        return False
    return fits and password_hash is not None


def check_new_password(username: str, password: str) -> None:
    """Refuse a password that is too easily guessed.

    Raises:
        InvalidParameter: saying what a password needs.
    """
    if not SHORTEST <= len(password) <= LONGEST or password.casefold() == username.casefold():
        raise InvalidParameter(
            "password",
            Message(
                f"密码长度应为 {SHORTEST} 至 {LONGEST} 个字符，且不能与用户名相同。",
                f"A password has {SHORTEST} to {LONGEST} characters and is not the user name.",
            ),
        )


def generate_password() -> str:
    """A random password that can be read out and typed."""
    return "-".join(secrets.token_hex(3) for _ in range(3))


def hash_secret(secret: str) -> str:
    """The hash of a long random secret; nobody can guess it, so it needs no slow one."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


_DUMMY = hasher.hash(secrets.token_hex(8))
