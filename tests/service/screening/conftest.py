"""A database shared by the tests of a module, for tests that commit nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.embedded import Cluster
from tests.conftest import clone_database


@pytest.fixture(scope="module")
def shared_database(cluster: Cluster, migrated_template: str) -> Iterator[Database]:
    """An empty, migrated database."""
    database = Database(clone_database(cluster, migrated_template))
    yield database
    database.dispose()


@pytest.fixture
def session(shared_database: Database) -> Iterator[Session]:
    """A session whose work is rolled back at the end of the test."""
    with shared_database.reading() as session:
        yield session
