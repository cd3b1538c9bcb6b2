"""A misspelt member of a body must not pass for one that was left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.conftest import PASSWORD

NOT_OURS = {"/api/auth/token"}
"""Forms of a standard that lets clients send more than is read."""
PLACES = {"day": "2026-10-01", "item": "rate", "flag": "flag", "code": "500118001202", "year": 2026}


def bodies(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    """Method, path, media type and schema of everything that takes a body."""
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for media, told in operation.get("requestBody", {}).get("content", {}).items():
                name = told["schema"].get("$ref", "").rpartition("/")[2]
                yield method, path, media, schemas.get(name, told["schema"])


def test_every_body_refuses_a_member_that_it_does_not_have(client: TestClient) -> None:
    client.auth = ("admin", PASSWORD)
    tried = 0
    for method, path, media, schema in bodies(client.get("/api/openapi.json").json()):
        if path in NOT_OURS:
            continue
        assert schema["additionalProperties"] is False, path
        address = re.sub(r"{(\w+)}", lambda found: str(PLACES.get(found[1], 1)), path)
        if media == "application/json":
            answer = client.request(method, address, json={"villlage_code": "500118001202"})
        else:
            files = {"file": ("a.zip", b"x")}
            answer = client.request(method, address, data={"villlage_code": "x"}, files=files)
        said = answer.json()
        assert (answer.status_code, said["code"]) == (400, "unknown-parameter"), (path, said)
        known = sorted(schema["properties"].keys() - {"file"})
        assert said["parameter"] == "villlage_code"
        assert set(known) <= set(said["choices"])
        assert all(name in said["detail"] and name in said["detail_en"] for name in known)
        tried += 1
    assert tried > 20


def test_a_part_of_a_body_tells_where_it_stands(client: TestClient) -> None:
    body = {"note": "x", "parts": [{"geometry": {}}, {"geometry": {}, "geometri": {}}]}
    said = client.post("/api/cases/1/split", json=body).json()
    assert (said["parameter"], said["choices"]) == ("parts.1.geometri", ["geometry"])
    assert said["detail"] == "没有参数 parts.1.geometri；可用：geometry。"


def test_an_account_is_not_made_without_its_misspelt_villages(client: TestClient) -> None:
    client.auth = ("admin", PASSWORD)
    body = {"username": "north", "role": "analyst", "vilages": ["500118001203"]}
    assert client.post("/api/accounts", json=body).status_code == 400
    assert client.get("/api/accounts?q=north").json()["total"] == 0


@pytest.mark.parametrize("name", ["ids", "case_ids"])
def test_a_member_may_go_by_its_former_name(client: TestClient, name: str) -> None:
    answer = client.post("/api/cases/dispatch", json={name: [1]})
    assert [one["code"] for one in answer.json()["refused"]] == ["not-found"]


def test_one_form_carries_one_file(client: TestClient) -> None:
    files = [("file", ("a.zip", b"a")), ("file", ("b.zip", b"b"))]
    answer = client.post("/api/imports", data={"layer": "plots"}, files=files)
    assert (answer.status_code, answer.json()["parameter"]) == (400, "file")
    assert "一次只能上传一个文件" in answer.json()["detail"]
