"""The village's phone where there is no signal."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.web.conftest import OWN_VILLAGE
from tests.web.desk import Desk
from tests.web.photos import photo
from tests.web.test_story import middle_of

pytestmark = pytest.mark.browser

OpenDesk = Callable[..., Desk]
Api = Callable[[str], httpx.Client]

KEPT_ANSWERS = "caches.open('plotwatch-kept').then((kept) => kept.keys()).then((all) => all.length)"


def wait_until_ready(phone: Desk) -> None:
    """The village's list says that it can be used without a signal."""
    phone.open("/my")
    expect(phone.page.get_by_text("可离线使用", exact=True)).to_be_visible()


def a_case_on_site(api: Api) -> dict[str, Any]:
    """A case of the village that its people are checking."""
    query = {"village": OWN_VILLAGE, "status": "pending_assignment", "limit": 1}
    case: dict[str, Any] = api("office").get("/api/cases", params=query).json()["items"][0]
    api("office").post("/api/cases/dispatch", json={"case_ids": [case["id"]]}).raise_for_status()
    move = {"to": "evidence", "fields": {}}
    api("village").post(f"/api/cases/{case['id']}/transitions", json=move).raise_for_status()
    return case


def test_a_photo_taken_without_a_signal_arrives_once(open_desk: OpenDesk, api: Api) -> None:
    case = a_case_on_site(api)
    picture = photo(7, *middle_of(case))
    phone = open_desk("grid", phone=True)
    page, context = phone.page, phone.page.context
    wait_until_ready(phone)
    page.get_by_role("link", name=re.compile(case["code"][-9:])).click()
    page.wait_for_url(re.compile(rf"/my/{case['id']}$"))
    expect(page.get_by_text(case["reason"]).first).to_be_visible()
    expect(page.get_by_role("heading", name="办理记录")).to_be_visible()

    context.set_offline(True)
    page.reload()
    expect(page.get_by_text(case["reason"]).first).to_be_visible()
    phone.choose_file("[data-testid=camera-far]", picture)
    waiting = page.locator("[data-testid=queued-photo]")
    expect(waiting).to_have_attribute("data-state", "waiting")
    page.reload()
    expect(waiting).to_have_attribute("data-state", "waiting")

    context.set_offline(False)
    expect(waiting).to_have_attribute("data-state", "confirmed", timeout=40_000)
    page.reload()
    kept = api("office").get(f"/api/cases/{case['id']}/evidence").json()["items"]
    assert [item["sha256"] for item in kept] == [hashlib.sha256(picture["buffer"]).hexdigest()]


def test_the_list_is_there_without_a_signal(open_desk: OpenDesk) -> None:
    phone = open_desk("village", phone=True)
    page = phone.page
    wait_until_ready(phone)
    tasks = page.locator("a.task")
    before = tasks.count()
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("当前没有信号")).to_be_visible()
    expect(tasks).to_have_count(before)
    tasks.last.click()
    expect(page.get_by_role("heading", name="办理记录")).to_be_visible()


def test_logging_out_leaves_nothing_of_the_village_on_the_phone(open_desk: OpenDesk) -> None:
    phone = open_desk("village", phone=True)
    page = phone.page
    wait_until_ready(phone)
    phone.open("/my/account")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(re.compile("/login"))
    assert page.evaluate(KEPT_ANSWERS) == 0
