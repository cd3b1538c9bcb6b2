"""The page's addresses: built files, and the page itself for all others, whatever is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service import pages


@pytest.fixture
def built(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("the page")
    (folder / "assets" / "a.js").write_text("a script")
    (tmp_path / "secret").write_text("a secret")
    monkeypatch.setattr(pages, "DIST", folder)
    return client


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/cases/1",
        "/%00",
        "/assets/%00a.js",
        "/" + "a" * 5000,
        "/../secret",
        "/%2e%2e/secret",
        "/assets/..%2f..%2fsecret",
        "/..%5csecret",
        "//etc/passwd",
        "/assets",
    ],
)
def test_what_is_no_built_file_is_the_page(built: TestClient, address: str) -> None:
    answer = built.get("http://testserver" + address)
    assert (answer.status_code, answer.text) == (200, "the page")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_built_file_is_kept_for_ever(built: TestClient) -> None:
    answer = built.get("/assets/a.js")
    assert (answer.text, "immutable" in answer.headers["cache-control"]) == ("a script", True)
