"""The story of a patch, from the upload to the closed case, told in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.web.conftest import OWN_VILLAGE, SECOND_BATCH
from tests.web.desk import Desk
from tests.web.photos import photo

pytestmark = pytest.mark.browser

PUBLISHED_MS = 120_000
REASON = "需补充农转用批地手续"
WORDS = "远景看不出地块四至，请补拍。"

OpenDesk = Callable[..., Desk]


def test_a_patch_goes_from_the_upload_to_the_closed_case(
    open_desk: OpenDesk, api: Callable[[str], httpx.Client]
) -> None:
    office = open_desk("office")
    batch = upload_second_batch(office)
    case = a_case_of(api("office"), batch)
    dispatch(office, batch, case)

    village = open_desk("village", phone=True)
    check_on_site(village, case)
    submit(village)

    office.open(f"/cases/{case['id']}")
    return_with_words(office)
    supplement(village, case)
    submit(village)

    office.open(f"/cases/{case['id']}")
    conclude_and_close(office)
    expect(office.page.get_by_text(WORDS)).to_be_visible()
    concluded = office.page.get_by_label("认定时间")
    office.open("/cases")
    concluded.select_option(index=1)
    expect(office.page.locator(f"tbody a[href='/cases/{case['id']}']")).to_be_visible()
    assert office.violations + village.violations == []
    assert office.strangers + village.strangers == []


def upload_second_batch(office: Desk) -> int:
    """Look at what was found in the file, publish it, and follow it to its cases."""
    page = office.page
    office.open("/imports/new")
    office.choose_file("input[type=file]", SECOND_BATCH)
    expect(page.get_by_text("EPSG:4523").first).to_be_visible()
    expect(page.get_by_label("图斑编号")).not_to_have_value("")
    expect(page.locator("table tbody tr")).not_to_have_count(0)
    page.get_by_role("button", name="发布", exact=True).click()
    page.wait_for_url(re.compile(r"/imports/\d+$"))
    number = int(page.url.rsplit("/", 1)[1])
    expect(page.get_by_text("已发布")).to_be_visible(timeout=PUBLISHED_MS)
    page.get_by_role("link", name="查看新增图斑").click()
    page.wait_for_url(re.compile(rf"/cases\?batch={number}$"))
    expect(page.locator("tbody tr")).not_to_have_count(0)
    return number


def a_case_of(office: httpx.Client, batch: int) -> dict[str, Any]:
    """A case of the batch in the village whose people log in here."""
    query = {"batch": batch, "village": OWN_VILLAGE, "status": "pending_assignment"}
    items: list[dict[str, Any]] = office.get("/api/cases", params=query).json()["items"]
    return min(items, key=lambda item: int(item["severity"]))


def dispatch(office: Desk, batch: int, case: dict[str, Any]) -> None:
    """Pick the case in the table and send it to its village."""
    page = office.page
    office.open(f"/cases?batch={batch}&village={OWN_VILLAGE}")
    page.get_by_label(f"选择 {case['code']}").check()
    page.get_by_role("button", name=re.compile("分派到村")).click()
    page.locator("dialog textarea[name=note]").fill("请三日内到现场核查。")
    page.locator("dialog button.button-primary").click()
    expect(page.get_by_text("已分派 1 个图斑。")).to_be_visible()
    page.get_by_role("link", name=case["code"][-9:]).click()
    office.expect_status("待村级核查")


def check_on_site(village: Desk, case: dict[str, Any]) -> None:
    """On the phone: the task, the way to it, two photos that the service confirms."""
    page = village.page
    longitude, latitude = middle_of(case)
    page.context.set_geolocation({"longitude": longitude, "latitude": latitude})
    village.open("/my")
    page.get_by_role("link", name=re.compile(case["code"][-9:])).click()
    expect(page.get_by_text("您已在图斑附近")).to_be_visible()
    village.move("start_check")
    village.expect_status("核查举证中")
    village.choose_file("[data-testid=camera-far]", photo(1, longitude, latitude))
    village.choose_file("[data-testid=camera-near]", photo(2, longitude, latitude))
    confirmed = page.locator("[data-testid=queued-photo][data-state=confirmed]")
    expect(confirmed).to_have_count(2)


def submit(village: Desk) -> None:
    """Hand the findings to the office."""
    village.move("submit", {"opinion": "legal", "document_no": "渝府地〔2026〕8号"})
    village.expect_status("待专班办公室审核")


def return_with_words(office: Desk) -> None:
    """Send it back, with a reason of the list and words of one's own."""
    expect(office.page.get_by_test_id("found")).to_contain_text("合法 · 渝府地〔2026〕8号")
    office.page.get_by_test_id("move-return").click()
    office.page.locator("fieldset label").first.click()
    office.page.locator("textarea[name=note]").fill(WORDS)
    office.page.locator("form button.button-primary").click()
    office.expect_status("退回补充")


def supplement(village: Desk, case: dict[str, Any]) -> None:
    """What was returned stands on top with the reviewer's words."""
    village.open("/my")
    first = village.page.locator("a.task").first
    expect(first).to_contain_text(f"{REASON}；{WORDS}")
    first.click()
    village.move("supplement")
    village.expect_status("核查举证中")
    expect(village.page.get_by_role("blockquote")).to_contain_text(f"{REASON}；{WORDS}")


def conclude_and_close(office: Desk) -> None:
    """A person concludes; then the case is closed."""
    office.page.get_by_test_id("move-conclude").click()
    form = office.page.locator("form", has=office.page.locator("[name=conclusion]"))
    form.locator("[name=conclusion]").select_option("legal")
    expect(form.locator("[name=detail_legal]")).to_be_visible()
    expect(form.locator("[name=violation_area]")).to_have_count(0)
    form.locator("fieldset label").first.click()
    form.locator("[name=document_no]").fill("渝府地〔2026〕8号")
    form.locator("[name=confirmed]").check()
    form.locator("button.button-primary").click()
    office.expect_status("已认定")
    expect(office.page.get_by_test_id("conclusion")).to_contain_text("合法")
    office.move("close")
    office.expect_status("结案（无违法）")


def middle_of(case: dict[str, Any]) -> tuple[float, float]:
    """A position in the middle of a case's ground (degrees)."""
    ring = case["geometry"]["coordinates"][0][0]
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
