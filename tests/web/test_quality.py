"""What holds for every page: access for everybody, languages, size, the typed client."""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from service.setup.page import DIST, WEB, ensure_page
from service.web.build.openapi import document
from tests.web.desk import Desk, serious

pytestmark = pytest.mark.browser

OpenDesk = Callable[..., Desk]
Api = Callable[[str], httpx.Client]

LARGEST_FIRST_LOAD = 600_000
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
DESK_PAGES = (
    "/map",
    "/cases",
    "/cases?view=board",
    "/imports",
    "/imports/new",
    "/villages",
    "/alerts",
)
PHONE_PAGES = ("/my", "/my/queue", "/my/account", "/map", "/villages")


def axe(page: Page) -> list[str]:
    """What axe finds serious on the page as it is."""
    page.evaluate(AXE.read_text())
    return serious(page.evaluate("axe.run(document).then((result) => result.violations)"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_serious_on_the_desk(
    open_desk: OpenDesk, api: Api, language: str
) -> None:
    case = api("office").get("/api/cases", params={"limit": 1}).json()["items"][0]
    imported = api("office").get("/api/imports", params={"limit": 1}).json()["items"][0]
    desk = open_desk("office", language=language)
    found = {}
    for path in (*DESK_PAGES, f"/cases/{case['id']}", f"/imports/{imported['id']}"):
        desk.open(path)
        expect(desk.page.locator("h1").first).to_be_attached()
        desk.page.wait_for_load_state("networkidle")
        found[path] = axe(desk.page)
    assert {path: what for path, what in found.items() if what} == {}


def test_axe_finds_nothing_serious_on_the_phone(open_desk: OpenDesk) -> None:
    phone = open_desk("village", phone=True)
    found = {}
    for path in PHONE_PAGES:
        phone.open(path)
        expect(phone.page.locator("h1").first).to_be_attached()
        found[path] = axe(phone.page)
    assert {path: what for path, what in found.items() if what} == {}


def test_no_page_is_wider_than_the_phone(open_desk: OpenDesk) -> None:
    phone = open_desk("village", phone=True)
    for path in PHONE_PAGES:
        phone.open(path)
        expect(phone.page.locator("h1").first).to_be_attached()
        width = phone.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, path


def test_the_map_page_loads_less_than_600_kilobytes(open_desk: OpenDesk) -> None:
    desk = open_desk(None)
    fetched: set[Path] = set()
    desk.page.on("response", lambda answer: fetched.add(DIST / answer.url.split("/", 3)[3]))
    desk.log_in("office")
    desk.wait_for_map()
    built = [path for path in fetched if path.suffix in (".js", ".css", ".html") and path.exists()]
    assert any("maplibre" in path.name or "engine" in path.name for path in built)
    assert sum(len(gzip.compress(path.read_bytes())) for path in built) < LARGEST_FIRST_LOAD


def test_the_typed_client_fits_the_service(tmp_path: Path) -> None:
    ensure_page()
    described, generated = tmp_path / "openapi.json", tmp_path / "schema.d.ts"
    described.write_text(document())
    tool = WEB / "node_modules" / ".bin" / "openapi-typescript"
    subprocess.run([tool, described, "-o", generated], check=True, capture_output=True)
    assert generated.read_text() == (WEB / "src" / "api" / "schema.d.ts").read_text()


def test_no_bundle_carries_a_secret_or_a_strangers_address() -> None:
    ensure_page()
    for path in DIST.rglob("*.js"):
        text = path.read_text()
        assert "test-only" not in text
        for stranger in ("googleapis.com", "unpkg.com", "jsdelivr", "tianditu.gov.cn"):
            assert stranger not in text, path.name
