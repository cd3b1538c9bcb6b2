"""Filters that take long: a few at a time, and whoever asks without one is not kept waiting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest

from service.errors import Unavailable
from service.features.turns import LongTurns
from service.runtime import Runtime
from service.settings import FeatureSettings
from tests.service.features.fixtures import serving

PLOTS = "/ogc/collections/plots/items"
COSTLY = {"filter": "plot_no = 'D0001'"}
FILTERS = 4


class Queries:
    """A database whose queries are done when told to be."""

    def __init__(self) -> None:
        self.running = 0
        self.begun = 0
        self.done = asyncio.Event()

    async def read(self) -> str:
        self.running += 1
        self.begun += 1
        try:
            await self.done.wait()
        finally:
            self.running -= 1
        return "read"


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_half_of_the_connections_serve_long_filters_and_the_others_get_their_turn() -> None:
    async def story() -> None:
        queries, turns = Queries(), LongTurns(FeatureSettings(patience=0))
        asking = [asyncio.create_task(turns.take(queries.read)) for _ in range(FILTERS)]
        await settle()
        assert queries.running == 2
        queries.done.set()
        assert await asyncio.gather(*asking) == ["read"] * FILTERS

    asyncio.run(story())


def test_a_filter_that_is_done_soon_is_read_once_beside_long_ones() -> None:
    async def story() -> None:
        long, soon = Queries(), Queries()
        soon.done.set()
        turns = LongTurns(FeatureSettings(patience=0))
        asking = [asyncio.create_task(turns.take(long.read)) for _ in range(2)]
        await settle()
        assert await turns.take(soon.read) == "read"
        assert (soon.begun, long.running) == (1, 2)
        long.done.set()
        await asyncio.gather(*asking)

    asyncio.run(story())


def test_who_waits_too_long_is_told_when_to_come_back() -> None:
    async def story() -> None:
        queries, turns = Queries(), LongTurns(FeatureSettings(patience=0, seconds=0.1))
        asking = [asyncio.create_task(turns.take(queries.read)) for _ in range(2)]
        await settle()
        with pytest.raises(Unavailable) as refused:
            await turns.take(queries.read)
        assert (refused.value.problem_code, refused.value.extra) == ("busy", {"retry_after": 1})
        queries.done.set()
        assert await asyncio.gather(*asking) == ["read"] * 2

    asyncio.run(story())


def test_whoever_hangs_up_gives_the_turn_back() -> None:
    async def story() -> None:
        queries, turns = Queries(), LongTurns(FeatureSettings(connections=1, patience=0))
        leaving = asyncio.create_task(turns.take(queries.read))
        await settle()
        leaving.cancel()
        await asyncio.wait({leaving})
        assert queries.running == 0
        queries.done.set()
        assert await turns.take(queries.read) == "read"

    asyncio.run(story())


def test_long_filters_leave_a_connection_to_pages(own_runtime: Runtime) -> None:
    settings = own_runtime.settings
    settings.features = FeatureSettings(connections=FILTERS, patience=0)
    with serving(own_runtime) as client, ThreadPoolExecutor(FILTERS) as callers:
        assert client.get(PLOTS, params=COSTLY).status_code == 200
        with plots_locked(own_runtime) as lock:
            asking = [callers.submit(client.get, PLOTS, params=costly(n)) for n in range(FILTERS)]
            wait_until_blocked(lock, 2)
            assert client.get("/ogc/collections/villages/items").status_code == 200
        assert [answer.result().json()["numberReturned"] for answer in asking] == [1] * FILTERS


def test_a_filter_without_a_turn_is_answered_with_when_to_repeat(own_runtime: Runtime) -> None:
    settings = own_runtime.settings
    settings.features = FeatureSettings(connections=2, patience=0, seconds=8)
    with serving(own_runtime) as client, ThreadPoolExecutor(1) as callers:
        assert client.get(PLOTS, params=COSTLY).status_code == 200
        with plots_locked(own_runtime) as lock:
            asking = callers.submit(client.get, PLOTS, params=costly(0))
            wait_until_blocked(lock, 1)
            refused = client.get(PLOTS, params=costly(1))
        assert refused.status_code == 503
        assert refused.headers["content-type"] == "application/problem+json"
        assert (refused.json()["code"], refused.headers["retry-after"]) == ("busy", "4")
        assert asking.result().status_code == 200


def costly(number: int) -> dict[str, str]:
    """Filters that differ, so that no answer is known before."""
    return {"filter": f"plot_no = 'D000{number + 1}'"}


@contextmanager
def plots_locked(runtime: Runtime) -> Iterator[psycopg.Connection]:
    """Queries of plots last as long as the block."""
    with psycopg.connect(runtime.database.dsn) as connection:
        connection.execute("LOCK TABLE plotwatch.plot IN ACCESS EXCLUSIVE MODE")
        yield connection


def wait_until_blocked(connection: psycopg.Connection, number: int) -> None:
    """Until as many queries of this database wait for the lock."""
    give_up = time.monotonic() + 10
    while (waiting := blocked(connection)) != number and time.monotonic() < give_up:
        time.sleep(0.02)
    assert waiting == number


def blocked(connection: psycopg.Connection) -> int:
    row = connection.execute(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
        " WHERE datname = current_database() AND NOT granted"
    ).fetchone()
    return row[0] if row else 0
