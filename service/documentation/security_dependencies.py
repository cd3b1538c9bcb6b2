"""The credentials that callers may send, as the OpenAPI document tells them.

They are read by ``service.accounts.identification``; here they are only described.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Request, Security
from fastapi.openapi.models import APIKey, APIKeyIn, HTTPBase, HTTPBearer
from fastapi.openapi.models import SecurityBase as SecurityModel
from fastapi.security.base import SecurityBase


class Described(SecurityBase):
    """A way to log in that is told in the document and asks nothing of a request."""

    def __init__(self, scheme_name: str, model: SecurityModel) -> None:
        self.scheme_name = scheme_name
        self.model = model

    def __call__(self, request: Request) -> None:
        """Nothing: who is behind a request is found elsewhere, in one place."""


BASIC = Described(
    "basic", HTTPBase(scheme="basic", description="User name, and password or personal token")
)
BEARER = Described("bearer", HTTPBearer(description="A session's token, or a personal token"))
KEY = Described(
    "key", APIKey(**{"in": APIKeyIn.header}, name="X-API-Key", description="A personal token")
)
ANY_OF_THEM: list[dict[str, list[str]]] = [{way.scheme_name: []} for way in (BASIC, BEARER, KEY)]
"""``security`` of an operation whose caller is found without FastAPI's help."""


def described_credentials(
    _basic: Annotated[None, Security(BASIC)],
    _bearer: Annotated[None, Security(BEARER)],
    _key: Annotated[None, Security(KEY)],
) -> None:
    """What an operation depends on for the document to say that any one of them is needed."""
