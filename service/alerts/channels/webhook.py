"""Signed webhooks, after the Standard Webhooks convention.

Headers ``webhook-id`` (the message, the same at every attempt), ``webhook-timestamp`` (seconds
since 1970) and ``webhook-signature``: ``v1,`` and the base64 of HMAC-SHA256 over
``{id}.{timestamp}.{body}``. The key is the base64 behind ``whsec_`` in the subscription's secret,
decoded, so that the convention's libraries verify it. Any 2xx answer means received.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import ssl
from collections.abc import Sequence
from functools import cache
from urllib.parse import urlsplit

import httpx
import orjson

from service.alerts.addresses import checked_address
from service.alerts.channels.base import DeliveryFailed, Parcel
from service.errors import InvalidParameter
from service.settings import AlertSettings

SECRET_PREFIX = "whsec_"
KEY_BYTES = 32


@cache
def trusted_authorities() -> ssl.SSLContext:
    """Reading the authorities' certificates takes longer than all the rest of a delivery."""
    return httpx.create_ssl_context(trust_env=False)


def new_secret() -> str:
    """A fresh secret as the convention writes it."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature``."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _key(secret: str) -> bytes:
    if secret.startswith(SECRET_PREFIX):
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    # Subscriptions made before secrets had a prefix: their receivers know the text as the key.
    return secret.encode()


def check(target: str, allowed_networks: Sequence[str]) -> None:
    """Refuse an address that webhooks may not reach (see ``addresses``)."""
    checked_address(target, allowed_networks)


def send(parcel: Parcel, settings: AlertSettings) -> None:
    """Post the message.

    Raises:
        DeliveryFailed: unless the receiver answers 2xx in time.
    """
    body = orjson.dumps(parcel.content.data)
    timestamp = int(parcel.at.timestamp())
    headers = {
        "content-type": "application/json",
        "user-agent": "Plotwatch",
        "webhook-id": str(parcel.id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(parcel.secret, str(parcel.id), timestamp, body),
    }
    parts = urlsplit(parcel.target)
    try:
        host, port = checked_address(parcel.target, settings.allowed_networks)
        # Connect to the address that was checked; name and certificate stay the target's own.
        address = httpx.URL(parcel.target).copy_with(host=host, port=port)
        # Only how it answers counts: a body that trickles in would hold up all the others.
        with (
            httpx.Client(
                timeout=settings.timeout_seconds, trust_env=False, verify=trusted_authorities()
            ) as client,
            client.stream(
                "POST",
                address,
                content=body,
                headers={**headers, "host": parts.netloc},
                extensions={"sni_hostname": parts.hostname},
                follow_redirects=False,
            ) as answer,
        ):
            arrived, status = answer.is_success, answer.status_code
    except InvalidParameter as error:
        raise DeliveryFailed(error.message.en) from error
    except httpx.HTTPError as error:
        raise DeliveryFailed(f"{type(error).__name__}: {error}") from error
    if not arrived:
        raise DeliveryFailed(f"the receiver answered {status}")
