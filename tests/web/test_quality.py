"""What holds for every page: access for everybody, languages, size, the typed client."""

from __future__ import annotations

import gzip
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from service.setup.page import DIST, WEB, ensure_page
from service.web.build.openapi import document
from tests.web.conftest import OWN_VILLAGE
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
    "/scenes",
    "/villages",
    "/villages?tab=departments",
    "/villages?tab=periods",
    f"/villages/{OWN_VILLAGE}",
    "/assessment",
    "/assessment?tab=departments",
    f"/assessment?card={OWN_VILLAGE}",
    "/alerts",
    "/my/account",
    "/forbidden",
    "/nowhere",
)
PHONE_PAGES = (
    "/my",
    "/my/queue",
    "/my/account",
    "/map",
    "/villages",
    "/assessment",
    "/imports",
)
LANGUAGES = ("zh", "en")
READING = re.compile("正在读取|Loading")


def wait_until_read(page: Page) -> None:
    """Until a page has its heading and is not waiting for the service any more."""
    expect(page.locator("main").locator("h1, h2").first).to_be_attached()
    expect(page.get_by_text(READING)).to_have_count(0)


def axe(page: Page) -> list[str]:
    """What axe finds serious on the page as it is."""
    page.evaluate(AXE.read_text())
    return serious(page.evaluate("axe.run(document).then((result) => result.violations)"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_serious_on_the_desk(
    open_desk: OpenDesk, api: Api, language: str
) -> None:
    case = api("office").get("/api/cases", params={"limit": 1}).json()["items"][0]
    imported = api("office").get("/api/imports", params={"limit": 1}).json()["items"][0]
    desk = open_desk("office", language=language)
    found = {}
    for path in (*DESK_PAGES, f"/cases/{case['id']}", f"/imports/{imported['id']}"):
        desk.open(path)
        wait_until_read(desk.page)
        found[path] = axe(desk.page)
    assert {path: what for path, what in found.items() if what} == {}
    assert desk.strangers == desk.violations == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_serious_in_what_opens_over_a_page(
    open_desk: OpenDesk, api: Api, language: str
) -> None:
    case = api("office").get("/api/cases", params={"limit": 1}).json()["items"][0]
    desk = open_desk("office", language=language)
    page = desk.page
    desk.open(f"/cases/{case['id']}")
    page.locator("details", has=page.get_by_test_id("move-void")).locator("summary").click()
    page.get_by_test_id("move-void").click()
    found = {"void": axe(page)}
    page.get_by_test_id("move-split").click()
    expect(page.locator("dialog")).to_be_visible()
    found["split"] = axe(page)
    for path in ("/alerts", "/scenes"):
        desk.open(path)
        page.locator(".page-head .button-primary").click()
        expect(page.locator("dialog")).to_be_visible()
        found[path] = axe(page)
    assert {what: findings for what, findings in found.items() if findings} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_serious_on_the_phone(
    open_desk: OpenDesk, api: Api, language: str
) -> None:
    case = api("village").get("/api/cases", params={"limit": 1}).json()["items"][0]
    phone = open_desk("village", phone=True, language=language)
    found = {}
    for path in (*PHONE_PAGES, f"/my/{case['id']}"):
        phone.open(path)
        wait_until_read(phone.page)
        found[path] = axe(phone.page)
    assert {path: what for path, what in found.items() if what} == {}
    assert phone.strangers == phone.violations == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_serious_at_the_door(open_desk: OpenDesk, language: str) -> None:
    desk = open_desk(None, language=language)
    desk.open("/login?to=/cases&expired=1")
    expect(desk.page.locator("h1").first).to_be_attached()
    assert axe(desk.page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_wider_than_the_phone(open_desk: OpenDesk, api: Api, language: str) -> None:
    case = api("village").get("/api/cases", params={"limit": 1}).json()["items"][0]
    village, office = ((*PHONE_PAGES, f"/my/{case['id']}"), (*DESK_PAGES, f"/cases/{case['id']}"))
    for username, paths in (("village", village), ("office", office)):
        phone = open_desk(username, phone=True, language=language)
        for path in paths:
            phone.open(path)
            wait_until_read(phone.page)
            # What is wider scrolls within its page, and the page itself within the frame.
            for element in ("html", "main"):
                width = phone.page.locator(element).evaluate("element => element.scrollWidth")
                assert width <= 390, (username, path, element)


def test_the_map_page_loads_less_than_600_kilobytes(open_desk: OpenDesk) -> None:
    desk = open_desk(None)
    fetched: set[Path] = set()
    desk.page.on("response", lambda answer: fetched.add(DIST / answer.url.split("/", 3)[3]))
    desk.log_in("office")
    desk.wait_for_map()
    built = [path for path in fetched if path.suffix in (".js", ".css", ".html") and path.exists()]
    assert any("maplibre" in path.name or "engine" in path.name for path in built)
    assert sum(len(gzip.compress(path.read_bytes())) for path in built) < LARGEST_FIRST_LOAD


def test_what_a_case_says_waits_for_no_map() -> None:
    """A slow connection has the text of a case long before the code that draws maps."""
    ensure_page()
    for page in ("MyCasePage", "CasePage", "CasesPage", "MyCasesPage"):
        (chunk,) = (DIST / "assets").glob(f"{page}-*.js")
        assert not [name for name in imported(chunk) if name.startswith("engine-")], page
    (map_page,) = (DIST / "assets").glob("MapPage-*.js")
    assert [name for name in imported(map_page) if name.startswith("engine-")]


def imported(chunk: Path) -> set[str]:
    """The files that a built chunk cannot run without, by name."""
    found: set[str] = set()
    waiting = [chunk]
    while waiting:
        text = waiting.pop().read_text()
        names = set(re.findall(r'(?:from|import)"\./([^"]+\.js)"', text)) - found
        found |= names
        waiting += [chunk.parent / name for name in names]
    return found


def test_every_entry_of_a_history_has_its_words(api: Api) -> None:
    office = api("office")
    cases = office.get("/api/cases", params={"limit": 200}).json()["items"]
    noted = {"note": "已电话核实。"}
    assert office.post(f"/api/cases/{cases[0]['id']}/notes", json=noted).is_success
    kinds = {
        event["kind"]
        for case in cases
        for event in office.get(f"/api/cases/{case['id']}/events").json()["items"]
        if event["from_status"] == event["to_status"] or event["to_status"] is None
    }
    words = (WEB / "src" / "language" / "words" / "cases.ts").read_text()
    assert kinds
    assert {kind for kind in kinds if f"'event.{kind}'" not in words} == set()


def test_the_typed_client_fits_the_service(tmp_path: Path) -> None:
    ensure_page()
    described, generated = tmp_path / "openapi.json", tmp_path / "schema.d.ts"
    described.write_text(document())
    tool = WEB / "node_modules" / ".bin" / "openapi-typescript"
    subprocess.run([tool, described, "-o", generated], check=True, capture_output=True)
    assert generated.read_text() == (WEB / "src" / "api" / "schema.d.ts").read_text()


def test_no_bundle_carries_a_secret_or_a_strangers_address() -> None:
    ensure_page()
    bundles = list(DIST.rglob("*.js"))
    assert bundles
    for path in bundles:
        text = path.read_text()
        assert "test-only" not in text
        for stranger in ("googleapis.com", "unpkg.com", "jsdelivr", "tianditu.gov.cn"):
            assert stranger not in text, path.name
