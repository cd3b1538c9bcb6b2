"""Logging in and being somebody."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.conftest import PASSWORD


def test_a_token_tells_who_the_caller_is(client: TestClient) -> None:
    client.auth = None
    answer = client.post("/api/auth/token", data={"username": "village", "password": PASSWORD})
    token = answer.json()["access_token"]
    me = client.get("/api/me", headers={"Authorization": f"Bearer {token}"}).json()
    assert (me["role"], me["villages"]) == ("village", ["500118001202"])


def test_a_wrong_password_is_a_401_problem(client: TestClient) -> None:
    client.auth = None
    answer = client.post("/api/auth/token", data={"username": "village", "password": "no"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not-authenticated"


def test_without_credentials_the_api_answers_401(client: TestClient) -> None:
    client.auth = None
    assert client.get("/api/me").status_code == 401
