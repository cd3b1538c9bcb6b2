"""Who works on a thing: a lock that the database frees when its holder dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from service.database import Database


@contextmanager
def held(database: Database, kind: int, number: int) -> Iterator[None]:
    """Hold a thing of a kind for the length of a ``with`` block; whoever holds it is waited for.

    ``kind`` is the first key of the advisory lock, ``number`` the second.
    """
    with _connection(database) as connection:
        connection.execute("SELECT pg_advisory_lock(%s, %s)", [kind, number])
        yield


@contextmanager
def unheld(database: Database, kind: int, number: int) -> Iterator[bool]:
    """Whether nobody holds a thing; nobody begins to for the length of the block."""
    with _connection(database) as connection:
        query = "SELECT pg_try_advisory_lock(%s, %s)"
        found = connection.execute(query, [kind, number]).fetchone()
        yield bool(found and found[0])


def _connection(database: Database) -> psycopg.Connection[Any]:
    # A connection of its own: the lock must end with this process, not go back to a pool.
    return psycopg.connect(database.dsn, autocommit=True, **database.connection_options)
