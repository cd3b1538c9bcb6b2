"""The whole service as people run it, on the sample township, and a browser in front of it."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from playwright.sync_api import Response as BrowserResponse

from service.accounts.directory import add_account
from service.accounts.roles import Role
from service.cli.demo import SAMPLES, load_samples, sample_files
from service.processes.opening import OpenHome, own_home
from service.processes.server import wait_until_up
from service.processes.supervisor import Supervisor
from service.settings import Settings
from service.setup.page import ensure_page
from spatial.words import Department
from tests.web.desk import PASSWORD, Desk

HOST = "127.0.0.1"
SECOND_BATCH = SAMPLES / "patches-2026-q3.zip"
OWN_VILLAGE = "500118001202"
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)
# A busy machine draws maps in software slowly.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)

DESK_SIZE = {"width": 1440, "height": 900}
PHONE_SIZE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def home() -> Iterator[OpenHome]:
    """A home with the accounts of a township, served by its own processes."""
    ensure_page()
    with tempfile.TemporaryDirectory(prefix="plotwatch-browser-") as folder:
        Path(folder).chmod(0o755)
        with own_home(Settings(home=Path(folder), database_url=None)) as home:
            add_accounts(home)
            yield home


@pytest.fixture(scope="session")
def address(home: OpenHome) -> Iterator[str]:
    """Where the service answers; all samples but the second batch are loaded."""
    port = free_port()
    children = [["serve", "--host", HOST, "--port", str(port)], ["worker"]]
    with Supervisor(children, home.environment) as processes:
        files = [file for file in sample_files(SAMPLES) if file.path != SECOND_BATCH]
        load_samples(home, processes, files)
        assert wait_until_up(HOST, port)
        yield f"http://{HOST}:{port}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, drawing maps in software."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(CHROMIUM_OPTIONS)
        )
        yield browser
        browser.close()


@pytest.fixture
def open_desk(browser: Browser, address: str) -> Iterator[Callable[..., Desk]]:
    """Opens the page as a user, at a desk or on a phone; closed after the test.

    Whatever a test does there, the page asks for nothing with a parameter that the service has not.
    """
    contexts: list[BrowserContext] = []
    refused: list[str] = []

    def note(answer: BrowserResponse) -> None:
        if answer.status == 400 and answer.request.method == "GET":
            refused.append(answer.url)

    def open_as(username: str | None, *, phone: bool = False, language: str = "zh") -> Desk:
        context = browser.new_context(
            base_url=address,
            viewport=PHONE_SIZE if phone else DESK_SIZE,
            has_touch=phone,
            accept_downloads=True,
            permissions=["geolocation"],
            geolocation={"longitude": 105.9, "latitude": 29.35},
        )
        contexts.append(context)
        context.on("response", note)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(f"localStorage.setItem('plotwatch.language', '{language}')")
        desk = Desk(context.new_page())
        if username is not None:
            desk.log_in(username)
        return desk

    yield open_as
    for context in contexts:
        context.close()
    for url in refused:
        said = httpx.get(url, auth=("admin", PASSWORD)).json()
        assert said.get("code") != "unknown-parameter", (url, said["detail"])


@pytest.fixture
def api(address: str) -> Iterator[Callable[[str], httpx.Client]]:
    """A program's client of the same service, as a user."""
    clients: list[httpx.Client] = []

    def client_of(username: str) -> httpx.Client:
        client = httpx.Client(base_url=address, auth=(username, PASSWORD), timeout=30)
        clients.append(client)
        return client

    yield client_of
    for client in clients:
        client.close()


def add_accounts(home: OpenHome) -> None:
    """An account for each role, called like it, as in the other tests."""
    scopes: dict[Role, dict[str, object]] = {
        Role.VILLAGE: {"villages": [OWN_VILLAGE]},
        Role.GRID: {"villages": [OWN_VILLAGE]},
        Role.DEPARTMENT: {"department": Department.AGRICULTURE_SERVICE_CENTER},
    }
    with home.runtime.database.transaction() as session:
        for role in Role:
            add_account(session, role.value, role, PASSWORD, **scopes.get(role, {}))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
