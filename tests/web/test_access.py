"""Who gets in, and what those see who may not."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import expect

from service.accounts.links import login_link
from service.processes.opening import OpenHome
from tests.web.conftest import OWN_VILLAGE
from tests.web.desk import Desk

pytestmark = pytest.mark.browser

OpenDesk = Callable[..., Desk]
Api = Callable[[str], httpx.Client]


def test_a_one_time_link_logs_in_once(open_desk: OpenDesk, home: OpenHome, address: str) -> None:
    link = login_link(home.runtime, "office", address)
    desk = open_desk(None)
    desk.page.goto(link)
    desk.page.wait_for_url(re.compile(r"/map"))
    late = open_desk(None)
    late.page.goto(link)
    expect(late.page.get_by_text("一次性链接已失效或已被使用")).to_be_visible()


def test_a_wrong_password_says_what_to_do(open_desk: OpenDesk) -> None:
    desk = open_desk(None)
    desk.open("/login")
    desk.page.locator("input[name=username]").fill("office")
    desk.page.locator("input[name=password]").fill("wrong")
    desk.page.locator("form button.button-primary").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("用户名或密码不正确")


def test_an_expired_login_leads_back_to_the_page(open_desk: OpenDesk) -> None:
    desk = open_desk("office")
    desk.page.evaluate("sessionStorage.clear()")
    desk.open("/cases?severity=3")
    desk.page.wait_for_url(re.compile(r"/login\?to="))
    desk.page.locator("input[name=username]").fill("office")
    desk.page.locator("input[name=password]").fill("test-only")
    desk.page.locator("form button.button-primary").click()
    desk.page.wait_for_url(re.compile(r"/cases\?severity=3$"))


def test_another_villages_case_is_not_reachable_by_address(open_desk: OpenDesk, api: Api) -> None:
    items = api("office").get("/api/cases", params={"limit": 200}).json()["items"]
    foreign = next(item for item in items if item["village"]["code"] != OWN_VILLAGE)
    village = open_desk("village", phone=True)
    for path in (f"/my/{foreign['id']}", f"/cases/{foreign['id']}"):
        village.open(path)
        expect(village.page.get_by_role("heading", name="没有找到")).to_be_visible()
    village.open(f"/villages/{foreign['village']['code']}")
    expect(village.page.get_by_role("heading", name="没有找到")).to_be_visible()


def test_a_page_that_the_role_may_not_open_says_so(open_desk: OpenDesk) -> None:
    village = open_desk("village")
    village.open("/imports")
    expect(village.page.get_by_role("heading", name="无权查看")).to_be_visible()
    expect(village.page.get_by_text("村书记")).to_be_visible()


def test_the_office_logs_out_on_a_phone(open_desk: OpenDesk) -> None:
    office = open_desk("office", phone=True)
    office.page.get_by_role("button", name=re.compile("office")).click()
    office.page.get_by_role("button", name="退出登录").click()
    office.page.wait_for_url(re.compile("/login"))


def test_the_page_speaks_english_after_a_switch(open_desk: OpenDesk) -> None:
    desk = open_desk("office")
    desk.open("/cases")
    desk.page.get_by_role("button", name=re.compile("English")).click()
    expect(desk.page.get_by_role("heading", name="Suspect cases")).to_be_visible()
    assert desk.page.evaluate("document.documentElement.lang") == "en-GB"
