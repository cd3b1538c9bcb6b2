"""Features of a collection: paged, filtered, scoped, in the system asked for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service.errors import TooCostly
from service.features.fragments import Fragment
from service.features.reader import FeatureReader
from service.runtime import Runtime
from tests.conftest import PASSWORD
from tests.service.features.ground import WEST_VILLAGE

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def items(client: TestClient, collection: str, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/ogc/collections/{collection}/items?{query}")
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def following(content: dict[str, Any]) -> str | None:
    return next((link["href"] for link in content["links"] if link["rel"] == "next"), None)


def test_all_plots_are_reached_by_next_links(township: TestClient) -> None:
    address: str | None = "/ogc/collections/plots/items?limit=90"
    seen = []
    while address is not None:
        content = township.get(address).json()
        seen += [feature["id"] for feature in content["features"]]
        assert content["numberMatched"] == 200
        assert content["numberReturned"] == len(content["features"])
        address = following(content)
    assert seen == list(range(1, 201))


def test_the_key_is_a_property_too(township: TestClient) -> None:
    feature = items(township, "plots", "limit=1")["features"][0]
    assert feature["properties"]["plot_id"] == feature["id"]


@pytest.mark.parametrize(
    ("collection", "query", "matched"),
    [
        ("plots", "land_class=0101&village_code=500118001202", 50),
        ("plots", "plot_id=7", 1),
        ("villages", "name=三星村", 1),
        ("zones", "kind=permanent-basic-farmland", 1),
        ("zones", "datetime=2026-01-01", 1),
        ("patches", "batch_id=3&change_group=building", 2),
        ("patches", "after_date=2026-04-02", 2),
        ("patches", "datetime=2026-03-01/..", 2),
        ("patches", "datetime=2026-05-01/..", 0),
        ("cases", "overdue=true&severity=3", 2),
        ("cases", "datetime=../2020-01-01T00:00:00Z", 0),
        ("cases", "bbox=105.9,29.35,105.91,29.36", 1),
    ],
)
def test_properties_extent_and_time_narrow(
    township: TestClient, collection: str, query: str, matched: int
) -> None:
    assert items(township, collection, query)["numberMatched"] == matched


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("plot_id=seven", "plot_id"),
        ("area_m2=big", "area_m2"),
        ("area_m2=1e999&limit=x", "limit"),
        ("properties=nothing", "properties"),
        ("attributes=x", "attributes"),
        ("limit=", "limit"),
        ("bbox=", "bbox"),
        ("datetime=", "datetime"),
        ("filter=", "filter"),
        ("crs=", "crs"),
    ],
)
def test_a_value_that_cannot_be_is_a_400_that_names_it(
    township: TestClient, query: str, parameter: str
) -> None:
    answer = township.get(f"/ogc/collections/plots/items?{query}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_a_limit_above_the_largest_is_taken_as_the_largest(township: TestClient) -> None:
    assert items(township, "plots", "limit=999999")["numberReturned"] == 200


@pytest.mark.parametrize(
    ("code", "corner"),
    [
        ("4326", (29.35, 105.9)),
        ("4490", (29.35, 105.9)),
        ("4523", (3248399.325, 35587399.845)),
        ("4544", (3248399.325, 587399.845)),
        ("3857", (11788734.075, 3420269.061)),
    ],
)
def test_the_answer_says_and_has_the_system_asked_for(
    township: TestClient, code: str, corner: tuple[float, float]
) -> None:
    answer = township.get(f"/ogc/collections/plots/items/1?crs={EPSG}{code}")
    assert answer.headers["content-crs"] == f"<{EPSG}{code}>"
    assert answer.json()["geometry"]["coordinates"][0][0][0] == pytest.approx(corner, abs=0.01)


def test_an_extent_comes_back_from_its_own_coordinates(township: TestClient) -> None:
    for code in ("4326", "4490", "4523", "4544", "3857"):
        crs = f"{EPSG}{code}"
        feature = township.get(f"/ogc/collections/plots/items/22?crs={crs}").json()
        points = feature["geometry"]["coordinates"][0][0]
        middle = [sum(axis) / len(points) for axis in zip(*points, strict=True)]
        bbox = ",".join(str(value) for value in (*middle, *middle))
        found = items(township, "plots", f"bbox={bbox}&bbox-crs={crs}")
        assert [feature["id"] for feature in found["features"]] == [22], code


def test_a_village_user_sees_its_own_cases_and_patches_only(township: TestClient) -> None:
    township.auth = ("village", PASSWORD)
    cases = items(township, "cases")["features"]
    assert [case["properties"]["village_code"] for case in cases] == [WEST_VILLAGE]
    assert [patch["id"] for patch in items(township, "patches")["features"]] == [1]
    assert township.get("/ogc/collections/cases/items/2").status_code == 404
    assert township.get("/ogc/collections/patches/items/2").status_code == 404


def test_no_filter_opens_what_the_scope_closes(township: TestClient) -> None:
    township.auth = ("village", PASSWORD)
    assert items(township, "cases", "filter=true OR case_id = 2")["numberMatched"] == 1


def test_a_department_sees_what_it_answers_for(township: TestClient) -> None:
    township.auth = ("department", PASSWORD)
    assert items(township, "cases")["features"] == []


def test_a_voided_case_is_gone(own_township: TestClient, own_runtime: Runtime) -> None:
    with own_runtime.database.transaction() as session:
        session.execute(text("UPDATE suspect_case SET voided_at = now() WHERE id = 1"))
    assert [case["id"] for case in items(own_township, "cases")["features"]] == [2]


def test_an_unchanged_page_is_answered_304_to_its_own_reader_only(township: TestClient) -> None:
    path = "/ogc/collections/cases/items"
    tag = township.get(path).headers["etag"]
    assert township.get(path, headers={"If-None-Match": tag}).status_code == 304
    township.auth = ("village", PASSWORD)
    assert township.get(path, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("collection", ["cases", "patches"])
def test_a_changed_row_is_news(
    own_township: TestClient, own_runtime: Runtime, collection: str
) -> None:
    path = f"/ogc/collections/{collection}/items"
    tag = own_township.get(path).headers["etag"]
    table = {"cases": "suspect_case", "patches": "patch"}[collection]
    with own_runtime.database.transaction() as session:
        session.execute(text(f"UPDATE {table} SET updated_at = now() WHERE id = 2"))
    assert own_township.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_a_query_that_costs_too_much_is_stopped(own_runtime: Runtime) -> None:
    short = own_runtime.settings.features.model_copy(update={"seconds": 1})
    reader = FeatureReader(own_runtime.database, short)

    async def sleep() -> None:
        await reader.open()
        try:
            await reader.rows(Fragment("SELECT pg_sleep(5)"))
        finally:
            await reader.close()

    with pytest.raises(TooCostly):
        asyncio.run(sleep())


def test_head_tells_what_get_would(township: TestClient) -> None:
    answer = township.head("/ogc/collections/plots/items?limit=1")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "application/geo+json"


def test_a_known_copy_is_refused_once_its_reader_is_locked_out(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    path = "/ogc/collections/plots/items?limit=3"
    tag = own_township.get(path).headers["etag"]
    assert own_township.get(path, headers={"If-None-Match": tag}).status_code == 304
    with own_runtime.database.transaction() as session:
        session.execute(text("UPDATE account SET disabled_at = now() WHERE username = 'office'"))
    assert own_township.get(path, headers={"If-None-Match": tag}).status_code == 401


def test_a_known_copy_of_another_language_of_answer_does_not_hold(township: TestClient) -> None:
    path = "/ogc/collections/plots/items?limit=3"
    tag = township.get(path).headers["etag"]
    page = {"If-None-Match": tag, "Accept": "text/html"}
    assert township.get(path, headers=page).status_code == 200
