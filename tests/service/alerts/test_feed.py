"""The feed ends with the login, and tells nobody how much happens elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update
from starlette.requests import Request

from service import clock
from service.accounts.identification import identify
from service.accounts.models import Account
from service.alerts import router
from service.alerts.dispatch import dispatch
from service.alerts.kinds import NoticeKind
from service.alerts.outbox import announce
from service.runtime import Runtime
from tests.conftest import PASSWORD
from tests.service.alerts.conftest import MINE, THEIRS, Facts


def happen(runtime: Runtime, *cases: Any) -> None:
    with runtime.database.transaction() as session:
        for case in cases:
            announce(session, kind=NoticeKind.RAISED, case=case, key=f"raised:{case.case_id}")
    with runtime.database.transaction() as session:
        dispatch(session, runtime.settings)


def logged_in(client: TestClient, name: str) -> str:
    answer = client.post("/api/auth/token", data={"username": name, "password": PASSWORD})
    return str(answer.json()["access_token"])


def events(runtime: Runtime, token: str) -> AsyncIterator[Any]:
    header = (b"authorization", f"Bearer {token}".encode())
    request = Request({"type": "http", "headers": [header], "client": ("127.0.0.1", 1)})
    with runtime.database.reading() as session:
        principal = identify(session, runtime.settings, request.headers)
    return router.notice_events(request, runtime, principal, 0, None)


def test_the_end_of_the_feed_is_the_readers_own(
    client: TestClient, runtime: Runtime, facts: Facts
) -> None:
    happen(runtime, facts(1))
    client.auth = ("village", PASSWORD)
    before = client.get("/api/notices").json()
    happen(runtime, facts(2, village=THEIRS), facts(3, village=THEIRS))
    assert client.get("/api/notices").json() == before
    assert [item["case_id"] for item in before["items"]] == [1]
    happen(runtime, facts(4))
    assert client.get("/api/notices").json()["position"] > before["position"]


def disabled(runtime: Runtime) -> None:
    _change(runtime, disabled_at=clock.now())


def sessions_ended(runtime: Runtime) -> None:
    _change(runtime, session_epoch=1)


def _change(runtime: Runtime, **values: Any) -> None:
    with runtime.database.transaction() as session:
        session.execute(update(Account).where(Account.username == "village").values(**values))


@pytest.mark.parametrize("shut_out", [disabled, sessions_ended])
def test_a_stream_ends_with_the_login(
    client: TestClient,
    runtime: Runtime,
    facts: Facts,
    monkeypatch: pytest.MonkeyPatch,
    shut_out: Callable[[Runtime], None],
) -> None:
    monkeypatch.setattr(router, "LOOK_EVERY_SECONDS", 0.0)
    token = logged_in(client, "village")
    happen(runtime, facts(1))

    async def follow() -> list[int]:
        seen = []
        async with aclosing(events(runtime, token)) as stream:  # type: ignore[type-var]
            async for event in stream:
                seen.append(event.data["case_id"])
                shut_out(runtime)
                happen(runtime, facts(2))
        return seen

    assert asyncio.run(follow()) == [1]


def test_a_stream_follows_the_account_to_its_new_village(
    client: TestClient, runtime: Runtime, facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "LOOK_EVERY_SECONDS", 0.0)
    token = logged_in(client, "village")
    happen(runtime, facts(1, village=MINE))

    async def follow() -> list[int]:
        seen: list[int] = []
        async with aclosing(events(runtime, token)) as stream:  # type: ignore[type-var]
            async for event in stream:
                seen.append(event.data["case_id"])
                if len(seen) == 2:
                    return seen
                _change(runtime, villages=[THEIRS])
                happen(runtime, facts(2, village=MINE), facts(3, village=THEIRS))
        return seen

    assert asyncio.run(follow()) == [1, 3]
