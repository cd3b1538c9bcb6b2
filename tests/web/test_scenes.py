"""Scenes: sent by the page, compared there, and seen on a case."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import expect

from service.cli.demo import SAMPLES
from tests.web.desk import Desk

pytestmark = pytest.mark.browser

OpenDesk = Callable[..., Desk]
Api = Callable[[str], httpx.Client]

EARLIER = SAMPLES / "scene-0.8m-20260110.tif"
LATER = SAMPLES / "scene-0.8m-20260420.tif"
WORKED_MS = 120_000


def test_two_scenes_are_sent_compared_and_seen_on_a_case(open_desk: OpenDesk, api: Api) -> None:
    desk = open_desk("office")
    page = desk.page
    desk.open("/scenes")
    scenes = page.get_by_test_id("scene")
    for file in (EARLIER, LATER):
        page.locator(".page-head .button-primary").click()
        dialog = page.get_by_role("dialog")
        dialog.locator("input[name=file]").set_input_files(file)
        dialog.get_by_role("button", name="上传影像").click()
        expect(dialog).to_have_count(0)
        sent = scenes.filter(has_text=file.name)
        expect(sent).to_contain_text("可用", timeout=WORKED_MS)

    scenes.filter(has_text=EARLIER.name).locator("input[name=before]").check()
    scenes.filter(has_text=LATER.name).locator("input[name=after]").check()
    page.get_by_role("button", name="比对两期影像").click()
    compared = page.get_by_test_id("detection").first
    expect(compared).to_contain_text("可用", timeout=WORKED_MS)
    compared.get_by_role("link", name="查看导入批次").click()
    page.wait_for_url(re.compile(r"/imports/\d+$"))
    expect(page.get_by_text("已发布")).to_be_visible(timeout=WORKED_MS)

    case = a_case_seen_twice(api)
    desk.open(f"/cases/{case}")
    swipe_over(desk)
    phone = open_desk("office", phone=True)
    phone.open(f"/my/{case}")
    swipe_over(phone)
    assert desk.violations + phone.violations == []
    assert desk.strangers + phone.strangers == []


def a_case_seen_twice(api: Api) -> int:
    """A case that has a scene from before and one from after."""
    items = api("office").get("/api/cases", params={"limit": 200}).json()["items"]
    seen = [item["imagery"] for item in items]
    both = [bool(one and one["before"] and one["after"]) for one in seen]
    return int(items[both.index(True)]["id"])


def swipe_over(desk: Desk) -> None:
    """Both pictures are there, and the divider uncovers the earlier one."""
    pictures = desk.page.locator(".stack img")
    expect(pictures).to_have_count(2)
    for index in range(2):
        expect(pictures.nth(index)).to_have_js_property("complete", True)
        assert pictures.nth(index).evaluate("picture => picture.naturalWidth") > 0
    desk.page.get_by_role("slider", name="拖动对比").fill("80")
    later = desk.page.locator(".stack .over")
    expect(later).to_have_css("clip-path", "inset(0px 0px 0px 80%)")
