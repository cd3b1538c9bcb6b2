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
from service.schema.requirements import lacking
from service.schema.views import restore_views, views_are_lost

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

    Analysts' views are made anew when the database has lost them.

    Raises:
        NewerSchema: when the database knows a revision that this program does not.
        StartupError: when the database does not offer what the schema needs.
    """
    engine = create_engine(
        database.url, poolclass=NullPool, connect_args=database.connection_options
    )
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        refuse_lacking(connection)
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public"))
        connection.commit()
        config = alembic_config(connection)
        current = MigrationContext.configure(connection).get_current_revision()
        connection.rollback()
        refuse_newer_revision(current)
        if views_are_lost(connection):
            restore_views(connection)
            connection.commit()
        command.upgrade(config, revision)
        connection.commit()


def refuse_lacking(connection: Connection) -> None:
    """Refuse a database that does not offer what the schema needs.

    Raises:
        StartupError: with what its administrator has to do.
    """
    sentences = lacking(connection)
    if sentences:
        raise StartupError("The database is not ready for Plotwatch.\n" + "\n".join(sentences))


def schema_revision(database: Database) -> str | None:
    """The revision a database is at; None before the first migration."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def refuse_newer_revision(revision: str | None) -> None:
    """Refuse what this program's migrations do not know.

    Raises:
        NewerSchema: naming the revision.
    """
    scripts = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    if revision is not None and revision not in {script.revision for script in scripts}:
        raise NewerSchema(
            f"The database has schema {revision}, which this Plotwatch does not know. "
            "It was made by a newer version: install that version."
        )
