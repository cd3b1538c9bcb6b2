"""A client of a service with the test township."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from service.runtime import Runtime
from tests.service.features.ground import make_township


@pytest.fixture
def township(runtime: Runtime, client: TestClient) -> TestClient:
    """The client, with the test township published."""
    with runtime.database.transaction() as session:
        make_township(session)
    return client
