"""Models and migrations agree, up and down."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import text

from service.runtime import Runtime
from service.schema import NewerSchema, migrate
from service.schema.migrate import alembic_config


def test_models_and_migrations_agree(runtime: Runtime) -> None:
    with runtime.database.engine.connect() as connection:
        command.check(alembic_config(connection))


def test_migrations_go_down_to_nothing_and_up_again(runtime: Runtime) -> None:
    with runtime.database.engine.connect() as connection:
        command.downgrade(alembic_config(connection), "base")
        connection.commit()
        left = connection.execute(
            text(
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'S', 'v')"
                " AND relnamespace = current_schema()::regnamespace"
            )
        ).scalars()
        assert set(left) == {"alembic_version"}
    migrate(runtime.database)
    with runtime.database.engine.connect() as connection:
        command.check(alembic_config(connection))


def test_a_newer_schema_is_refused_with_one_sentence(runtime: Runtime) -> None:
    with runtime.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    with pytest.raises(NewerSchema, match="newer version"):
        migrate(runtime.database)
