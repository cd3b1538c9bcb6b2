"""Services on the test township, made once and cloned: reading tests share one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.accounts.directory import add_account
from service.accounts.roles import Role
from service.application import create_application
from service.database import Database
from service.embedded import Cluster
from service.runtime import Runtime
from service.settings import Settings
from tests.conftest import PASSWORD, clone_database, scope_of
from tests.service.features.ground import make_township

OFFICE = ("office", PASSWORD)


@contextmanager
def serving(runtime: Runtime) -> Iterator[TestClient]:
    """A client of the whole application, logged in as the office."""
    with TestClient(create_application(runtime), raise_server_exceptions=False) as client:
        client.auth = OFFICE
        yield client


def connect(url: str, home: Path) -> Runtime:
    return Runtime.connect(Settings(home=home, database_url=None), url)


def with_accounts(cluster: Cluster, template: str) -> Database:
    database = Database(clone_database(cluster, template))
    with database.transaction() as session:
        for role in Role:
            add_account(session, role.value, role, PASSWORD, **scope_of(role))
    return database


@pytest.fixture(scope="session")
def township_template(cluster: Cluster, migrated_template: str) -> str:
    """The name of a database that holds the test township."""
    database = with_accounts(cluster, migrated_template)
    with database.transaction() as session:
        make_township(session)
    database.dispose()
    return str(database.url.database)


@pytest.fixture(scope="session")
def shared_township(
    cluster: Cluster, township_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    runtime = connect(clone_database(cluster, township_template), tmp_path_factory.mktemp("home"))
    with serving(runtime) as client:
        yield client
    runtime.database.dispose()


@pytest.fixture(scope="session")
def shared_empty(
    cluster: Cluster, migrated_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    database = with_accounts(cluster, migrated_template)
    url = database.url.render_as_string(hide_password=False)
    runtime = connect(url, tmp_path_factory.mktemp("home"))
    with serving(runtime) as client:
        yield client
    runtime.database.dispose()
    database.dispose()


@pytest.fixture
def township(shared_township: TestClient) -> TestClient:
    """A client of a service with the test township, which the test must leave as it is."""
    shared_township.auth = OFFICE
    return shared_township


@pytest.fixture
def empty(shared_empty: TestClient) -> TestClient:
    """A client of a service into which nothing was imported yet."""
    shared_empty.auth = OFFICE
    return shared_empty


@pytest.fixture
def own_runtime(cluster: Cluster, township_template: str, tmp_path: Path) -> Iterator[Runtime]:
    """A runtime on the test's own township, to change as it likes."""
    runtime = connect(clone_database(cluster, township_template), tmp_path / "home")
    yield runtime
    runtime.database.dispose()


@pytest.fixture
def own_township(own_runtime: Runtime) -> Iterator[TestClient]:
    """A client of a service on the test's own township."""
    with serving(own_runtime) as client:
        yield client
