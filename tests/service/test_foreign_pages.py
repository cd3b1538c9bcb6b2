"""A page of another site changes nothing with the name and password that a browser keeps."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.application import create_application
from service.runtime import Runtime
from tests.conftest import PASSWORD

FORMS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/api/accounts/2/disable", {}),
    ("/api/me/logout-everywhere", {}),
    ("/api/imports", {"files": {"file": ("a.zip", b"x")}, "data": {"layer": "plots"}}),
    ("/ogc/collections/plots/items", {"content": b"{}", "headers": {"Content-Type": "text/plain"}}),
)


def post(client: TestClient, path: str, origin: str, **sent: Any) -> Any:
    headers = {"Origin": origin} | sent.pop("headers", {})
    return client.post(path, headers=headers, **sent)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver.evil.example"]
)
@pytest.mark.parametrize(("path", "sent"), FORMS)
def test_a_form_of_another_site_is_refused(
    client: TestClient, path: str, sent: dict[str, Any], origin: str
) -> None:
    client.auth = ("admin", PASSWORD)
    answer = post(client, path, origin, **sent)
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign-page")
    client.auth = ("leader", PASSWORD)
    assert client.get("/api/me").status_code == 200


def test_ones_own_page_and_programs_are_not(client: TestClient) -> None:
    client.auth = ("admin", PASSWORD)
    for headers in ({"Origin": "http://testserver"}, {}):
        answer = client.post("/api/accounts/2/enable", headers=headers)
        assert answer.status_code == 200, answer.text
    assert client.get("/api/me", headers={"Origin": "https://evil.example"}).status_code == 200


def test_a_token_is_sent_by_who_holds_it(client: TestClient) -> None:
    client.auth = ("admin", PASSWORD)
    token = client.post("/api/me/tokens", json={"name": "x"}).json()["token"]
    for kept in ({"Authorization": f"Bearer {token}"}, {"X-API-Key": token}):
        with TestClient(client.app) as program:
            headers = {"Origin": "https://map.example"} | kept
            assert program.post("/api/accounts/2/enable", headers=headers).status_code == 200


@pytest.mark.usefixtures("client")
def test_behind_a_proxy_the_public_address_counts(runtime: Runtime) -> None:
    settings = runtime.settings.model_copy(update={"public_url": "https://farm.example/watch"})
    app = create_application(Runtime(settings, runtime.database, runtime.files))
    with TestClient(app) as behind:
        behind.auth = ("admin", PASSWORD)
        for origin, status in (("https://farm.example", 200), ("https://evil.example", 403)):
            answer = behind.post("/api/accounts/2/enable", headers={"Origin": origin})
            assert answer.status_code == status
