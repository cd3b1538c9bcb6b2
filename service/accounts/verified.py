"""Passwords verified a moment ago: HTTP Basic sends them with every tile, argon2 is slow."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from service import clock

KEPT_FOR = timedelta(minutes=5)
KEPT = 1000


@dataclass(frozen=True, slots=True)
class _Proof:
    account_id: int
    epoch: int
    at: datetime


class VerifiedCredentials:
    """Which credentials were verified lately, known by a hash keyed with a secret of the process.

    A proof is worth nothing once the account's epoch has moved on: changing a password or
    ending sessions moves it. Safe to share between threads.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._proofs: OrderedDict[bytes, _Proof] = OrderedDict()
        self._lock = Lock()

    def remember(self, username: str, password: str, account_id: int, epoch: int) -> None:
        """Keep that this password was right for this epoch of the account."""
        with self._lock:
            self._proofs[self._name(username, password)] = _Proof(account_id, epoch, clock.now())
            while len(self._proofs) > KEPT:
                self._proofs.popitem(last=False)

    def recall(self, username: str, password: str) -> tuple[int, int] | None:
        """Account and epoch that these credentials were verified for lately."""
        with self._lock:
            proof = self._proofs.get(self._name(username, password))
        if proof is None or not timedelta() <= clock.now() - proof.at < KEPT_FOR:
            return None
        return proof.account_id, proof.epoch

    def _name(self, username: str, password: str) -> bytes:
        text = f"{len(username)}:{username}{password}"
        return hmac.new(self._key, text.encode(errors="replace"), hashlib.sha256).digest()


verified = VerifiedCredentials()
"""This process's own."""
