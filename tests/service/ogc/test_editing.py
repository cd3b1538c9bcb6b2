"""Editing plots by OGC API – Features Part 4: who may, what is asked, what is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service.accounts.directory import add_account
from service.accounts.roles import Role
from service.ogc.headers import LOCATION
from service.qgis.screening import touched_patches
from service.runtime import Runtime
from tests.conftest import PASSWORD
from tests.service.features.ground import EAST_VILLAGE, WEST_VILLAGE

ITEMS = "/ogc/collections/plots/items"
MERGE = {"Content-Type": "application/merge-patch+json"}
CORNER = (105.9002, 29.3502)
EDITORS = {"admin", "office", "analyst"}


def square(west: float, south: float, side: float = 0.0005) -> dict[str, Any]:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(**properties: Any) -> dict[str, Any]:
    known = {"plot_no": "N1", "land_class": "0101"} | properties
    return {"type": "Feature", "geometry": square(*CORNER), "properties": known}


def patch(client: TestClient, plot: int, **change: Any) -> httpx.Response:
    headers = MERGE | change.pop("headers", {})
    return client.patch(f"{ITEMS}/{plot}", content=json.dumps(change), headers=headers)


def read(client: TestClient, plot: int) -> dict[str, Any]:
    answer = client.get(f"{ITEMS}/{plot}")
    assert answer.status_code == 200, answer.text
    properties: dict[str, Any] = answer.json()["properties"]
    return properties


@contextmanager
def asking_as(client: TestClient, name: str) -> Iterator[TestClient]:
    before, client.auth = client.auth, (name, PASSWORD)  # type: ignore[has-type]
    yield client
    client.auth = before


def history(runtime: Runtime, plot: int) -> list[tuple[str, str, int]]:
    statement = text(
        "SELECT operation, actor, row_version FROM plot_edit WHERE plot_id = :plot ORDER BY id"
    )
    with runtime.database.reading() as session:
        return [tuple(row) for row in session.execute(statement, {"plot": plot})]


def test_a_plot_is_added_where_it_lies_and_its_address_told(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    read_only = {"area_m2": None, "protection": None, "plot_id": None, "edit_token": None}
    answer = own_township.post(ITEMS, json=feature(**read_only))
    assert answer.status_code == 201, answer.text
    key = int(answer.headers["location"].removeprefix(f"http://testserver{ITEMS}/"))
    added = read(own_township, key)
    assert (added["village_code"], added["protection"]) == (WEST_VILLAGE, "cropland")
    assert added["area_m2"] == pytest.approx(48.5 * 55.4, rel=0.01)
    assert history(own_runtime, key) == [("insert", "office", 0)]


def test_the_header_is_written_with_its_capital_for_older_qgis(own_township: TestClient) -> None:
    answer = own_township.post(ITEMS, json=feature())
    assert b"Location" in [name for name, _ in answer.headers.raw]
    # The server writes names by their lower case.
    assert LOCATION.lower() == b"Location"


def test_a_part_is_changed_a_whole_replaced_a_plot_removed(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    assert patch(own_township, 5, properties={"planting": "LS"}).status_code == 204
    changed = read(own_township, 5)
    assert (changed["planting"], changed["land_class"], changed["row_version"]) == ("LS", "0101", 2)
    body = feature(plot_no="D0005", land_class="0601", row_version=2)
    assert own_township.put(f"{ITEMS}/5", json=body).status_code == 204
    replaced = read(own_township, 5)
    assert (replaced["planting"], replaced["land_class"]) == (None, "0601")
    assert own_township.delete(f"{ITEMS}/5").status_code == 204
    assert own_township.get(f"{ITEMS}/5").status_code == 404
    assert history(own_runtime, 5) == [
        ("update", "office", 1),
        ("update", "office", 2),
        ("delete", "office", 3),
    ]


def test_counts_and_pages_follow_an_edit(own_township: TestClient) -> None:
    before = own_township.get(f"{ITEMS}?limit=1")
    own_township.delete(f"{ITEMS}/5")
    after = own_township.get(f"{ITEMS}?limit=1", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.json()["numberMatched"] == before.json()["numberMatched"] - 1


def test_an_edit_waits_for_the_patches_on_its_ground_to_be_screened_again(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    # Patch 1 lies on plot 104.
    patch(own_township, 104, properties={"land_class": "0601"})
    with own_runtime.database.reading() as session:
        edits = session.scalars(text("SELECT id FROM plot_edit WHERE screened_at IS NULL")).all()
        assert touched_patches(session, edits) == [1]


def test_an_outline_may_come_in_another_system(own_township: TestClient) -> None:
    outline = square(*CORNER)
    north_first = [[y, x] for x, y in outline["coordinates"][0]]
    body = feature() | {"geometry": {"type": "Polygon", "coordinates": [north_first]}}
    crs = {"Content-Crs": "<http://www.opengis.net/def/crs/EPSG/0/4490>"}
    answer = own_township.post(ITEMS, json=body, headers=crs)
    assert answer.status_code == 201
    stored = own_township.get(answer.headers["location"]).json()["geometry"]
    assert sorted(stored["coordinates"][0][0]) == sorted(outline["coordinates"][0])


def test_two_editors_of_one_plot_the_second_is_told(own_township: TestClient) -> None:
    seen = own_township.get(f"{ITEMS}/7").headers["etag"]
    with asking_as(own_township, "analyst"):
        assert patch(own_township, 7, properties={"ownership": "30"}).status_code == 204
    late = {"ownership": "20"}
    by_header = patch(own_township, 7, properties=late, headers={"If-Match": seen})
    by_token = patch(own_township, 7, properties=late | {"edit_token": "v1"})
    whole = own_township.put(f"{ITEMS}/7", json=feature(row_version=1))
    removal = own_township.delete(f"{ITEMS}/7", headers={"If-Match": f'"other", {seen}'})
    answers = (by_header, by_token, whole, removal)
    assert [answer.status_code for answer in answers] == [412, 409, 409, 412]
    assert all("已被他人修改" in answer.json()["detail"] for answer in answers)
    assert all("changed by another" in answer.json()["detail_en"] for answer in answers)
    assert read(own_township, 7)["ownership"] == "30"
    fresh = own_township.get(f"{ITEMS}/7").headers["etag"]
    either = {"If-Match": f"{seen}, {fresh}"}
    assert patch(own_township, 7, properties=late, headers=either).status_code == 204
    assert read(own_township, 7)["row_version"] == 3


def test_a_desktop_saves_outline_and_properties_one_after_the_other(
    own_township: TestClient,
) -> None:
    # QGIS sends the outline first, without a token, then the properties with the one it read.
    assert patch(own_township, 7, geometry=square(*CORNER)).status_code == 204
    mine = {"ownership": "30", "edit_token": "v1"}
    assert patch(own_township, 7, properties=mine).status_code == 204
    with asking_as(own_township, "analyst"):
        assert patch(own_township, 7, properties=mine).status_code == 409


def test_a_desktop_puts_whole_features_back_and_is_told_when_they_are_old(
    own_township: TestClient,
) -> None:
    desktop = {"User-Agent": "Mozilla/5.0 QGIS/34006"}
    allowed = own_township.options(f"{ITEMS}/7", headers=desktop).headers["allow"]
    assert ("PUT" in allowed, "PATCH" in allowed) == (True, False)
    whole = own_township.get(f"{ITEMS}/7").json()
    moved = whole | {"geometry": square(*CORNER)}
    named = whole | {"properties": whole["properties"] | {"ownership": "30"}}
    # The outline first, then the properties with the new outline, both as of the same reading.
    assert own_township.put(f"{ITEMS}/7", json=moved).status_code == 204
    named |= {"geometry": own_township.get(f"{ITEMS}/7").json()["geometry"]}
    assert own_township.put(f"{ITEMS}/7", json=named).status_code == 204
    assert read(own_township, 7)["ownership"] == "30"
    with asking_as(own_township, "analyst"):
        for late in (moved, named):
            answer = own_township.put(f"{ITEMS}/7", json=late)
            assert (answer.status_code, answer.json()["code"]) == (409, "edit-conflict")


@pytest.mark.parametrize("crs", ["OGC:CRS84", "EPSG:4490", "EPSG:4523", "EPSG:3857"])
def test_an_outline_that_comes_back_as_it_was_served_is_not_drawn_anew(
    own_township: TestClient, own_runtime: Runtime, crs: str
) -> None:
    with own_runtime.database.transaction() as session:
        session.execute(text("UPDATE plot SET geom = ST_Translate(geom, 1e-9, -3e-9)"))
    outline = text("SELECT ST_AsEWKB(ST_ForcePolygonCCW(geom)) FROM plot WHERE id = 7")
    with own_runtime.database.reading() as session:
        before = bytes(session.scalar(outline))
    whole = own_township.get(f"{ITEMS}/7", params={"crs": crs}).json()
    whole["properties"]["ownership"] = "30"
    headers = {"Content-Crs": crs}
    assert own_township.put(f"{ITEMS}/7", json=whole, headers=headers).status_code == 204
    with own_runtime.database.reading() as session:
        assert bytes(session.scalar(outline)) == before
    assert read(own_township, 7)["ownership"] == "30"


def test_an_edit_that_changes_nothing_leaves_no_version_but_may_be_too_late(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    assert patch(own_township, 7, properties={"edit_token": "v1"}).status_code == 204
    assert history(own_runtime, 7) == []
    with asking_as(own_township, "analyst"):
        patch(own_township, 7, geometry=square(*CORNER))
    late = patch(own_township, 7, properties={"edit_token": "v1"})
    assert (late.status_code, "已被他人修改" in late.json()["detail"]) == (409, True)


@pytest.mark.parametrize(
    "token", ["", "v", "v0", "v01", "v-1", "V1", "v1 ", "v１", 1, True, [], {}]
)
def test_a_token_that_no_version_has_is_a_400(own_township: TestClient, token: object) -> None:
    answer = patch(own_township, 7, properties={"ownership": "20", "edit_token": token})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "edit_token")


def test_a_whole_plot_is_not_replaced_by_who_does_not_say_what_he_saw(
    own_township: TestClient,
) -> None:
    answer = own_township.put(f"{ITEMS}/7", json=feature())
    assert (answer.status_code, answer.json()["code"]) == (428, "precondition-required")
    anything = own_township.put(f"{ITEMS}/7", json=feature(), headers={"If-Match": "*"})
    assert anything.status_code == 204


def test_a_copy_that_holds_is_known_by_the_tag_of_its_plot(own_township: TestClient) -> None:
    tag = own_township.get(f"{ITEMS}/7").headers["etag"]
    again = own_township.get(f"{ITEMS}/7", headers={"If-None-Match": tag})
    assert (tag.startswith('"v1-'), again.status_code) == (True, 304)


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"properties": {"land_class": "9999"}}, 400, "地类编码 9999 不在分类体系"),
        ({"properties": {"plot_no": " "}}, 400, "地块编号不能为空"),
        ({"properties": {"village_code": "1"}}, 400, "不在任何村内"),
        ({"properties": {"plot_no": 5}}, 400, "必须是"),
        ({"properties": {"plot_no": {"a": 1}}}, 400, "必须是"),
        ({"properties": {"plot_no": "\0"}}, 400, "必须是"),
        ({"properties": {"area_reported_m2": "many"}}, 400, "必须是非负数"),
        ({"properties": {"area_m2": 5}}, 400, "由系统得出"),
        ({"properties": {"land_clas": "0101"}}, 400, "没有属性 land_clas"),
        ({"properties": {"edit_token": "3"}}, 400, "edit_token"),
        ({"properties": {"row_version": "x"}}, 400, "row_version"),
        ({"geometry": square(*CORNER, side=1e-7)}, 400, "不足 1 平方米"),
        ({"geometry": {"type": "Polygon", "coordinates": []}}, 400, "没有图形"),
        (
            {
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[1, 1], [2, 2], [2, 1], [1, 2], [1, 1]]],
                }
            },
            400,
            "边界有误",
        ),
    ],
)
def test_a_refused_edit_is_told_in_words_and_changes_nothing(
    own_township: TestClient, change: dict[str, Any], status: int, words: str
) -> None:
    answer = patch(own_township, 7, **change)
    assert answer.status_code == status, answer.text
    assert words in answer.json()["detail"]
    assert answer.json()["detail_en"].isascii(), "told in English, too"
    assert read(own_township, 7)["row_version"] == 1


@pytest.mark.parametrize("key", ["0", "999999", "x", "99999999999999999999", "-1"])
def test_a_plot_that_is_not_there_is_not_edited(own_township: TestClient, key: str) -> None:
    answers = [
        own_township.patch(f"{ITEMS}/{key}", json={"properties": {}}),
        own_township.put(f"{ITEMS}/{key}", json=feature(row_version=1)),
        own_township.delete(f"{ITEMS}/{key}"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        (b"not json", "body"),
        (b"[]", "body"),
        (b'{"type": "FeatureCollection", "features": []}', "body"),
        (b'{"properties": []}', "properties"),
        (b'{"properties": {}}', "geometry"),
        (b'{"properties": {}, "geometry": {"type": "Point", "coordinates": [1, 2]}}', "geometry"),
        (b'{"properties": {}, "geometry": {"type": "Polygon", "coordinates": "x"}}', "geometry"),
        (b'{"properties": {}, "geometry": 5}', "geometry"),
    ],
)
def test_a_body_that_is_no_feature_is_a_400(
    township: TestClient, body: bytes, parameter: str
) -> None:
    answer = township.post(ITEMS, content=body)
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


FAR = square(100.0, 20.0)
BOWTIE = {"type": "Polygon", "coordinates": [[[1, 1], [2, 2], [2, 1], [1, 2], [1, 1]]]}
EAST = square(105.912, 29.3502)


@pytest.mark.parametrize(
    ("geometry", "properties", "parameter"),
    [
        (BOWTIE, {}, "geometry"),
        (square(*CORNER, side=1e-7), {}, "geometry"),
        (FAR, {}, "geometry"),
        (EAST, {"village_code": WEST_VILLAGE}, "geometry"),
        (square(*CORNER), {"village_code": "500118001299"}, "village_code"),
        (square(*CORNER), {"land_class": "9999"}, "land_class"),
        (square(*CORNER), {"land_class": None}, "land_class"),
        (square(*CORNER), {"plot_no": " "}, "plot_no"),
        (square(*CORNER), {"plotno": "7"}, "plotno"),
    ],
)
def test_a_refusal_names_the_member_at_fault(
    own_township: TestClient, geometry: object, properties: dict[str, Any], parameter: str
) -> None:
    body = feature(**properties) | {"geometry": geometry}
    added = own_township.post(ITEMS, json=body)
    replaced = own_township.put(f"{ITEMS}/7", json=body, headers={"If-Match": "*"})
    for answer in (added, replaced):
        assert (answer.status_code, answer.json()["parameter"]) == (400, parameter), answer.text


def test_a_change_of_the_village_alone_is_at_fault_itself(own_township: TestClient) -> None:
    answer = patch(own_township, 7, properties={"village_code": EAST_VILLAGE})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "village_code")


def test_members_beside_those_of_a_feature_are_foreign_and_passed_over(
    own_township: TestClient,
) -> None:
    body = feature(area_m2=5, misread=None) | {"bbox": [1, 2, 3, 4], "links": [], "x:y": {}}
    assert own_township.post(ITEMS, json=body).status_code == 201


def test_options_tell_an_editor_what_it_may_do_even_where_nothing_is(empty: TestClient) -> None:
    assert "POST" in empty.options(ITEMS).headers["allow"]
    assert "PATCH" in empty.options(f"{ITEMS}/unknown_id").headers["allow"]
    assert "POST" not in empty.options("/ogc/collections/zones/items").headers["allow"]


def test_nothing_is_edited_before_plots_are_there(empty: TestClient) -> None:
    answer = empty.post(ITEMS, json=feature())
    assert (answer.status_code, "请先导入" in answer.json()["detail"]) == (409, True)


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_each_role_may_what_it_is_told_it_may(own_township: TestClient, role: str) -> None:
    may = role in EDITORS
    with asking_as(own_township, role) as client:
        assert ("POST" in client.options(ITEMS).headers["allow"]) is may
        assert ("DELETE" in client.options(f"{ITEMS}/7").headers["allow"]) is may
        assert ("features-4" in client.get("/ogc/conformance").text) is may
        assert ("post" in client.get("/ogc/api").json()["paths"]["/collections/plots/items"]) is may
        assert ("edit_token" in read(client, 7)) is may
        statuses = [
            client.post(ITEMS, json=feature()).status_code,
            patch(client, 7, properties={"planting": "LS"}).status_code,
            client.put(f"{ITEMS}/7", json=feature(row_version=2)).status_code,
            client.delete(f"{ITEMS}/7").status_code,
        ]
    assert statuses == ([201, 204, 204, 204] if may else [403] * 4)


def test_an_analyst_of_one_village_edits_there_only(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    with own_runtime.database.transaction() as session:
        add_account(session, "east", Role.ANALYST, PASSWORD, villages=[EAST_VILLAGE])
    with asking_as(own_township, "east") as client:
        here = patch(client, 11, properties={"planting": "LS"})
        there = [
            patch(client, 7, properties={"planting": "LS"}).content,
            patch(client, 7).content,
            patch(client, 7, headers={"If-Match": '"v9-0"'}, properties={"planting": "LS"}).content,
            client.put(f"{ITEMS}/7", json=feature(row_version=1)).content,
            client.delete(f"{ITEMS}/7").content,
        ]
        nowhere = patch(client, 999_999, properties={"planting": "LS"})
        moved = patch(client, 11, properties={"village_code": WEST_VILLAGE})
        added = client.post(ITEMS, json=feature())
    assert here.status_code == 204
    assert nowhere.status_code == 404
    assert set(there) == {nowhere.content}, "nothing is told of others"
    assert [answer.status_code for answer in (moved, added)] == [403, 403]
    assert "不在您负责的村内" in moved.json()["detail"]


def test_other_collections_are_read_only(township: TestClient) -> None:
    answer = township.post("/ogc/collections/zones/items", json={})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert "post" not in township.get("/ogc/api").json()["paths"]["/collections/cases/items"]
