"""Files that are not what the page takes them for, and what it asks before it publishes them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable

import pyproj
import pytest
from playwright.sync_api import FilePayload, expect
from shapely.geometry import box, mapping

from service.cli.demo import SAMPLES
from tests.web.conftest import SECOND_BATCH
from tests.web.desk import Desk

pytestmark = pytest.mark.browser

OpenDesk = Callable[..., Desk]

XIAN_80 = 2359


def test_a_file_of_another_layer_is_not_published_without_being_asked(open_desk: OpenDesk) -> None:
    office = open_desk("office")
    office.open("/imports/new")
    office.choose_file("input[type=file]", SAMPLES / "villages.zip")
    publish = office.page.get_by_role("button", name="发布", exact=True)
    expect(office.page.get_by_text("没有一列对得上“卫片图斑”的字段")).to_be_visible()
    expect(publish).to_be_disabled()
    office.page.get_by_label("图层无误，仍按“卫片图斑”发布").check()
    expect(publish).to_be_enabled()
    office.page.get_by_label("这是什么图层？").select_option("villages")
    expect(office.page.get_by_label("村代码")).to_have_value("ZLDWDM")
    expect(office.page.get_by_text("没有一列对得上")).to_have_count(0)
    expect(publish).to_be_enabled()


def test_a_required_column_of_another_name_is_pointed_out(open_desk: OpenDesk) -> None:
    office = open_desk("office")
    office.open("/imports/new")
    office.choose_file("input[type=file]", plots_with("LEIX"))
    office.page.get_by_label("这是什么图层？").select_option("plots")
    expect(office.page.get_by_text("哪一列是“地类编码”？")).to_be_visible()
    office.page.get_by_role("button", name="LEIX", exact=True).click()
    expect(office.page.get_by_label("地类编码")).to_have_value("LEIX")


def test_what_is_missing_is_not_offered_as_a_choice(open_desk: OpenDesk) -> None:
    office = open_desk("office")
    office.open("/imports/new")
    office.choose_file("input[type=file]", without(".dbf"))
    notice = office.page.get_by_role("alert")
    expect(notice).to_contain_text("缺少同名文件")
    expect(notice.get_by_role("button")).to_have_count(0)


def test_a_system_that_no_list_offers_is_written_with_its_parameters(open_desk: OpenDesk) -> None:
    office = open_desk("office")
    office.open("/imports/new")
    office.choose_file("input[type=file]", plots_in(XIAN_80))
    office.page.get_by_label("这是什么图层？").select_option("plots")
    notice = office.page.get_by_role("alert")
    expect(notice).to_contain_text("西安 80")
    notice.get_by_label("坐标系").first.select_option("其他（自己填写）…")
    written = notice.get_by_label("坐标系代码或参数")
    written.fill("三度带 35")
    notice.get_by_role("button", name="按此识别").click()
    expect(notice).to_contain_text("坐标系“三度带 35”无法识别")
    written.fill(f"EPSG:{XIAN_80} +towgs84=0,0,0,0,0,0,0")
    notice.get_by_role("button", name="按此识别").click()
    expect(office.page.get_by_label("地类编码")).to_have_value("DLBM")
    expect(office.page.get_by_text("按上传时指定的坐标系")).to_be_visible()
    expect(office.page.get_by_label("坐标系代码或参数")).to_have_value(re.compile(str(XIAN_80)))


def test_land_classes_that_could_mean_either_are_asked_about(open_desk: OpenDesk) -> None:
    office = open_desk("office")
    office.open("/imports/new")
    office.choose_file("input[type=file]", plots_of_classes("0101", "0601", "0602", "1001"))
    office.page.get_by_label("这是什么图层？").select_option("plots")
    notice = office.page.get_by_role("alert")
    expect(notice).to_contain_text("地类编码按哪一种分类？")
    expect(notice).not_to_contain_text("profile")
    notice.get_by_role("button", name="用地用海分类 2023").click()
    expect(office.page.get_by_text("按上传时指明的")).to_be_visible()
    expect(office.page.locator("dd strong", has_text="用地用海分类 2023")).to_be_visible()


def plots_in(epsg: int) -> FilePayload:
    """The sample's plots, said to be in another system."""
    with zipfile.ZipFile(SAMPLES / "plots.zip") as plots:
        members = {name: plots.read(name) for name in plots.namelist()}
    stated = pyproj.CRS(epsg).to_wkt("WKT1_ESRI").encode()
    return packed(
        "plots.zip", members | {name: stated for name in members if name.endswith(".prj")}
    )


def plots_of_classes(*codes: str) -> FilePayload:
    """Plots of these land classes, in degrees."""
    features = [
        {
            "type": "Feature",
            "properties": {"DLBM": code, "BSM": str(number)},
            "geometry": mapping(
                box(105.9 + number / 1000, 29.35, 105.9005 + number / 1000, 29.351)
            ),
        }
        for number, code in enumerate(codes)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return {"name": "plots.geojson", "mimeType": "application/geo+json", "buffer": content}


def plots_with(heading: str) -> FilePayload:
    """The sample's plots, whose land class stands under another heading."""
    with zipfile.ZipFile(SAMPLES / "plots.zip") as plots:
        members = {name: plots.read(name) for name in plots.namelist()}
    named = {
        name: content.replace(b"DLBM", heading.encode(), 1) if name.endswith(".dbf") else content
        for name, content in members.items()
    }
    return packed("plots.zip", named)


def without(suffix: str) -> FilePayload:
    """The sample's second batch, which lacks a part."""
    with zipfile.ZipFile(SECOND_BATCH) as batch:
        names = [name for name in batch.namelist() if not name.endswith(suffix)]
        return packed("batch.zip", {name: batch.read(name) for name in names})


def packed(name: str, members: dict[str, bytes]) -> FilePayload:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return {"name": name, "mimeType": "application/zip", "buffer": content.getvalue()}
