"""A person at the page: what they do, in the words of the page, and what must never happen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, FilePayload, Locator, Page, Request, expect

PASSWORD = "test-only"
MAP_SECONDS = 60_000


class Desk:
    """A page in a browser, watched for broken policies and requests to strangers."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.violations: list[str] = []
        self.strangers: list[str] = []
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.violations.append(str(error)))
        page.on("request", self._note_request)

    def log_in(self, username: str, password: str = PASSWORD) -> None:
        """Through the form, up to the first page."""
        self.page.goto("/login")
        self.page.locator("input[name=username]").fill(username)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("form button.button-primary").click()
        self.page.wait_for_url(lambda url: "/login" not in url)

    def open(self, path: str) -> None:
        """Go to an address of the page."""
        self.page.goto(path)

    def wait_for_map(self, name: str = "map") -> None:
        """Until the map has drawn everything and come to rest."""
        expect(self.page.locator(f"[data-testid={name}][data-idle]")).to_be_visible(
            timeout=MAP_SECONDS
        )

    def choose_file(self, selector: str, file: Path | FilePayload) -> None:
        """Give a file to a field that is hidden behind its label."""
        self.page.locator(selector).set_input_files(file)

    def move(self, name: str, fields: dict[str, str | bool] | None = None, note: str = "") -> None:
        """Make a move of the case on the page, by its name in the transition table."""
        self.page.get_by_test_id(f"move-{name}").click()
        form = self.page.locator("form", has=self.page.locator("textarea[name=note]"))
        for field, value in (fields or {}).items():
            fill(form.locator(f"[name={field}]"), value)
        if note:
            form.locator("textarea[name=note]").fill(note)
        form.locator("button.button-primary").click()

    def expect_status(self, status: str) -> None:
        """The case on the page stands there."""
        expect(self.page.get_by_test_id("case-status")).to_have_text(status)

    def check_box(self, label: str) -> None:
        """Take one of several choices by its text."""
        self.page.locator("fieldset label", has_text=label).click()

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.violations.append(message.text)

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme.startswith("http") and parts.hostname != "127.0.0.1":
            self.strangers.append(request.url)


def fill(field: Locator, value: str | bool) -> None:
    """Fill a field of any kind."""
    if isinstance(value, bool):
        field.set_checked(value)
    elif field.evaluate("element => element.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)


def serious(findings: Sequence[dict[str, Any]]) -> list[str]:
    """Axe's findings that keep somebody out, as sentences."""
    return [
        f"{finding['id']}: {node['target']} {node['failureSummary']}"
        for finding in findings
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]
