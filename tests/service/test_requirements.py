"""A database server of somebody else: its administrator is told what to do, until all is there."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import make_url

from service.database import Database
from service.embedded import Cluster, cluster_database_url
from service.errors import StartupError
from service.qgis.equipment import equip
from service.runtime import Runtime
from service.schema import migrate
from service.settings import Settings
from service.setup.diagnosis import diagnose

OWNER = "owner_of_one_database"


@pytest.fixture
def superuser(cluster: Cluster) -> Iterator[psycopg.Connection]:
    """In a database whose owner may do nothing else."""
    admin = cluster_database_url(cluster.home, cluster.password, "postgres")
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute(f"CREATE ROLE {OWNER} LOGIN PASSWORD 'test-only'")
        server.execute(f"CREATE DATABASE {OWNER} OWNER {OWNER} TEMPLATE template0")
        url = cluster_database_url(cluster.home, cluster.password, OWNER)
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection
        server.execute(f"DROP DATABASE {OWNER} (FORCE)")
        server.execute(f"DROP ROLE {OWNER}")


def test_the_administrator_is_told_what_to_do_until_the_service_starts(
    superuser: psycopg.Connection, cluster: Cluster
) -> None:
    url = make_url(cluster_database_url(cluster.home, cluster.password, OWNER))
    url = url.set(username=OWNER, password="test-only")
    settings = Settings(database_url=url.render_as_string(hide_password=False))
    database = Database(str(settings.database_url), 1)

    for remedy in ("CREATE EXTENSION postgis", f"ALTER ROLE {OWNER} CREATEROLE"):
        with pytest.raises(StartupError, match=remedy):
            migrate(database)
        (found,) = (one for one in diagnose(settings) if one.subject == "Database")
        assert not found.good
        assert remedy in found.sentence
        assert "test-only" not in found.sentence
        superuser.execute(remedy)

    migrate(database)
    database.dispose()
    runtime = Runtime.connect(settings, str(settings.database_url))
    equip(runtime)
    runtime.database.dispose()
    assert all(one.good for one in diagnose(settings) if one.subject == "Database")
