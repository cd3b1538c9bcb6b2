"""One database and one client for all tests of a module; each test makes its own cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.accounts.directory import add_account
from service.accounts.roles import Role
from service.application import create_application
from service.embedded import Cluster
from service.runtime import Runtime
from service.settings import Settings
from spatial.words import Department
from tests.conftest import PASSWORD, clone_database
from tests.service.cases.life.making import OTHER_VILLAGE, VILLAGE, Township


@pytest.fixture(scope="module")
def shared_runtime(
    cluster: Cluster, migrated_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Runtime]:
    """A runtime that the tests of a module share."""
    home: Path = tmp_path_factory.mktemp("home")
    runtime = Runtime.connect(Settings(home=home), clone_database(cluster, migrated_template))
    yield runtime
    runtime.database.dispose()


@pytest.fixture(scope="module")
def township(shared_runtime: Runtime) -> Iterator[Township]:
    """Accounts of every role and department, two villages, and a client to act as each."""
    with shared_runtime.database.transaction() as session:
        for role in (Role.ADMIN, Role.LEADER, Role.OFFICE, Role.ANALYST):
            add_account(session, role.value, role, PASSWORD)
        for role in (Role.VILLAGE, Role.GRID):
            add_account(session, role.value, role, PASSWORD, villages=[VILLAGE])
            add_account(session, f"other-{role}", role, PASSWORD, villages=[OTHER_VILLAGE])
        for department in Department:
            add_account(session, department.value, Role.DEPARTMENT, PASSWORD, department=department)
    app = create_application(shared_runtime)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Township(shared_runtime, client)
