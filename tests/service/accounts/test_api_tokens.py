"""Personal API tokens: shown once, good in three places, gone when revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from service import clock
from service.accounts.models import ApiToken
from service.runtime import Runtime
from tests.conftest import PASSWORD


@pytest.fixture
def made(client: TestClient) -> dict[str, Any]:
    """A token of the village's account; the client is nobody afterwards."""
    client.auth = ("village", PASSWORD)
    made: dict[str, Any] = client.post("/api/me/tokens", json={"name": "QGIS", "days": 30}).json()
    client.auth = None
    return made


def who(client: TestClient, headers: dict[str, str]) -> tuple[int, str | None]:
    answer = client.get("/api/me", headers=headers)
    return answer.status_code, answer.json().get("username")


def test_a_token_is_good_as_key_as_bearer_and_as_password(
    client: TestClient, made: dict[str, Any]
) -> None:
    text = made["token"]
    assert who(client, {"X-API-Key": text}) == (200, "village")
    assert who(client, {"Authorization": f"Bearer {text}"}) == (200, "village")
    client.auth = ("village", text)
    assert who(client, {}) == (200, "village")
    client.auth = ("office", text)
    assert client.get("/api/me").status_code == 401


def test_only_its_hash_is_kept(runtime: Runtime, made: dict[str, Any]) -> None:
    with runtime.database.reading() as session:
        token = session.scalars(select(ApiToken)).one()
    assert made["token"] not in str(vars(token))


def test_a_list_shows_tokens_without_their_secret(client: TestClient, made: dict[str, Any]) -> None:
    client.auth = ("village", PASSWORD)
    (listed,) = client.get("/api/me/tokens").json()
    assert (listed["name"], "token" in listed) == ("QGIS", False)


def test_a_revoked_token_is_refused_at_once(client: TestClient, made: dict[str, Any]) -> None:
    client.auth = ("village", PASSWORD)
    assert client.delete(f"/api/me/tokens/{made['id']}").status_code == 204
    client.auth = None
    assert who(client, {"X-API-Key": made["token"]})[0] == 401


def test_a_revoked_token_is_refused_by_tiles_at_once(
    client: TestClient, made: dict[str, Any]
) -> None:
    headers = {"X-API-Key": made["token"]}
    assert client.get("/api/tiles/cases/10/0/0.pbf", headers=headers).status_code in (200, 204)
    client.auth = ("village", PASSWORD)
    client.delete(f"/api/me/tokens/{made['id']}")
    client.auth = None
    assert client.get("/api/tiles/cases/10/0/0.pbf", headers=headers).status_code == 401


def test_a_token_ends_with_its_days(client: TestClient, made: dict[str, Any]) -> None:
    with clock.moved(timedelta(days=31)):
        assert who(client, {"X-API-Key": made["token"]})[0] == 401


def test_a_token_of_a_removed_user_is_refused_also_when_the_user_returns(
    client: TestClient, made: dict[str, Any]
) -> None:
    village = client.get("/api/me", headers={"X-API-Key": made["token"]}).json()["id"]
    client.auth = ("admin", PASSWORD)
    assert client.post(f"/api/accounts/{village}/disable").status_code == 200
    client.auth = None
    assert who(client, {"X-API-Key": made["token"]})[0] == 401
    client.auth = ("admin", PASSWORD)
    assert client.post(f"/api/accounts/{village}/enable").status_code == 200
    client.auth = None
    assert who(client, {"X-API-Key": made["token"]})[0] == 401


def test_nobody_revokes_anothers_token_save_an_administrator(
    client: TestClient, made: dict[str, Any]
) -> None:
    client.auth = ("office", PASSWORD)
    assert client.delete(f"/api/me/tokens/{made['id']}").status_code == 404
    client.auth = ("admin", PASSWORD)
    assert client.delete(f"/api/me/tokens/{made['id']}").status_code == 204
    client.auth = None
    assert who(client, {"X-API-Key": made["token"]})[0] == 401


def test_a_token_shows_when_it_was_used(client: TestClient, made: dict[str, Any]) -> None:
    assert who(client, {"X-API-Key": made["token"]})[0] == 200
    client.auth = ("village", PASSWORD)
    (listed,) = client.get("/api/me/tokens").json()
    assert listed["last_used_at"] is not None
