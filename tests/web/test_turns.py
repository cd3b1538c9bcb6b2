"""Whose turn it is: what waits for the reader, and for whom a case waits otherwise."""

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

OF_THE_OFFICE = ["pending_assignment", "office_review", "concluded", "acceptance", "reopened"]
LISTED = 50
TO_ASSIGN = ["screened", "pending_assignment", "reopened"]


def counted(user: httpx.Client, statuses: list[str]) -> int:
    """How many cases stand in the states, as the figures count them."""
    query = httpx.QueryParams([("status", status) for status in statuses])
    answer = user.get("/api/departments/summary", params=query)
    return int(answer.json()["total"]["cases"])


def waiting_in(api: Api, village: str) -> dict[str, Any]:
    """A case of the village that waits to be dispatched."""
    query: dict[str, str | int] = {
        "status": "pending_assignment",
        "village": village,
        "limit": 1,
    }
    cases: list[dict[str, Any]] = api("office").get("/api/cases", params=query).json()["items"]
    return cases[0]


def test_what_waits_for_the_reader_is_counted_and_listed(open_desk: OpenDesk, api: Api) -> None:
    waiting = counted(api("office"), OF_THE_OFFICE)
    desk = open_desk("office")
    desk.open("/cases")
    to_do = desk.page.get_by_test_id("todo")
    expect(to_do).to_have_text(re.compile(rf"待我办理\s*{waiting}$"))
    to_do.click()
    expect(desk.page.get_by_text(f"共 {waiting} 件")).to_be_visible()
    expect(desk.page.get_by_label("办理状态").locator("option:checked")).to_have_text("待我办理")
    desk.page.reload()
    expect(to_do).to_have_attribute("aria-pressed", "true")
    with desk.page.expect_download():
        desk.page.get_by_role("button", name="导出台账").click()
    to_do.click()
    expect(desk.page).to_have_url(re.compile("/cases$"))


def test_a_column_of_the_board_says_how_many_there_are(open_desk: OpenDesk, api: Api) -> None:
    desk = open_desk("office")
    desk.open("/cases?view=board")
    column = desk.page.get_by_role("region", name="待分派")
    expect(column.get_by_role("listitem")).to_have_count(LISTED)
    total = counted(api("office"), TO_ASSIGN)
    assert total > LISTED
    expect(column.get_by_role("heading")).to_have_text(re.compile(rf"待分派\s*{total}$"))
    column.get_by_role("link").click()
    expect(desk.page.get_by_text(f"共 {total} 件")).to_be_visible()


def test_whoever_has_nothing_to_do_is_told_whose_turn_it_is(open_desk: OpenDesk, api: Api) -> None:
    case = waiting_in(api, OWN_VILLAGE)
    village = open_desk("village", phone=True)
    village.open(f"/my/{case['id']}")
    expect(village.page.get_by_test_id("waits")).to_contain_text("等专班办公室分派到三星村")
    expect(village.page.get_by_text(case["code"])).to_be_visible()
    api("office").post("/api/cases/dispatch", json={"case_ids": [case["id"]]}).raise_for_status()
    leader = open_desk("leader")
    leader.open(f"/cases/{case['id']}")
    expect(leader.page.get_by_test_id("waits")).to_contain_text("等三星村到现场核查")
    escalate = leader.page.get_by_test_id("move-escalate")
    expect(escalate).not_to_have_class(re.compile("button-primary"))
    due = api("office").get(f"/api/cases/{case['id']}").json()["due_at"][:10].replace("-", "/")
    expect(leader.page.get_by_text(f"（{due}）")).to_be_visible()


def test_a_photo_of_another_place_is_said_not_to_count(open_desk: OpenDesk, api: Api) -> None:
    case = waiting_in(api, OWN_VILLAGE)
    api("office").post("/api/cases/dispatch", json={"case_ids": [case["id"]]}).raise_for_status()
    longitude, latitude = case["geometry"]["coordinates"][0][0][0]
    village = open_desk("village", phone=True)
    village.open(f"/my/{case['id']}")
    village.choose_file("[data-testid=camera-far]", photo(71, longitude + 0.02, latitude))
    expect(village.page.get_by_text("太远，不作核查依据")).to_be_visible()
