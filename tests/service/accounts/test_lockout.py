"""After failed tries the door is locked for a while, whoever counts and wherever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from fastapi.testclient import TestClient

from service import clock
from service.application import create_application
from service.runtime import Runtime
from tests.conftest import PASSWORD
from tests.service.accounts.conftest import Login


def test_the_sixth_try_is_told_how_long_to_wait(log_in: Login) -> None:
    for _ in range(5):
        assert log_in("village", "wrong").status_code == 401
    answer = log_in("village")
    assert (answer.status_code, answer.json()["code"]) == (429, "locked-out")
    assert 0 < int(answer.headers["retry-after"]) <= 900


def test_the_lock_outlives_a_restart_and_ends_with_its_time(
    runtime: Runtime, log_in: Login
) -> None:
    for _ in range(5):
        log_in("village", "wrong")
    with TestClient(create_application(runtime)) as restarted:
        form = {"username": "village", "password": PASSWORD}
        assert restarted.post("/api/auth/token", data=form).status_code == 429
        with clock.moved(timedelta(minutes=16)):
            assert restarted.post("/api/auth/token", data=form).status_code == 200


def test_another_name_is_not_locked(log_in: Login) -> None:
    for _ in range(6):
        log_in("village", "wrong")
    assert log_in("office").status_code == 200


def test_a_right_password_forgets_the_failures_before_it(log_in: Login) -> None:
    for _ in range(3):
        for _ in range(4):
            assert log_in("village", "wrong").status_code == 401
        assert log_in("village").status_code == 200


def test_a_crowd_of_tries_at_once_gets_no_further(log_in: Login) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: log_in("village", "wrong").status_code, range(12)))
    assert answers.count(401) == 5
    assert answers.count(429) == 7


def test_basic_authentication_is_locked_too(client: TestClient) -> None:
    client.auth = ("village", "wrong")
    codes = [client.get("/api/me").status_code for _ in range(7)]
    assert codes == [401] * 5 + [429] * 2


def test_unknown_names_are_answered_and_locked_like_known_ones(log_in: Login) -> None:
    assert [log_in("nobody", "wrong").status_code for _ in range(6)] == [401] * 5 + [429]


def test_one_address_cannot_try_a_password_on_every_name(runtime: Runtime, log_in: Login) -> None:
    runtime.settings.login.failures_of_address = 8
    codes = [log_in(f"person{number}", "wrong").status_code for number in range(10)]
    assert codes == [401] * 8 + [429] * 2


def test_names_that_no_column_can_hold_are_only_wrong(log_in: Login) -> None:
    assert log_in("a\x00b").status_code == 401
    assert log_in("名" * 5000).status_code == 401
    assert log_in("village", "x" * 100_000).status_code == 401


def test_a_reset_password_unlocks_the_name(client: TestClient, log_in: Login) -> None:
    for _ in range(6):
        log_in("village", "wrong")
    client.auth = ("admin", PASSWORD)
    accounts = client.get("/api/accounts", params={"q": "village"}).json()["accounts"]
    reset = client.post(f"/api/accounts/{accounts[0]['id']}/password", json={})
    client.auth = None
    assert log_in("village", reset.json()["password"]).status_code == 200
