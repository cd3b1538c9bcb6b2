"""Administrators make, change and shut out accounts; nothing is deleted."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.conftest import PASSWORD
from tests.service.accounts.conftest import bearer

NEW = {"username": "wangcheng", "role": "village", "villages": ["500118001203"]}


@pytest.fixture
def admin(client: TestClient) -> TestClient:
    client.auth = ("admin", PASSWORD)
    return client


def account(client: TestClient, username: str) -> dict[str, Any]:
    listed = client.get("/api/accounts").json()["accounts"]
    return next(row for row in listed if row["username"] == username)


def test_an_account_is_made_with_a_generated_password(admin: TestClient) -> None:
    made = admin.post("/api/accounts", json=NEW).json()
    admin.auth = ("wangcheng", made["password"])
    assert admin.get("/api/me").json()["villages"] == ["500118001203"]


def test_a_taken_name_is_a_conflict(admin: TestClient) -> None:
    assert admin.post("/api/accounts", json=NEW | {"username": "office"}).status_code == 409


@pytest.mark.parametrize(
    "change",
    [
        {"villages": []},
        {"villages": ["12"]},
        {"username": "a b"},
        {"username": "a:b"},
        {"username": ""},
        {"role": "emperor"},
        {"role": "department", "villages": []},
        {"password": "short"},
    ],
)
def test_an_account_that_could_not_work_is_refused(
    admin: TestClient, change: dict[str, object]
) -> None:
    assert admin.post("/api/accounts", json=NEW | change).status_code == 400


def test_another_scope_counts_from_the_next_request_on(admin: TestClient) -> None:
    admin.auth = None
    form = {"username": "grid", "password": PASSWORD}
    headers = bearer(admin.post("/api/auth/token", data=form))
    admin.auth = ("admin", PASSWORD)
    changed = {"role": "grid", "villages": ["500118001299"]}
    grid = account(admin, "grid")["id"]
    assert admin.put(f"/api/accounts/{grid}", json=changed).status_code == 200
    admin.auth = None
    assert admin.get("/api/me", headers=headers).json()["villages"] == ["500118001299"]


def test_a_disabled_account_is_out_by_every_way_in(admin: TestClient) -> None:
    admin.auth = None
    form = {"username": "grid", "password": PASSWORD}
    headers = bearer(admin.post("/api/auth/token", data=form))
    admin.auth = ("grid", PASSWORD)
    assert admin.get("/api/me").status_code == 200
    admin.auth = ("admin", PASSWORD)
    assert admin.post(f"/api/accounts/{account(admin, 'grid')['id']}/disable").status_code == 200
    assert account(admin, "grid")["disabled_at"] is not None
    admin.auth = None
    assert admin.get("/api/me", headers=headers).status_code == 401
    assert admin.post("/api/auth/token", data=form).status_code == 401
    admin.auth = ("grid", PASSWORD)
    assert admin.get("/api/me").status_code == 401


def test_a_reset_password_replaces_the_old_one(admin: TestClient) -> None:
    grid = account(admin, "grid")["id"]
    password = admin.post(f"/api/accounts/{grid}/password", json={}).json()["password"]
    admin.auth = ("grid", PASSWORD)
    assert admin.get("/api/me").status_code == 401
    admin.auth = ("grid", password)
    assert admin.get("/api/me").status_code == 200


def test_the_last_administrator_stays(admin: TestClient) -> None:
    own = account(admin, "admin")["id"]
    assert admin.post(f"/api/accounts/{own}/disable").status_code == 409
    assert admin.put(f"/api/accounts/{own}", json={"role": "office"}).status_code == 409
    second = {"username": "second", "role": "admin", "password": "rice-and-rapeseed"}
    assert admin.post("/api/accounts", json=second).status_code == 201
    assert admin.post(f"/api/accounts/{own}/disable").status_code == 200


def test_what_was_done_to_an_account_is_written_down(admin: TestClient) -> None:
    made = admin.post("/api/accounts", json=NEW).json()["account"]["id"]
    admin.post(f"/api/accounts/{made}/logout-everywhere")
    admin.post(f"/api/accounts/{made}/disable")
    events = admin.get(f"/api/accounts/{made}/events").json()
    assert [event["kind"] for event in events] == ["disabled", "sessions-ended", "made"]
    assert {event["actor"] for event in events} == {"admin"}


def test_accounts_come_in_pages(admin: TestClient) -> None:
    first = admin.get("/api/accounts", params={"limit": 4}).json()
    second = admin.get(first["next"]).json()
    assert (len(first["accounts"]), len(second["accounts"]), second["next"]) == (4, 3, None)
    assert first["total"] == 7


DOORS = [
    ("GET", "/api/accounts"),
    ("POST", "/api/accounts"),
    ("PUT", "/api/accounts/1"),
    ("POST", "/api/accounts/1/disable"),
    ("POST", "/api/accounts/1/enable"),
    ("POST", "/api/accounts/1/password"),
    ("POST", "/api/accounts/1/logout-everywhere"),
    ("GET", "/api/accounts/1/tokens"),
    ("GET", "/api/accounts/1/events"),
]


def test_nobody_but_administrators_comes_through_these_doors(client: TestClient) -> None:
    for role in ("leader", "office", "department", "village", "grid", "analyst"):
        client.auth = (role, PASSWORD)
        own = client.get("/api/me").json()["id"]
        for method, path in DOORS:
            # Another's account: log-out-everywhere of one's own is allowed to everybody.
            other = path.replace("/1", f"/{own - 1 if own > 1 else own + 1}")
            assert client.request(method, other, json=NEW).status_code == 403, (role, path)


def test_an_account_that_is_not_there_is_not_found(admin: TestClient) -> None:
    assert admin.post("/api/accounts/999999/disable").status_code == 404
    assert admin.post(f"/api/accounts/{2**64}/disable").status_code == 400
