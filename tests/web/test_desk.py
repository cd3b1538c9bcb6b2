"""The clerk's pages: map, lists, upload, figures, alerts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Route, expect
from python_calamine import CalamineWorkbook

from tests.web.desk import PASSWORD, Desk

pytestmark = pytest.mark.browser

OpenDesk = Callable[..., Desk]
Api = Callable[[str], httpx.Client]


def test_a_click_on_the_map_shows_the_case(open_desk: OpenDesk, api: Api) -> None:
    case = api("office").get("/api/cases", params={"limit": 1}).json()["items"][0]
    longitude, latitude = case["geometry"]["coordinates"][0][0][0]
    desk = open_desk("office")
    desk.open(f"/map?at={longitude},{latitude},13")
    desk.wait_for_map()
    desk.page.get_by_role("combobox", name="搜索").fill(case["code"])
    desk.page.locator("[role=option]").first.click()
    drawer = desk.page.get_by_role("complementary")
    expect(drawer).to_contain_text(case["reason"])
    drawer.get_by_role("link", name="打开图斑").click()
    desk.page.wait_for_url(re.compile(rf"/cases/{case['id']}$"))
    desk.wait_for_map("case-map")
    assert desk.violations == []
    assert desk.strangers == []


def test_a_click_on_ground_shows_its_plot(open_desk: OpenDesk, api: Api) -> None:
    page_of_plots = api("office").get("/api/plots", params={"limit": 1, "land_class": "0101"})
    plot = page_of_plots.json()["features"][0]
    card = api("office").get(f"/api/plots/{plot['properties']['plot_id']}").json()
    desk = open_desk("office")
    desk.open(f"/map?plot={card['id']}")
    drawer = desk.page.get_by_role("complementary")
    expect(drawer).to_contain_text(card["plot_no"])
    expect(drawer).to_contain_text(f"{card['area_mu']:.2f}")


def test_a_ground_that_cannot_be_read_is_told_once(open_desk: OpenDesk) -> None:
    desk = open_desk("office")
    layers = {"items": [{"name": "base", "attribution": "示例", "deepest": 18}]}
    refusal = {"code": "basemap-unreadable", "detail": "请管理员检查底图密钥", "detail_en": "Key"}
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=503, content_type="application/problem+json", json=refusal)

    desk.page.route(re.compile("/api/basemap$"), lambda route: route.fulfill(json=layers))
    desk.page.route(re.compile("/api/basemap/base/"), refuse)
    desk.open("/map")
    notice = desk.page.get_by_text("请管理员检查底图密钥")
    expect(notice).to_have_count(1)
    desk.wait_for_map()
    assert len(asked) > 1
    desk.page.get_by_role("status").get_by_role("button", name="关闭").click()
    desk.page.get_by_role("link", name="图斑", exact=True).click()
    desk.page.get_by_role("link", name="一张图", exact=True).click()
    desk.wait_for_map()
    expect(notice).to_have_count(0)


def test_coordinates_of_either_system_lead_to_their_place(open_desk: OpenDesk) -> None:
    desk = open_desk("office")
    desk.open("/map")
    desk.wait_for_map()
    search = desk.page.get_by_role("combobox", name="搜索")
    for text in ("105.9, 29.35", "35587399.8 3248399.3", "29°21′00″N 105°54′00″E"):
        search.fill(text)
        expect(desk.page.locator("[role=option]").first).to_contain_text(
            re.compile(r"105\.(900000|89999\d|90000\d), 29\.(350000|34999\d|35000\d)")
        )


def test_filters_stand_in_the_address_and_survive_a_reload(open_desk: OpenDesk) -> None:
    desk = open_desk("office")
    desk.open("/cases")
    desk.page.get_by_label("疑似类别").select_option("non_grain")
    desk.page.wait_for_url(re.compile("category=non_grain"))
    desk.page.reload()
    expect(desk.page.get_by_label("疑似类别")).to_have_value("non_grain")
    categories = desk.page.locator("tbody td:nth-child(4)")
    expect(categories.first).to_be_visible()
    assert {text.strip() for text in categories.all_inner_texts()} == {"疑似非粮化"}


def test_cases_are_filtered_by_the_year_of_their_conclusion(open_desk: OpenDesk, api: Api) -> None:
    desk = open_desk("office", language="en")
    desk.open("/cases")
    expect(desk.page.locator("tbody tr").first).to_be_visible()
    concluded = desk.page.get_by_label("Concluded", exact=True)
    year = concluded.locator("option").nth(-2).inner_text()
    concluded.select_option(year)
    desk.page.wait_for_url(re.compile(f"concluded={year}$"))
    found = api("office").get("/api/cases", params={"concluded": year}).json()["items"]
    expect(desk.page.locator("tbody tr")).to_have_count(len(found))
    desk.open("/cases?concluded=2019-Q3")
    expect(concluded).to_have_value("2019-Q3")
    expect(concluded.locator("option:checked")).to_have_text("2019 Q3")


def test_the_list_says_how_many_fit(open_desk: OpenDesk, api: Api) -> None:
    def counted(**filters: str) -> int:
        answer = api("office").get("/api/villages/summary", params=filters)
        return int(answer.json()["total"]["cases"])

    everything, some = counted(), counted(category="non_grain")
    assert 0 < some < everything
    desk = open_desk("office")
    desk.open("/cases")
    expect(desk.page.get_by_text(f"共 {everything} 件")).to_be_visible()
    desk.page.get_by_label("疑似类别").select_option("non_grain")
    expect(desk.page.get_by_text(f"共 {some} 件")).to_be_visible()
    expect(desk.page.locator("tbody tr")).to_have_count(some)


def test_older_imports_follow_and_are_filtered(open_desk: OpenDesk, api: Api) -> None:
    imports = api("office").get("/api/imports", params={"limit": 200}).json()["items"]
    desk = open_desk("office")
    # As if a page held four.
    desk.page.route(
        re.compile(r"/api/imports(\?(?!.*limit).*)?$"),
        lambda route: route.continue_(url=with_limit(route.request.url, 4)),
    )
    desk.open("/imports")
    rows = desk.page.locator("tbody tr")
    expect(rows).to_have_count(4)
    more = desk.page.get_by_role("button", name="加载更多")
    while more.is_visible():
        shown = rows.count()
        more.click()
        expect(rows).to_have_count(min(shown + 4, len(imports)))
    expect(rows).to_have_count(len(imports))
    desk.page.get_by_label("图层").select_option("plots")
    desk.page.wait_for_url(re.compile(r"layer=plots$"))
    expect(rows).to_have_count(sum(one["layer"] == "plots" for one in imports))
    desk.page.get_by_label("结果").select_option("failed")
    expect(desk.page.get_by_text("没有符合条件的导入")).to_be_visible()
    desk.page.get_by_role("button", name="清除筛选").first.click()
    expect(rows).to_have_count(4)


def with_limit(address: str, limit: int) -> str:
    return f"{address}{'&' if '?' in address else '?'}limit={limit}"


def test_the_list_is_walked_by_keyboard(open_desk: OpenDesk) -> None:
    desk = open_desk("office")
    desk.open("/cases")
    rows = desk.page.locator("tbody tr")
    rows.first.focus()
    desk.page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    desk.page.keyboard.press("x")
    expect(desk.page.get_by_text("已选 1 个图斑")).to_be_visible()
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile(r"/cases/\d+$"))


def test_a_case_that_somebody_else_dispatched_is_shown_as_it_is(
    open_desk: OpenDesk, api: Api
) -> None:
    query = {"status": "pending_assignment", "limit": 1}
    case = api("office").get("/api/cases", params=query).json()["items"][0]
    desk = open_desk("office")
    desk.open(f"/cases?village={case['village']['code']}")
    desk.page.get_by_label(f"选择 {case['code']}").check()
    desk.page.get_by_role("button", name=re.compile("分派到村")).click()
    api("leader").post("/api/cases/dispatch", json={"case_ids": [case["id"]]}).raise_for_status()
    desk.page.locator("dialog button.button-primary").click()
    expect(desk.page.get_by_text("1 个未能分派")).to_be_visible()
    expect(desk.page.locator("dialog")).to_have_count(0)
    row = desk.page.locator("tbody tr", has_text=case["code"][-9:])
    expect(row).to_contain_text("待村级核查")


def test_a_list_is_printed_to_its_end(open_desk: OpenDesk, api: Api) -> None:
    cases = api("office").get("/api/cases").json()["items"]
    desk = open_desk("office")
    desk.open("/cases")
    rows = desk.page.locator("tbody tr")
    expect(rows).to_have_count(len(cases))
    desk.page.emulate_media(media="print")
    expect(desk.page.get_by_role("button", name="导出台账")).to_be_hidden()
    expect(desk.page.get_by_role("banner")).to_be_hidden()
    end = rows.last.evaluate("row => row.getBoundingClientRect().bottom + scrollY")
    paper = desk.page.evaluate("document.scrollingElement.scrollHeight")
    assert 900 < end <= paper


def test_paper_says_of_what_and_of_when_a_list_is(open_desk: OpenDesk, api: Api) -> None:
    village = api("office").get("/api/cases", params={"limit": 1}).json()["items"][0]["village"]
    desk = open_desk("office")
    page = desk.page
    desk.open(f"/cases?village={village['code']}")
    expect(page.locator("tbody tr").first).to_be_visible()
    printed, due = page.get_by_text("office 打印于"), page.locator("tbody .due .on-paper").first
    expect(printed).to_be_hidden()
    expect(due).to_be_hidden()
    page.emulate_media(media="print")
    expect(printed).to_be_visible()
    expect(due).to_have_text(re.compile(r"（\d{4}/\d\d/\d\d）"))
    expect(due).to_be_visible()
    expect(page.get_by_label("村（社区）")).to_be_visible()
    expect(page.get_by_label("疑似类别")).to_be_hidden()
    expect(page.get_by_label("仅看逾期")).to_be_hidden()


def test_the_ledger_downloads(open_desk: OpenDesk, tmp_path: Path) -> None:
    desk = open_desk("office")
    desk.open("/cases")
    with desk.page.expect_download() as started:
        desk.page.get_by_role("button", name="导出台账").click()
    file = tmp_path / "ledger.xlsx"
    started.value.save_as(file)
    assert CalamineWorkbook.from_path(file).sheet_names


def test_a_file_that_is_no_layer_is_refused_with_what_to_do(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    file = tmp_path / "notes.zip"
    file.write_text("this is not a zip")
    desk = open_desk("office")
    desk.open("/imports/new")
    desk.choose_file("input[type=file]", file)
    expect(desk.page.get_by_role("alert")).not_to_be_empty()
    expect(desk.page.get_by_role("button", name="发布", exact=True)).to_have_count(0)


def test_a_receipt_counts_every_row(open_desk: OpenDesk, api: Api) -> None:
    plots = api("office").get("/api/imports", params={"layer": "plots"}).json()["items"][0]
    desk = open_desk("office")
    desk.open(f"/imports/{plots['id']}")
    expect(desk.page.get_by_text(f"{plots['counts']['read']:,}").first).to_be_visible()
    expect(desk.page.get_by_text("GB18030").first).to_be_visible()


def test_figures_lead_to_their_cases(open_desk: OpenDesk, api: Api) -> None:
    figures = api("office").get("/api/villages/summary").json()["items"][0]
    desk = open_desk("office")
    desk.open("/villages")
    desk.page.get_by_role("link", name=re.compile(figures["name"])).click()
    desk.page.wait_for_url(re.compile(f"/villages/{figures['code']}$"))
    desk.page.get_by_role("link", name="疑似非农化").click()
    desk.page.wait_for_url(re.compile("category=non_farm"))
    expect(desk.page.locator("tbody tr").first).to_be_visible()


def test_the_bell_rings_while_the_page_is_open(open_desk: OpenDesk, api: Api) -> None:
    query = {"status": "pending_assignment", "limit": 1}
    case = api("office").get("/api/cases", params=query).json()["items"][0]
    desk = open_desk("office")
    bell = desk.page.get_by_role("button", name=re.compile("预警通知"))
    bell.click()
    expect(desk.page.get_by_test_id("unread")).to_have_count(0)
    bell.click()
    answer = api("office").post("/api/cases/dispatch", json={"case_ids": [case["id"]]})
    assert answer.json()["dispatched"] == [case["id"]]
    expect(desk.page.get_by_test_id("unread")).to_have_text("1")
    bell.click()
    expect(desk.page.locator(".panel li").first).to_contain_text("任务已分派")


def test_a_subscription_is_made_and_removed(open_desk: OpenDesk) -> None:
    desk = open_desk("office")
    desk.open("/alerts")
    desk.page.get_by_role("button", name="新增订阅").click()
    form = desk.page.get_by_role("dialog")
    form.get_by_text("新增疑似图斑").click()
    form.get_by_label("方式").select_option("email")
    form.get_by_label("发送到").fill("office@example.org")
    form.get_by_role("button", name="保存").click()
    card = desk.page.locator("article", has_text="office@example.org")
    expect(card).to_contain_text("新增疑似图斑")
    card.get_by_role("button", name="删除订阅").click()
    expect(card).to_have_count(0)


def test_going_back_leads_to_the_line_that_was_left(open_desk: OpenDesk) -> None:
    desk = open_desk("office")
    page = desk.page
    desk.open("/cases")
    expect(page.locator("tbody tr").nth(40)).to_be_attached()
    frame = page.get_by_role("main")
    frame.evaluate("main => { main.scrollTop = 900 }")
    case = page.locator("tbody tr a").nth(30)
    number, href = case.inner_text(), case.get_attribute("href")
    case.click()
    expect(page).to_have_title(re.compile(f"^{number} .+ · 耕地保护一张图$"))
    expect(frame).to_be_focused()
    assert frame.evaluate("main => main.scrollTop") == 0
    page.go_back()
    expect(page).to_have_title("疑似图斑 · 耕地保护一张图")
    expect(page.locator(f"tbody a[href='{href}']")).to_be_in_viewport()
    page.wait_for_function("document.getElementById('main').scrollTop === 900")


def test_a_link_to_a_case_leads_a_villages_phone_to_its_own_page(
    open_desk: OpenDesk, api: Api
) -> None:
    case = api("village").get("/api/cases", params={"limit": 1}).json()["items"][0]
    phone = open_desk(None, phone=True)
    phone.open(f"/cases/{case['id']}")
    phone.page.locator("input[name=username]").fill("village")
    phone.page.locator("input[name=password]").fill(PASSWORD)
    phone.page.locator("form button.button-primary").click()
    phone.page.wait_for_url(re.compile(rf"/my/{case['id']}$"))
    expect(phone.page.get_by_text(case["code"])).to_be_visible()


WITHOUT_WORKER = "delete Navigator.prototype.serviceWorker"
"""As on a first visit: no code is kept on the device."""


def test_code_that_is_slow_or_does_not_come_is_told(open_desk: OpenDesk) -> None:
    desk = open_desk(None)
    page = desk.page
    page.add_init_script(WITHOUT_WORKER)
    desk.log_in("office")
    desk.wait_for_map()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile("/assets/VillagesPage.*js"), hold)
    page.get_by_role("link", name="村社与部门", exact=True).click()
    expect(page.get_by_text("正在打开…")).to_be_visible()
    held[0].continue_()
    expect(page.get_by_role("heading", name="村社与部门")).to_be_visible()
    expect(page.get_by_text("正在打开…")).to_have_count(0)
    page.route(re.compile("/assets/AlertsPage"), lambda route: route.abort())
    page.context.set_offline(True)
    page.get_by_role("link", name="预警", exact=True).click()
    expect(page.get_by_text("网络已断开")).to_be_visible()
    page.context.set_offline(False)
    page.unroute(re.compile("/assets/AlertsPage"))
    page.route(re.compile("/assets/AlertsPage"), lambda route: route.abort(), times=1)
    page.get_by_role("link", name="预警", exact=True).click()
    expect(page.get_by_role("heading", name="我的订阅")).to_be_visible()


def test_a_page_that_is_still_coming_says_so(open_desk: OpenDesk) -> None:
    desk = open_desk(None)
    desk.page.add_init_script(WITHOUT_WORKER)
    held: list[Route] = []
    code = re.compile("/assets/LoginPage.*js")

    def hold(route: Route) -> None:
        held.append(route)

    desk.page.route(code, hold)
    with desk.page.expect_request(code):
        desk.page.goto("/login", wait_until="commit")
    expect(desk.page.get_by_text("正在打开…")).to_be_visible()
    expect(desk.page.get_by_label("用户名")).to_have_count(0)
    held[0].continue_()
    expect(desk.page.get_by_label("用户名")).to_be_visible()
    expect(desk.page.get_by_text("正在打开…")).to_have_count(0)
