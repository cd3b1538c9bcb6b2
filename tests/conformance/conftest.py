"""A real server on a real port, for clients that speak HTTP themselves."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from service.embedded import Cluster
from tests.conformance.serving import served
from tests.conftest import clone_database
from tests.service.features.fixtures import OFFICE, township_template

__all__ = ["township_template"]


@pytest.fixture(scope="session")
def address(
    cluster: Cluster, township_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Where the test township is served: ``http://127.0.0.1:port``."""
    url = clone_database(cluster, township_template)
    with served(url, tmp_path_factory.mktemp("home")) as address:
        yield address


@pytest.fixture(scope="session")
def http(address: str) -> Iterator[httpx.Client]:
    """A plain HTTP client of the server, logged in as the office."""
    with httpx.Client(base_url=address, auth=OFFICE, timeout=60) as client:
        yield client
