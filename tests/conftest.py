"""Fixtures that every test may use: a real PostGIS, a migrated database, a client."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from service.accounts import passwords
from service.accounts.directory import add_account
from service.accounts.roles import Role
from service.application import create_application
from service.database import Database
from service.embedded import Cluster, cluster_database_url
from service.runtime import Runtime
from service.schema import migrate
from service.settings import Settings

# Test databases live for seconds; syncing them to disk would only cost time.
FAST = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
PASSWORD = "test-only"
# Each test makes seven accounts; a password of tests need not be slow to guess.
passwords.hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A private PostGIS cluster of this test run."""
    with tempfile.TemporaryDirectory(prefix="plotwatch-tests-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        cluster = Cluster(home, PASSWORD, FAST)
        cluster.start()
        yield cluster
        cluster.stop()


def clone_database(cluster: Cluster, template: str) -> str:
    """The URL of a fresh copy of a template database."""
    name = f"test_{next(_numbers)}"
    admin = cluster_database_url(cluster.home, cluster.password, "postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    return cluster_database_url(cluster.home, cluster.password, name)


@pytest.fixture(scope="session")
def migrated_template(cluster: Cluster) -> str:
    """The name of a database that has the schema and nothing else; clone it."""
    database = Database(clone_database(cluster, "template0"))
    migrate(database)
    database.dispose()
    return str(database.url.database)


@pytest.fixture
def runtime(cluster: Cluster, migrated_template: str, tmp_path: Path) -> Iterator[Runtime]:
    """A runtime on an empty, migrated database of its own."""
    settings = Settings(home=tmp_path / "home", database_url=None)
    runtime = Runtime.connect(settings, clone_database(cluster, migrated_template))
    yield runtime
    runtime.database.dispose()


@pytest.fixture
def client(runtime: Runtime) -> Iterator[TestClient]:
    """A client of the whole application, with an account for each role.

    Every account is called like its role and has the password of ``PASSWORD``; ``village`` and
    ``grid`` belong to 500118001202, ``department`` to the agriculture service center.
    """
    with runtime.database.transaction() as session:
        for role in Role:
            add_account(session, role.value, role, PASSWORD, **scope_of(role))
    with TestClient(create_application(runtime), raise_server_exceptions=False) as client:
        client.auth = ("office", PASSWORD)
        yield client


def scope_of(role: Role) -> dict[str, object]:
    """The scope that the test account of a role has."""
    if role in (Role.VILLAGE, Role.GRID):
        return {"villages": ["500118001202"]}
    if role is Role.DEPARTMENT:
        from spatial.words import Department

        return {"department": Department.AGRICULTURE_SERVICE_CENTER}
    return {}
