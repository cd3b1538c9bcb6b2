"""A client that nobody has logged in, and quick ways to be somebody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.conftest import PASSWORD

Login = Callable[..., Response]


@pytest.fixture
def log_in(client: TestClient) -> Login:
    """Ask for a token by name and password."""
    client.auth = None

    def ask(username: str, password: str = PASSWORD) -> Response:
        return client.post("/api/auth/token", data={"username": username, "password": password})

    return ask


def bearer(answer: Response) -> dict[str, str]:
    """The header that carries the token of an answer."""
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}
