"""A misspelt filter must not pass for no filter."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi.testclient import TestClient

LENIENT = ("/api/auth/oidc/",)
"""Addresses that others send people to, with parameters of their own."""


def operations(client: TestClient) -> Iterator[tuple[str, str, list[str]]]:
    """Method, address and query parameters of everything that the API document names."""
    for path, methods in client.get("/api/openapi.json").json()["paths"].items():
        for method, operation in methods.items():
            parameters = operation.get("parameters", [])
            places = {one["name"]: 1 for one in parameters if one["in"] == "path"}
            if path.startswith(("/api/", "/stac")) and not path.startswith(LENIENT):
                names = [one["name"] for one in parameters if one["in"] == "query"]
                yield method, path.format(**places), names


def test_every_operation_refuses_a_parameter_that_it_does_not_have(client: TestClient) -> None:
    asked = 0
    for method, address, known in operations(client):
        answer = client.request(method, address, params={"vilage": "500118001202"})
        said = answer.json()
        assert said.get("code") == "unknown-parameter", (method, address, said)
        assert answer.status_code == 400
        assert (said["parameter"], said.get("choices", [])) == ("vilage", sorted(known))
        assert all(name in said["detail"] and name in said["detail_en"] for name in known)
        asked += 1
    assert asked > 90


def test_no_operation_refuses_a_parameter_that_it_has(client: TestClient) -> None:
    endless = "/api/notices/events"
    asked = 0
    for method, address, known in operations(client):
        if method != "get" or address == endless:
            continue
        for name in known:
            answer = client.get(address, params={name: "x"}, follow_redirects=False)
            if "problem" in answer.headers.get("content-type", ""):
                assert answer.json()["code"] != "unknown-parameter", (address, name)
            asked += 1
    assert asked > 100


def test_an_export_with_a_misspelt_filter_is_no_export_of_everything(client: TestClient) -> None:
    for address in ("/api/cases", "/api/cases.xlsx", "/api/cases.geojson"):
        assert client.get(address, params={"vilage": "1"}).status_code == 400
        assert client.get(address, params={"village": "1"}).status_code == 200


def test_an_identity_provider_may_send_more_than_is_read(client: TestClient) -> None:
    answer = client.get("/api/auth/oidc/callback", params={"session_state": "x", "iss": "y"})
    assert answer.json()["code"] != "unknown-parameter"


def test_ogc_names_what_there_is_too(client: TestClient) -> None:
    said = client.get("/ogc/collections/plots/items", params={"vilage_code": "1"}).json()
    assert (said["code"], said["parameter"]) == ("unknown-parameter", "vilage_code")
    assert {"village_code", "bbox", "limit", "f"} <= {*said["choices"]}
