"""Tokens are short, end when they should, and prove who somebody is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from service import clock
from service.accounts.links import login_link
from service.accounts.models import Account
from service.errors import NotFound
from service.runtime import Runtime
from tests.conftest import PASSWORD
from tests.service.accounts.conftest import Login, bearer


def test_a_token_ends_with_its_hour(client: TestClient, log_in: Login) -> None:
    headers = bearer(log_in("village"))
    assert client.get("/api/me", headers=headers).status_code == 200
    with clock.moved(timedelta(minutes=61)):
        assert client.get("/api/me", headers=headers).status_code == 401


def test_a_token_is_renewed_until_the_session_is_over(client: TestClient, log_in: Login) -> None:
    headers = bearer(log_in("village"))
    for minutes in range(50, 12 * 60, 50):
        with clock.moved(timedelta(minutes=minutes)):
            answer = client.post("/api/auth/renew", headers=headers)
            assert answer.status_code == 200
            headers = bearer(answer)
    with clock.moved(timedelta(hours=12, minutes=1)):
        assert client.post("/api/auth/renew", headers=headers).status_code == 401


def test_logging_out_everywhere_ends_every_token(client: TestClient, log_in: Login) -> None:
    here, there = bearer(log_in("village")), bearer(log_in("village"))
    assert client.post("/api/me/logout-everywhere", headers=here).status_code == 204
    assert client.get("/api/me", headers=here).status_code == 401
    assert client.get("/api/me", headers=there).status_code == 401
    assert client.get("/api/me", headers=bearer(log_in("village"))).status_code == 200


def test_a_changed_password_ends_other_sessions_and_the_old_password(
    client: TestClient, log_in: Login
) -> None:
    here, there = bearer(log_in("village")), bearer(log_in("village"))
    client.auth = ("village", PASSWORD)
    assert client.get("/api/me").status_code == 200
    client.auth = None
    change = {"current": PASSWORD, "new": "rice-and-rapeseed"}
    answer = client.post("/api/me/password", json=change, headers=here)
    assert answer.status_code == 200
    assert client.get("/api/me", headers=bearer(answer)).status_code == 200
    assert client.get("/api/me", headers=there).status_code == 401
    client.auth = ("village", PASSWORD)
    assert client.get("/api/me").status_code == 401
    client.auth = ("village", "rice-and-rapeseed")
    assert client.get("/api/me").status_code == 200


@pytest.mark.parametrize("new", ["short", "village", "x" * 201])
def test_an_easily_guessed_password_is_refused(client: TestClient, log_in: Login, new: str) -> None:
    headers = bearer(log_in("village"))
    change = {"current": PASSWORD, "new": new}
    assert client.post("/api/me/password", json=change, headers=headers).status_code == 400


def test_the_current_password_is_not_tried_out_without_end(
    client: TestClient, log_in: Login
) -> None:
    headers = bearer(log_in("village"))
    change = {"current": "guess", "new": "rice-and-rapeseed"}
    tries = [
        client.post("/api/me/password", json=change, headers=headers).status_code for _ in range(6)
    ]
    assert tries == [400] * 5 + [429]
    right = client.post("/api/me/password", json=change | {"current": PASSWORD}, headers=headers)
    assert right.status_code == 429
    with clock.moved(timedelta(minutes=16)):
        right = client.post(
            "/api/me/password", json=change | {"current": PASSWORD}, headers=headers
        )
    assert right.status_code == 200


def test_the_current_password_has_to_be_known(client: TestClient, log_in: Login) -> None:
    headers = bearer(log_in("village"))
    change = {"current": "guess", "new": "rice-and-rapeseed"}
    assert client.post("/api/me/password", json=change, headers=headers).status_code == 400


@pytest.mark.parametrize("value", ["", "x", "eyJhbGciOiJub25lIn0.e30.", "plw_forged", "\u00e9"])
def test_a_forged_token_proves_nothing(client: TestClient, value: str) -> None:
    client.auth = None
    header = f"Bearer {value}".encode()
    assert client.get("/api/me", headers={b"Authorization": header}).status_code == 401


@pytest.mark.parametrize("value", ["", "%%%", "bm9jb2xvbg==", "/w=="])
def test_malformed_basic_credentials_prove_nothing(client: TestClient, value: str) -> None:
    client.auth = None
    assert client.get("/api/me", headers={"Authorization": f"Basic {value}"}).status_code == 401


def test_a_password_verified_lately_is_the_names_not_the_accounts(
    client: TestClient, runtime: Runtime
) -> None:
    client.auth = ("village", PASSWORD)
    assert client.get("/api/me").status_code == 200
    # As after a restored backup: the number of the account now belongs to somebody else.
    with runtime.database.transaction() as session:
        session.execute(update(Account).where(Account.username == "village").values(username="x"))
    assert client.get("/api/me").status_code == 401


def test_a_one_time_link_logs_in_once(runtime: Runtime, client: TestClient) -> None:
    client.auth = None
    link = login_link(runtime, "office", "http://localhost:8000/")
    assert link.startswith("http://localhost:8000/login#link=")
    code = {"token": link.partition("#link=")[2]}
    first = client.post("/api/auth/link", json=code)
    assert client.get("/api/me", headers=bearer(first)).json()["username"] == "office"
    assert client.post("/api/auth/link", json=code).status_code == 401


def test_a_one_time_link_is_no_good_after_a_while(runtime: Runtime, client: TestClient) -> None:
    client.auth = None
    code = login_link(runtime, "office", "http://localhost").partition("#link=")[2]
    with clock.moved(timedelta(minutes=16)):
        assert client.post("/api/auth/link", json={"token": code}).status_code == 401


def test_there_is_no_link_for_nobody(runtime: Runtime) -> None:
    with pytest.raises(NotFound):
        login_link(runtime, "nobody", "http://localhost")
