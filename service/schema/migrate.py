"""Bring a database to this program's schema."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from service.database import Database
from service.database.engine import SCHEMA
from service.errors import StartupError

MIGRATION_LOCK = 0x706C6F74


class NewerSchema(StartupError):
    """The database was made by a newer Plotwatch."""


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, bound to an open connection."""
    config = Config()
    config.set_main_option("script_location", str(files("migrations")))
    config.attributes["connection"] = connection
    return config


def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade to ``revision``; one process does it, others wait.

    Raises:
        NewerSchema: when the database knows a revision that this program does not.
    """
    engine = create_engine(
        database.url, poolclass=NullPool, connect_args=database.connection_options
    )
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public"))
        connection.commit()
        config = alembic_config(connection)
        _refuse_newer(connection, config)
        command.upgrade(config, revision)
        connection.commit()


def _refuse_newer(connection: Connection, config: Config) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    current = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    if current is not None and current not in known:
        raise NewerSchema(
            f"The database has schema {current}, which this Plotwatch does not know. "
            "It was made by a newer version: install that version."
        )
