"""Administrators make, change and shut out accounts; nothing is deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service import clock
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
    events = admin.get(f"/api/accounts/{made}/events").json()["items"]
    assert [event["kind"] for event in events] == ["disabled", "sessions-ended", "made"]
    assert {event["actor"] for event in events} == {"admin"}


def test_log_ins_and_lock_outs_are_written_down(admin: TestClient) -> None:
    admin.auth = None
    for password in (PASSWORD, PASSWORD, *["wrong"] * 7):
        admin.post("/api/auth/token", data={"username": "grid", "password": password})
    admin.auth = ("admin", PASSWORD)
    row = account(admin, "grid")
    locked, logged_in = admin.get(f"/api/accounts/{row['id']}/events").json()["items"]
    assert (locked["kind"], locked["actor"]) == ("locked-out", "system")
    assert locked["data"]["until"] > locked["at"]
    assert (logged_in["kind"], logged_in["actor"]) == ("logged-in", "grid")
    assert row["last_login_at"] == logged_in["at"]
    assert account(admin, "leader")["last_login_at"] is None


def test_a_later_log_in_is_written_down_again(admin: TestClient) -> None:
    for minutes in (0, 5, 11):
        with clock.moved(timedelta(minutes=minutes)):
            admin.auth = None
            admin.post("/api/auth/token", data={"username": "grid", "password": PASSWORD})
            admin.auth = ("admin", PASSWORD)
    events = admin.get(f"/api/accounts/{account(admin, 'grid')['id']}/events").json()["items"]
    assert [event["kind"] for event in events] == ["logged-in", "logged-in"]


def test_what_happened_comes_in_pages(admin: TestClient) -> None:
    grid = account(admin, "grid")["id"]
    for _ in range(3):
        admin.post(f"/api/accounts/{grid}/logout-everywhere")
    admin.post(f"/api/accounts/{grid}/disable")
    first = admin.get(f"/api/accounts/{grid}/events", params={"limit": 2}).json()
    second = admin.get(first["next"]).json()
    kinds = [event["kind"] for event in first["items"] + second["items"]]
    assert kinds == ["disabled", "sessions-ended", "sessions-ended", "sessions-ended"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "LEAD"}, {"leader"}),
        ({"q": "三星"}, {"grid"}),
        ({"q": "%"}, set()),
        ({"role": ["village", "office"]}, {"village", "office"}),
        ({"village": "500118001202"}, {"village"}),
        ({"village": ["500118001202", "500118001203"]}, {"village", "grid"}),
        ({"department": "agriculture_service_center"}, {"department"}),
        ({"disabled": True}, {"analyst"}),
        ({"disabled": False, "role": ["analyst", "leader"]}, {"leader"}),
    ],
)
def test_accounts_are_found_by_what_they_are(
    admin: TestClient, asked: dict[str, object], found: set[str]
) -> None:
    moved = {"role": "grid", "villages": ["500118001203"], "display_name": "三星村网格"}
    admin.put(f"/api/accounts/{account(admin, 'grid')['id']}", json=moved)
    admin.post(f"/api/accounts/{account(admin, 'analyst')['id']}/disable")
    listed = admin.get("/api/accounts", params=asked).json()
    assert {row["username"] for row in listed["accounts"]} == found
    assert listed["total"] == len(found)


def test_one_account_is_read_by_its_number(admin: TestClient) -> None:
    row = account(admin, "grid")
    assert admin.get(f"/api/accounts/{row['id']}").json() == row
    assert admin.get("/api/accounts/999999").status_code == 404


def test_a_refusal_names_the_field(admin: TestClient) -> None:
    taken = admin.post("/api/accounts", json=NEW | {"username": "office"})
    assert taken.json()["parameter"] == "username"
    scopeless = admin.post("/api/accounts", json=NEW | {"villages": []})
    assert scopeless.json()["parameter"] == "villages"
    own = account(admin, "admin")["id"]
    last = admin.put(f"/api/accounts/{own}", json={"role": "office"})
    assert last.json()["parameter"] == "role"


def test_accounts_come_in_pages(admin: TestClient) -> None:
    first = admin.get("/api/accounts", params={"limit": 4}).json()
    second = admin.get(first["next"]).json()
    assert (len(first["accounts"]), len(second["accounts"]), second["next"]) == (4, 3, None)
    assert first["total"] == 7


DOORS = [
    ("GET", "/api/accounts"),
    ("POST", "/api/accounts"),
    ("GET", "/api/accounts/1"),
    ("PUT", "/api/accounts/1"),
    ("POST", "/api/accounts/1/disable"),
    ("POST", "/api/accounts/1/enable"),
    ("POST", "/api/accounts/1/password"),
    ("POST", "/api/accounts/1/logout-everywhere"),
    ("GET", "/api/accounts/1/tokens"),
    ("GET", "/api/accounts/1/events"),
]
BODIES = {
    ("POST", "/api/accounts"): NEW,
    ("PUT", "/api/accounts/1"): {name: NEW[name] for name in ("role", "villages")},
}


def test_nobody_but_administrators_comes_through_these_doors(client: TestClient) -> None:
    for role in ("leader", "office", "department", "village", "grid", "analyst"):
        client.auth = (role, PASSWORD)
        own = client.get("/api/me").json()["id"]
        for method, path in DOORS:
            # Another's account: log-out-everywhere of one's own is allowed to everybody.
            other = path.replace("/1", f"/{own - 1 if own > 1 else own + 1}")
            body = BODIES.get((method, path), {})
            assert client.request(method, other, json=body).status_code == 403, (role, path)


def test_an_account_that_is_not_there_is_not_found(admin: TestClient) -> None:
    assert admin.post("/api/accounts/999999/disable").status_code == 404
    assert admin.post(f"/api/accounts/{2**64}/disable").status_code == 400
