"""The API's page: complete, from this service alone, safe under a strict policy."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient


def test_every_operation_and_schema_is_on_the_page_and_every_link_leads_somewhere(
    client: TestClient,
) -> None:
    client.auth = None
    document = client.get("/api/openapi.json").json()
    answer = client.get("/api/docs")
    assert answer.status_code == 200
    for path in document["paths"]:
        assert f"<code>{path}</code>" in answer.text
    anchors = set(re.findall(r'id="([^"]+)"', answer.text))
    assert {f"schema-{name}" for name in document["components"]["schemas"]} <= anchors
    assert set(re.findall(r'href="#([^"]+)"', answer.text)) <= anchors


OPEN_TO_ALL = {
    "/api/auth/ways", "/api/auth/token", "/api/auth/link", "/api/auth/oidc/start",
    "/api/auth/oidc/callback", "/api/tiles/style.json", "/healthz", "/readyz", "/metrics",
}  # fmt: skip


def test_the_document_says_who_may_ask_and_how_an_operation_fails(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    assert "HTTPValidationError" not in document["components"]["schemas"]
    schemes = set(document["components"]["securitySchemes"])
    assert "detail_en" in document["components"]["schemas"]["Problem"]["properties"]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            ways = {name for way in operation.get("security", ()) for name in way}
            assert ways <= schemes
            assert bool(ways) == (path not in OPEN_TO_ALL), path
            assert "application/problem+json" in operation["responses"]["default"]["content"]
            assert operation["description"].startswith(operation["summary"])


def test_nothing_else_answers_without_a_login(client: TestClient) -> None:
    client.auth = None
    document = client.get("/api/openapi.json").json()
    for path, operations in document["paths"].items():
        for method in operations:
            address = re.sub(r"\{[^}]+\}", "1", path.replace("{layers}", "plots"))
            status = client.request(method, address).status_code
            assert status == 401 or path in OPEN_TO_ALL, (method, path, status)


def test_the_page_asks_no_other_site_and_runs_no_script(client: TestClient) -> None:
    answer = client.get("/api/docs")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)
    (sheet,) = re.findall(r'rel="stylesheet" href="([^"]+)"', answer.text)
    style = client.get(sheet)
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "url(" not in style.text
