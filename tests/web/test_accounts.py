"""Accounts: made, changed and shut out in the browser by whoever may."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import OWN_VILLAGE
from tests.web.desk import PASSWORD, Desk
from tests.web.test_quality import LANGUAGES, axe, wait_until_read

pytestmark = pytest.mark.browser

OpenDesk = Callable[..., Desk]
Api = Callable[[str], httpx.Client]


def make_village_account(page: Page, village: str, username: str) -> str:
    """Fill the open form and answer the password that the slip shows."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("角色").select_option("village")
    dialog.get_by_text(village, exact=True).click()
    dialog.get_by_label("用户名").fill(username)
    dialog.get_by_role("button", name="开通账号").click()
    return password_on_slip(page)


def password_on_slip(page: Page) -> str:
    """The password that is shown this once; the slip is closed."""
    password = page.get_by_test_id("password").locator("dd").inner_text()
    page.get_by_role("button", name="已交接，关闭").click()
    expect(page.get_by_test_id("password")).to_have_count(0)
    return password


def test_a_village_account_is_made_and_logs_in(open_desk: OpenDesk, api: Api) -> None:
    villages = api("admin").get("/api/villages").json()["items"]
    own = next(one["name"] for one in villages if one["code"] == OWN_VILLAGE)
    admin = open_desk("admin")
    page = admin.page
    page.get_by_role("link", name="账号").click()
    page.get_by_role("button", name="开通账号").click()
    password = make_village_account(page, own, "made-in-the-page")

    village = open_desk(None, phone=True)
    village.log_in("made-in-the-page", password)
    village.page.wait_for_url(re.compile("/my$"))

    page.reload()
    row = page.get_by_test_id("account").filter(has_text="made-in-the-page")
    expect(row).to_contain_text(own)
    row.get_by_role("link").click()
    happenings = page.get_by_test_id("happening")
    expect(happenings).to_have_text([re.compile("登录（来自"), re.compile(f"开通账号.*{own}")])
    assert admin.violations + village.violations == []
    assert admin.strangers + village.strangers == []


def test_refusals_stand_at_their_field(open_desk: OpenDesk) -> None:
    page = open_desk("admin", language="en").page
    page.goto("/accounts")
    page.get_by_role("button", name="Add an account").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("User name").fill("office")
    save = dialog.get_by_role("button", name="Add an account")
    save.click()
    expect(dialog.get_by_role("alert")).to_have_text(
        "A village account needs at least one village."
    )
    dialog.get_by_label("Role").select_option("department")
    save.click()
    expect(dialog.get_by_role("alert")).to_have_text("A department account needs its department.")
    dialog.get_by_label("Department").select_option("finance")
    save.click()
    expect(dialog.locator("#account-username-note")).to_have_text("The user name office is taken.")
    expect(dialog.get_by_role("alert")).to_have_count(1)


def test_an_account_is_changed_reset_and_shut_out(open_desk: OpenDesk, api: Api) -> None:
    wanted = {"username": "for-a-while", "role": "grid", "villages": [OWN_VILLAGE]}
    made = api("admin").post("/api/accounts", json=wanted | {"password": PASSWORD}).json()
    desk = open_desk("admin")
    page = desk.page
    desk.open(f"/accounts/{made['account']['id']}")
    page.get_by_role("button", name="修改", exact=True).click()
    page.get_by_role("dialog").get_by_label("角色").select_option("department")
    page.get_by_role("dialog").get_by_label("部门").select_option("finance")
    page.get_by_role("dialog").get_by_role("button", name="保存").click()
    expect(page.locator("dl").first).to_contain_text("财政办")

    page.get_by_role("button", name="重置密码").click()
    page.get_by_role("dialog").get_by_role("button", name="重置密码").click()
    password = password_on_slip(page)
    held = open_desk(None)
    held.log_in("for-a-while", password)

    page.get_by_role("button", name="停用").click()
    page.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(page.get_by_role("button", name="恢复使用")).to_be_visible()
    expect(page.get_by_test_id("happening").first).to_contain_text("停用")
    held.page.reload()
    held.page.wait_for_url(re.compile("/login"))
    desk.open("/accounts?disabled=true")
    expect(page.get_by_test_id("account").filter(has_text="for-a-while")).to_contain_text("已停用")


def test_a_token_is_revoked_by_an_administrator(open_desk: OpenDesk, api: Api) -> None:
    made = api("analyst").post("/api/me/tokens", json={"name": "desktop of the analyst"}).json()
    analyst = api("analyst").get("/api/me").json()["id"]
    page = open_desk("admin").page
    page.goto(f"/accounts/{analyst}")
    page.get_by_role("button", name="撤销令牌 desktop of the analyst").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("撤销令牌")).click()
    expect(page.get_by_test_id("token")).to_have_count(0)
    key = {"X-API-Key": made["token"]}
    assert httpx.get(str(api("admin").base_url) + "/api/me", headers=key).status_code == 401


def test_nobody_else_is_led_to_the_accounts(open_desk: OpenDesk) -> None:
    page = open_desk("office").page
    expect(page.get_by_role("navigation").first).to_be_visible()
    expect(page.get_by_role("link", name="账号")).to_have_count(0)
    page.get_by_role("button", name=re.compile("office")).click()
    expect(page.get_by_role("link", name="修改密码")).to_be_visible()
    expect(page.get_by_role("link", name="账号管理")).to_have_count(0)
    page.goto("/accounts")
    expect(page.get_by_role("heading", name="无权查看")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bar_of_an_administrator_fits_a_small_screen(
    open_desk: OpenDesk, language: str
) -> None:
    page = open_desk("admin", language=language).page
    expect(page.get_by_role("navigation").first).to_be_visible()
    for width in (1280, 1024):
        page.set_viewport_size({"width": width, "height": 768})
        for element in ("html", "nav"):
            found = page.locator(element).first
            assert found.evaluate("one => one.scrollWidth <= one.clientWidth"), (width, element)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_can_manage_accounts_at_a_desk_and_on_a_phone(
    open_desk: OpenDesk, api: Api, language: str
) -> None:
    own = api("admin").get("/api/me").json()["id"]
    found = {}
    for phone in (False, True):
        desk = open_desk("admin", phone=phone, language=language)
        page = desk.page
        for path in ("/accounts", "/accounts?q=nobody", f"/accounts/{own}", f"/accounts/{own + 1}"):
            desk.open(path)
            wait_until_read(page)
            found[phone, path] = axe(page)
            width = page.locator("main").evaluate("element => element.scrollWidth")
            assert width <= page.viewport_size["width"], (phone, path)
        page.get_by_role("button", name=re.compile("重置密码|Reset the password")).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        found[phone, "reset"] = axe(page)
        desk.open("/accounts")
        page.locator(".page-head .button-primary").click()
        page.get_by_role("dialog").locator("input[name=username]").fill("office")
        page.get_by_role("dialog").locator("button.button-primary").click()
        expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
        found[phone, "make"] = axe(page)
    assert {where: what for where, what in found.items() if what} == {}
