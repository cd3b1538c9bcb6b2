"""The engine: psycopg 3, one search path, one time zone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import Session, sessionmaker

SCHEMA = "plotwatch"
SEARCH_PATH = f"{SCHEMA},public"


class Database:
    """One PostgreSQL database with PostGIS, and the ways to talk to it."""

    def __init__(self, url: str, pool_size: int = 8) -> None:
        """``url`` is any libpq URL (``postgresql://…``)."""
        self.url = make_url(url).set(drivername="postgresql+psycopg")
        self.engine = create_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            connect_args={"options": f"-c search_path={SEARCH_PATH} -c timezone=UTC"},
        )
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)

    @property
    def dsn(self) -> str:
        """The address as libpq reads it, password included."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    @property
    def connection_options(self) -> dict[str, Any]:
        """Keyword arguments that give a bare psycopg connection the same surroundings."""
        return {"options": f"-c search_path={SEARCH_PATH} -c timezone=UTC"}

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back on any error."""
        with self.sessions.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reading; nothing is committed."""
        with self.sessions() as session:
            yield session

    def dispose(self) -> None:
        """Close pooled connections."""
        self.engine.dispose()


def driver_connection(session: Session) -> psycopg.Connection[Any]:
    """The psycopg connection of a session, for COPY and for jobs in the same transaction."""
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("the session is not bound to psycopg")
    return connection


@contextmanager
def through_indexes(session: Session) -> Iterator[None]:
    """Look rows up by index within a ``with`` block, for what is looked up one by one.

    With statistics older than the last large batch, or taken while it was being stored, the
    planner may scan a whole table for every patch.
    """
    connection = driver_connection(session)
    connection.execute("SET LOCAL enable_seqscan = off")
    yield
    connection.execute("SET LOCAL enable_seqscan TO DEFAULT")
