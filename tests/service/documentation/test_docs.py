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
