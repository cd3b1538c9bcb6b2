"""A backup brings everything back, and only into an empty place."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from alembic import command
from sqlalchemy import make_url, text

from service.accounts.directory import add_account, find_account
from service.accounts.roles import Role
from service.database import Database
from service.database.engine import SCHEMA
from service.errors import Conflict, InvalidParameter
from service.files import FileStore
from service.keeping.archive import VIEWS_MADE_ANEW, read_archive, write_archive
from service.processes.opening import migrated_runtime
from service.qgis.roles import logins_to_renew
from service.qgis.styles import STYLES
from service.runtime import Runtime
from service.schema.migrate import alembic_config, schema_revision
from service.settings import Settings
from tests.conftest import Cluster, clone_database
from tests.service.qgis.conftest import PASSWORD, LogIn, farmland, log_in

__all__ = ["farmland", "log_in"]


def ignore(share: float, stage: str) -> None:
    """No bar in tests."""


@pytest.fixture
def empty(cluster: Cluster, migrated_template: str, tmp_path: Path) -> Runtime:
    settings = Settings(home=tmp_path / "other", database_url=None)
    return Runtime(
        settings,
        Database(clone_database(cluster, migrated_template)),
        FileStore.open(settings),
    )


def test_accounts_and_files_come_back(runtime: Runtime, empty: Runtime, tmp_path: Path) -> None:
    with runtime.database.transaction() as session:
        add_account(session, "kept", Role.OFFICE, "kept-password")
    stored = runtime.files.put_bytes(b"a photo")
    write_archive(runtime, tmp_path / "all.tar", ignore)
    assert read_archive(empty, tmp_path / "all.tar", ignore) == []
    with empty.database.reading() as session:
        assert find_account(session, "kept") is not None
    assert empty.files.read(stored.sha256) == b"a photo"
    empty.database.dispose()


def test_what_analysts_see_comes_back_within_their_scope(
    farmland: Runtime, log_in: LogIn, empty: Runtime, tmp_path: Path
) -> None:
    with log_in("mine") as analyst:
        name = analyst.info.user
        asked = "SELECT plot_no FROM qgis.plots ORDER BY plot_no"
        seen = analyst.execute(asked).fetchall()
        write_archive(farmland, tmp_path / "all.tar", ignore)
        read_archive(empty, tmp_path / "all.tar", ignore)
    url = make_url(empty.database.dsn).set(username=name, password=PASSWORD)
    with psycopg.connect(url.render_as_string(hide_password=False)) as restored:
        assert restored.execute(asked).fetchall() == seen != []
        styles = restored.execute("SELECT count(*) FROM layer_styles WHERE useasdefault")
        assert styles.fetchone() == (len(STYLES),)
    # A start of the service finds all that it needs.
    migrated_runtime(empty.settings, empty.database.dsn).database.dispose()
    empty.database.dispose()


def test_an_archive_of_an_older_schema_is_brought_up_to_date(
    farmland: Runtime, empty: Runtime, tmp_path: Path
) -> None:
    newest = schema_revision(farmland.database)
    with farmland.database.engine.connect() as connection:
        command.downgrade(alembic_config(connection), "-1")
        connection.commit()
    write_archive(farmland, tmp_path / "all.tar", ignore)
    read_archive(empty, tmp_path / "all.tar", ignore)
    assert schema_revision(empty.database) == newest != schema_revision(farmland.database)
    empty.database.dispose()


def test_an_archive_without_the_views_gets_them_anew(
    farmland: Runtime,
    log_in: LogIn,
    empty: Runtime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Archives held the schema of the tables alone, when revision 0010 was the newest."""
    asked = "SELECT plot_no FROM qgis.plots ORDER BY plot_no"
    with log_in("mine") as analyst:
        name = analyst.info.user
        seen = analyst.execute(asked).fetchall()
    with farmland.database.engine.connect() as connection:
        command.downgrade(alembic_config(connection), "0010")
        connection.commit()
    with monkeypatch.context() as older:
        older.setattr("service.keeping.archive.SCHEMAS", (SCHEMA,))
        write_archive(farmland, tmp_path / "all.tar", ignore)
    assert read_archive(empty, tmp_path / "all.tar", ignore) == [VIEWS_MADE_ANEW]
    url = make_url(empty.database.dsn).set(username=name, password=PASSWORD)
    with psycopg.connect(url.render_as_string(hide_password=False)) as restored:
        assert restored.execute(asked).fetchall() == seen != []
        restored.execute(
            "UPDATE qgis.plots SET planting = 'LS', edit_token = 'v' || row_version"
            " WHERE plot_no = 'P1'"
        )
    with empty.database.reading() as session:
        assert session.scalars(text("SELECT actor FROM plot_edit")).all() == [name]
    migrated_runtime(empty.settings, empty.database.dsn).database.dispose()
    empty.database.dispose()


def test_a_home_that_an_older_restore_left_without_views_opens(farmland: Runtime) -> None:
    with farmland.database.engine.begin() as connection:
        names = connection.execute(
            text("SELECT table_name FROM information_schema.views WHERE table_schema = 'qgis'")
        ).scalars()
        connection.execute(text(f"DROP VIEW {', '.join(f'qgis.{name}' for name in names)}"))
    migrated_runtime(farmland.settings, farmland.database.dsn).database.dispose()
    with farmland.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM qgis.plots")) == 4


def test_logins_that_the_server_lacks_are_named(
    farmland: Runtime, log_in: LogIn, empty: Runtime, tmp_path: Path
) -> None:
    with log_in("mine") as analyst:
        name = analyst.info.user
    write_archive(farmland, tmp_path / "all.tar", ignore)
    read_archive(empty, tmp_path / "all.tar", ignore)
    with empty.database.transaction() as session:
        assert logins_to_renew(session) == []
        session.execute(text(f"DROP ROLE {name}"))
        assert logins_to_renew(session) == [name]
        session.rollback()
    empty.database.dispose()


def test_a_database_in_use_is_not_overwritten(
    runtime: Runtime, empty: Runtime, tmp_path: Path
) -> None:
    write_archive(runtime, tmp_path / "all.tar", ignore)
    with empty.database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO import (layer, filename, size, sha256, options, status, counts,"
                " decisions, findings, created_at, progress)"
                " VALUES ('plots', 'x', 1, 'x', '{}', 'queued', '{}', '[]', '[]', now(), 0)"
            )
        )
    with pytest.raises(Conflict):
        read_archive(empty, tmp_path / "all.tar", ignore)
    empty.database.dispose()


def test_anything_else_is_refused_as_a_backup(runtime: Runtime, tmp_path: Path) -> None:
    (tmp_path / "other.tar").write_bytes(b"not a tar")
    with pytest.raises(InvalidParameter):
        read_archive(runtime, tmp_path / "other.tar", ignore)
