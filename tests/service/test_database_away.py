"""A database that restarts is a pause, not an error."""

from __future__ import annotations

from contextlib import ExitStack

import psycopg
import pytest
from fastapi.testclient import TestClient
from psycopg import sql
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.embedded import Cluster, cluster_database_url
from service.runtime import Runtime


def turn_away(cluster: Cluster, database: str) -> None:
    """No connection of the database lives on, and none is accepted."""
    admin = cluster_database_url(cluster.home, cluster.password, "postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        closing = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false")
        connection.execute(closing.format(sql.Identifier(database)))
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database,)
        )


def test_callers_are_asked_to_repeat_while_the_database_is_away(
    client: TestClient, runtime: Runtime, cluster: Cluster
) -> None:
    assert client.get("/api/me").status_code == 200
    turn_away(cluster, str(runtime.database.url.database))
    answer = client.get("/api/me")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"


def test_callers_are_asked_to_repeat_while_every_connection_is_busy(
    client: TestClient, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/api/me").status_code == 200
    pool = runtime.database.engine.pool
    monkeypatch.setattr(pool, "_timeout", 0.1)
    with ExitStack() as busy:
        while True:
            try:
                busy.enter_context(runtime.database.engine.connect())
            except PoolTimeout:
                break
        answer = client.get("/api/me")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert client.get("/api/me").status_code == 200
