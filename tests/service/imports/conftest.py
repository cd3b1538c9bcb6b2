"""Fixtures of imports: a township already imported, and its office."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient

from service.accounts.directory import add_account
from service.accounts.roles import Role
from service.application import create_application
from service.embedded import Cluster, cluster_database_url
from service.runtime import Runtime
from service.settings import Settings
from spatial.words import LayerName
from tests.service.imports.building import VILLAGES, import_now, write_plots, write_villages

PASSWORD = "test-only"
_numbers = itertools.count(1)


def database_like(cluster: Cluster, template: str) -> str:
    """The URL of a fresh copy of a template database."""
    name = f"imports_{next(_numbers)}"
    admin = cluster_database_url(cluster.home, cluster.password, "postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    return cluster_database_url(cluster.home, cluster.password, name)


@pytest.fixture(scope="session")
def township_template(
    cluster: Cluster, migrated_template: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The name of a database with two villages and twelve plots."""
    home = tmp_path_factory.mktemp("township")
    runtime = Runtime.connect(
        Settings(home=home, database_url=None), database_like(cluster, migrated_template)
    )
    import_now(runtime, write_villages(home / "v.gpkg"), LayerName.VILLAGES)
    plots = write_plots(home / "p.gpkg", [f"{n:05d}" for n in range(12)])
    import_now(runtime, plots, LayerName.PLOTS)
    runtime.database.dispose()
    return str(runtime.database.url.database)


@pytest.fixture
def township(cluster: Cluster, township_template: str, tmp_path: Path) -> Iterator[Runtime]:
    """A runtime on a township of its own: two villages, twelve plots."""
    settings = Settings(home=tmp_path / "home", database_url=None)
    runtime = Runtime.connect(settings, database_like(cluster, township_template))
    yield runtime
    runtime.database.dispose()


@pytest.fixture
def office(township: Runtime) -> Iterator[TestClient]:
    """A client of the township's office."""
    with township.database.transaction() as session:
        add_account(session, "office", Role.OFFICE, PASSWORD)
        add_account(session, "village", Role.VILLAGE, PASSWORD, villages=[VILLAGES[0]])
    with TestClient(create_application(township), raise_server_exceptions=False) as client:
        client.auth = ("office", PASSWORD)
        yield client
