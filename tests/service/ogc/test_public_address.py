"""Links in answers: they lead where the service is reached from outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from service.runtime import Runtime
from service.settings import Settings
from tests.conftest import PASSWORD

DOORS = (
    *("/api/cases?limit=1", "/api/plots?limit=1", "/api/accounts?limit=1"),
    *("/api/tiles/style.json", "/api/scenes/mosaic/tilejson.json"),
    *("/ogc/", "/ogc/collections", "/ogc/collections/plots/items?limit=1"),
    *("/stac", "/stac/collections", "/stac/search?limit=1", "/stac/collections/scenes/items"),
)


def addresses(document: Any) -> Iterator[str]:
    """Every absolute address that an answer holds, but names of standards and of CRSs."""
    if isinstance(document, dict):
        for name, value in document.items():
            if name not in ("conformsTo", "crs", "storageCrs", "trs", "rel"):
                yield from addresses(value)
    elif isinstance(document, list):
        for value in document:
            yield from addresses(value)
    elif isinstance(document, str) and document.startswith(("http://", "https://")):
        yield document


def read(client: TestClient, address: str, **headers: str) -> Any:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, (address, answer.text)
    return answer.json()


@pytest.fixture(params=["https://farm.example", "https://farm.example:8443/watch/"])
def public(township: TestClient, request: pytest.FixtureRequest) -> Iterator[str]:
    """As links should begin; the township has this address for as long as a test lasts."""
    state = township.app.state  # type: ignore[attr-defined]
    runtime: Runtime = state.runtime
    settings = runtime.settings.model_copy(
        update={"public_url": Settings(public_url=request.param).public_url}
    )
    state.runtime = replace(runtime, settings=settings)
    yield request.param.rstrip("/")
    state.runtime = runtime


@pytest.mark.parametrize("door", DOORS)
def test_every_link_begins_with_the_public_address(
    township: TestClient, public: str, door: str
) -> None:
    township.auth = ("admin", PASSWORD)
    found = [*addresses(read(township, door, Host="inside:8000"))]
    assert found
    for address in found:
        assert address.startswith(f"{public}/"), address
        assert address.count("/watch") == public.count("/watch")


@pytest.mark.parametrize("door", ["/api/cases?limit=1&open=true", "/api/plots?limit=1"])
def test_behind_the_proxy_a_next_link_leads_on(
    township: TestClient, public: str, door: str
) -> None:
    first = read(township, door)
    inside = first["next"].removeprefix(public)
    assert {*urlsplit(door).query.split("&")} < {*urlsplit(inside).query.split("&")}
    following = read(township, inside)
    name = "items" if "items" in first else "features"
    assert following[name][0]["id"] != first[name][0]["id"]


def test_without_it_links_have_the_address_that_a_proxy_was_asked_for(
    township: TestClient,
) -> None:
    said = {"X-Forwarded-Host": "farm.example", "X-Forwarded-Proto": "https"}
    for door in DOORS[:2]:
        assert read(township, door, **said)["next"].startswith("https://farm.example/api/")
    for address in addresses(read(township, "/stac", **said)):
        assert address.startswith("https://farm.example/")
