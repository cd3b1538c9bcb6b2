"""What the office does with a case beside its moves: pausing, voiding, splitting."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.web.conftest import OWN_VILLAGE
from tests.web.desk import Desk
from tests.web.photos import photo

pytestmark = pytest.mark.browser

OpenDesk = Callable[..., Desk]
Api = Callable[[str], httpx.Client]


def waiting_cases(api: Api) -> list[dict[str, Any]]:
    """Cases whose clock runs."""
    query: dict[str, str | int] = {"status": "pending_assignment", "limit": 100}
    items: list[dict[str, Any]] = api("office").get("/api/cases", params=query).json()["items"]
    return items


def open_measures(desk: Desk, case_id: int) -> None:
    """The case's page with its measures unfolded."""
    desk.open(f"/cases/{case_id}")
    desk.page.locator("summary", has_text="添加备注").click()


def test_a_clock_is_paused_with_a_reason_and_goes_on(open_desk: OpenDesk, api: Api) -> None:
    case = waiting_cases(api)[-1]
    desk = open_desk("office")
    page = desk.page
    open_measures(desk, case["id"])
    desk.move("pause", {"reason": "weather"}, note="河堤未通")
    expect(page.get_by_text("汛期、灾害等无法到场；河堤未通")).to_be_visible()
    desk.move("resume")
    expect(page.get_by_text("河堤未通").first).to_be_visible()
    expect(page.get_by_text("已暂停计时")).to_have_count(0)


def test_a_void_case_says_why_and_offers_nothing(open_desk: OpenDesk, api: Api) -> None:
    case = waiting_cases(api)[-2]
    desk = open_desk("office")
    open_measures(desk, case["id"])
    desk.move("void", {"reason": "duplicate"})
    expect(desk.page.get_by_text("此图斑已作废")).to_contain_text("重复图斑")
    expect(desk.page.get_by_text("当前没有需要您办理的事项")).to_be_visible()
    expect(desk.page.get_by_test_id("move-void")).to_have_count(0)


def test_a_case_is_split_along_a_drawn_line(open_desk: OpenDesk, api: Api) -> None:
    case = waiting_cases(api)[-3]
    desk = open_desk("office")
    page = desk.page
    open_measures(desk, case["id"])
    page.get_by_test_id("move-split").click()
    desk.wait_for_map("split-map")
    box = page.get_by_test_id("split-map").bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2
    page.mouse.click(middle, box["y"] + 12)
    page.mouse.dblclick(middle, box["y"] + box["height"] - 12)
    expect(page.get_by_text("已画 2 点")).to_be_visible()
    page.locator("dialog textarea[name=note]").fill("东侧为已批道路")
    page.get_by_role("button", name="按此线拆分").click()
    desk.expect_status("已拆分")
    expect(page.get_by_text(re.compile("拆分出"))).to_have_count(2)
    whole = case["areas"]["suspect"]
    kin = api("office").get(f"/api/cases/{case['id']}").json()["kin"]
    parts = [api("office").get(f"/api/cases/{one['id']}").json() for one in kin]
    assert sum(part["areas"]["suspect"] for part in parts) == pytest.approx(whole, abs=0.5)


def test_a_villages_own_report_is_noted_with_its_day(open_desk: OpenDesk, api: Api) -> None:
    case = waiting_cases(api)[-4]
    desk = open_desk("office")
    page = desk.page
    open_measures(desk, case["id"])
    desk.move("self-report", {"reported_on": "2999-01-01"}, note="村书记电话报告")
    expect(page.get_by_role("alert")).to_contain_text("自报日期须早于")
    page.locator("input[name=reported_on]").fill("2026-04-02")
    page.locator("form", has=page.locator("[name=reported_on]")).locator("button").last.click()
    entry = page.locator("ol li", has_text="登记村级自报")
    expect(entry).to_contain_text("村书记电话报告")
    expect(entry).to_contain_text("2026")


def test_what_is_missing_is_said_in_the_form_and_what_is_typed_stays(
    open_desk: OpenDesk, api: Api
) -> None:
    case = next(one for one in waiting_cases(api) if one["village"]["code"] == OWN_VILLAGE)
    api("office").post("/api/cases/dispatch", json={"case_ids": [case["id"]]}).raise_for_status()
    village = open_desk("village", phone=True)
    page = village.page
    village.open(f"/my/{case['id']}")
    village.move("start_check")
    village.expect_status("核查举证中")
    village.move("submit", {"opinion": "pseudo_change"}, note="只是阴影")
    expect(page.get_by_role("alert").filter(has_text="至少需要远景、近景各一张")).to_be_visible()
    expect(page.get_by_text("刚被他人办理")).to_have_count(0)
    longitude, latitude = case["geometry"]["coordinates"][0][0][0]
    for number, kind in ((31, "far"), (32, "near")):
        taken = photo(number, longitude, latitude)
        village.choose_file(f"[data-testid=camera-{kind}]", taken)
    expect(page.locator("[data-testid=queued-photo][data-state=confirmed]")).to_have_count(2)
    expect(page.get_by_text("至少需要远景、近景各一张")).to_have_count(0)
    expect(page.locator("textarea[name=note]")).to_have_value("只是阴影")
    page.locator("form button.button-primary").click()
    village.expect_status("待专班办公室审核")
