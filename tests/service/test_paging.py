"""Numbers in addresses and cursors that no row can have: refused everywhere, failing nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.errors import InvalidParameter
from service.paging import LARGEST_ID, cut_page, decode_cursor, encode_cursor
from tests.conftest import PASSWORD

BEYOND = str(LARGEST_ID + 1)


def operations(client: TestClient) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Method, path and parameters of everything that the API document names."""
    for path, methods in client.get("/api/openapi.json").json()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation.get("parameters", [])


def test_no_number_in_an_address_is_too_large_to_be_refused(client: TestClient) -> None:
    asked = 0
    for method, path, parameters in operations(client):
        numbered = [
            one["name"]
            for one in parameters
            if one["in"] == "path" and one["schema"].get("type") == "integer"
        ]
        if not numbered:
            continue
        address = path
        for one in parameters:
            address = address.replace(f"{{{one['name']}}}", BEYOND)
        body = {} if method in ("get", "delete") else {"json": {}}
        answer = client.request(method, address, **body)  # type: ignore[arg-type]
        assert 400 <= answer.status_code < 500, (method, address, answer.text)
        asked += 1
    assert asked > 30


@pytest.mark.parametrize(
    "cursor",
    [
        encode_cursor(LARGEST_ID + 1),
        encode_cursor(2**64 - 1),
        encode_cursor("yesterday", "somewhere"),
        encode_cursor("2026-01-01T00:00:00+08:00", "somewhere"),
    ],
)
def test_no_cursor_is_too_strange_to_be_refused(client: TestClient, cursor: str) -> None:
    paged = [
        path
        for method, path, parameters in operations(client)
        if method == "get"
        and "{" not in path
        and any(one["name"] == "after" and "string" in str(one["schema"]) for one in parameters)
    ]
    assert {"/api/cases", "/api/imports", "/api/deliveries"} <= {*paged}
    for path in paged:
        answer = client.get(path, params={"after": cursor})
        assert answer.status_code == 400, (path, answer.text)
        assert answer.json()["parameter"] == "after"


def test_a_refused_cursor_is_named_as_its_address_names_it(client: TestClient) -> None:
    answer = client.get("/stac/search", params={"token": encode_cursor("2026-13-01", 1)})
    assert answer.json()["parameter"] == "token"
    answer = client.get("/stac/search", params={"token": "nonsense"})
    assert answer.json()["parameter"] == "token"


def test_a_cursor_gives_back_what_was_put_in() -> None:
    assert decode_cursor(encode_cursor("a", LARGEST_ID), str, int) == ("a", LARGEST_ID)
    with pytest.raises(InvalidParameter):
        decode_cursor(encode_cursor("a", "b"), str, int)


def test_another_page_follows_only_what_does_not_end_here(client: TestClient) -> None:
    assert cut_page([3, 2, 1], 2) == ([3, 2], 2)
    assert cut_page([3, 2], 2) == ([3, 2], None)
    assert cut_page([], 2) == ([], None)
    client.auth = ("admin", PASSWORD)
    every = client.get("/api/accounts").json()["accounts"]
    exactly = client.get("/api/accounts", params={"limit": len(every)}).json()
    assert (exactly["accounts"], exactly["next"]) == (every, None)
    walked: list[dict[str, object]] = []
    following = f"/api/accounts?limit={len(every) // 2}"
    while following is not None:
        page = client.get(following).json()
        assert page["accounts"]
        walked, following = walked + page["accounts"], page["next"]
    assert walked == every
