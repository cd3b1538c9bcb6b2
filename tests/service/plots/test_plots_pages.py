"""Plots by extent and condition, page by page."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service.runtime import Runtime
from tests.conftest import PASSWORD
from tests.service.features.ground import EAST_VILLAGE, publish_plots

CORNER = "105.9001,29.3501,105.9019,29.3519"


def page(client: TestClient, query: str) -> dict[str, Any]:
    answer = client.get(f"/api/plots?{query}")
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def numbers(collection: dict[str, Any]) -> list[str]:
    return [feature["properties"]["plot_no"] for feature in collection["features"]]


def test_an_extent_holds_the_plots_that_meet_it(township: TestClient) -> None:
    found = page(township, f"bbox={CORNER}")
    assert numbers(found) == ["D0001", "D0002", "D0021", "D0022"]
    assert found["numberMatched"] == found["numberReturned"] == 4
    assert found["next"] is None


@pytest.mark.parametrize(
    ("crs", "bbox"),
    [
        ("EPSG:4326", "29.3501,105.9001,29.3519,105.9019"),
        ("http://www.opengis.net/def/crs/EPSG/0/4490", "29.3501,105.9001,29.3519,105.9019"),
        ("EPSG:3857", "11788745.2,3420281.8,11788945.6,3420511.7"),
        ("EPSG:4523", "3248411.2,35587409.5,3248609.3,35587582.8"),
        ("EPSG:4544", "3248411.2,587409.5,3248609.3,587582.8"),
    ],
)
def test_an_extent_may_be_given_in_every_served_system(
    township: TestClient, crs: str, bbox: str
) -> None:
    found = page(township, f"bbox={bbox}&bbox-crs={crs}")
    assert numbers(found) == ["D0001", "D0002", "D0021", "D0022"]


def test_an_extent_across_the_antimeridian_is_two(township: TestClient) -> None:
    assert page(township, "bbox=105.9195,29.3501,-170,29.3505")["numberMatched"] == 1
    assert page(township, "bbox=170,29.35,105.9005,29.3505")["numberMatched"] == 1


def test_neighbours_by_their_boxes_alone_are_left_out(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    triangle = "SRID=4490;MULTIPOLYGON(((105.9 29.35, 105.901 29.35, 105.9 29.351, 105.9 29.35)))"
    with own_runtime.database.transaction() as session:
        session.execute(
            text("UPDATE plot SET geom = CAST(:triangle AS geometry) WHERE plot_no = 'D0001'"),
            {"triangle": triangle},
        )
    assert numbers(page(own_township, "bbox=105.9008,29.3508,105.9009,29.3509")) == []


def test_pages_follow_their_next_link_to_the_end_without_gap_or_repeat(
    township: TestClient,
) -> None:
    address: str | None = "/api/plots?limit=70&land_class=01,02"
    seen: list[str] = []
    pages = 0
    while address is not None:
        found = township.get(address).json()
        seen += numbers(found)
        address, pages = found["next"], pages + 1
    assert (pages, len(seen), len(set(seen))) == (3, 150, 150)


def test_following_pages_stay_in_the_version_of_the_first(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    first = page(own_township, "limit=150")
    with own_runtime.database.transaction() as session:
        publish_plots(session, rows=1)
    assert len(own_township.get(first["next"]).json()["features"]) == 50
    assert page(own_township, "limit=150")["numberMatched"] == 20


@pytest.mark.parametrize(
    ("query", "matched"),
    [
        (f"village={EAST_VILLAGE}", 100),
        ("land_class=0101", 50),
        ("land_class=02,12", 150),
        ("protection=cropland,none", 100),
        ("protection=permanent_basic_farmland", 9),
        ("protection=high_standard_farmland", 0),
        ("filter=plot_no LIKE 'D000%25' AND area_m2 > 10701", 7),
        ("filter=s_within(geometry, bbox(105.8999,29.3499,105.9031,29.3511))", 3),
    ],
)
def test_conditions_narrow_and_are_counted_on_request(
    township: TestClient, query: str, matched: int
) -> None:
    assert page(township, f"{query}&limit=2&count=true")["numberMatched"] == matched


def test_the_whole_is_counted_without_asking_and_a_part_is_not(township: TestClient) -> None:
    assert page(township, "limit=1")["numberMatched"] == 200
    assert "numberMatched" not in page(township, "limit=1&land_class=01")


def test_only_the_fields_asked_for_are_sent(township: TestClient) -> None:
    found = page(township, "limit=1&fields=plot_no,attributes")
    assert found["features"][0]["properties"] == {
        "plot_no": "D0001",
        "attributes": {"备注": "第0行"},
    }


def test_the_version_is_chosen_by_number_or_by_time(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    from datetime import date

    with own_runtime.database.transaction() as session:
        publish_plots(session, rows=3, effective_on=date(2026, 7, 1))
    assert page(own_township, "limit=1")["numberMatched"] == 60
    assert page(own_township, "limit=1&version=1")["numberMatched"] == 200
    assert page(own_township, "limit=999&datetime=2026-03-01")["numberMatched"] == 200
    assert page(own_township, "limit=999&datetime=2026-08-01T00:00:00Z/..")["numberMatched"] == 60
    assert (
        page(own_township, "limit=999&datetime=0000-01-01T00:00:00Z/2019-01-01")["features"] == []
    )


def test_coordinates_have_the_axis_order_of_their_system(township: TestClient) -> None:
    def corner(crs: str) -> list[float]:
        found = page(township, f"limit=1&crs={crs}")
        first: list[float] = found["features"][0]["geometry"]["coordinates"][0][0][0]
        return first

    assert corner("http://www.opengis.net/def/crs/OGC/1.3/CRS84") == [105.9, 29.35]
    assert corner("EPSG:4490") == [29.35, 105.9]
    north, east = corner("EPSG:4523")
    assert (3_200_000 < north < 3_300_000) and (35_500_000 < east < 35_600_000)
    east, north = corner("EPSG:3857")
    assert east == pytest.approx(11_788_734.075, abs=0.01)


def test_an_unchanged_page_is_answered_304_and_a_changed_one_is_not(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    tag = own_township.get("/api/plots?limit=5").headers["etag"]
    same = own_township.get("/api/plots?limit=5", headers={"If-None-Match": tag})
    other = own_township.get("/api/plots?limit=6", headers={"If-None-Match": tag})
    with own_runtime.database.transaction() as session:
        session.execute(text("UPDATE layer_version SET edited_at = now() WHERE layer = 'plots'"))
    edited = own_township.get("/api/plots?limit=5", headers={"If-None-Match": tag})
    assert [same.status_code, other.status_code, edited.status_code] == [304, 200, 200]


def test_a_filter_by_protection_is_news_when_the_layer_over_it_changes(
    own_township: TestClient, own_runtime: Runtime
) -> None:
    query = "/api/plots?protection=permanent_basic_farmland"
    tag = own_township.get(query).headers["etag"]
    with own_runtime.database.transaction() as session:
        session.execute(
            text("UPDATE layer_version SET edited_at = now() WHERE layer LIKE 'permanent%'")
        )
    assert own_township.get(query, headers={"If-None-Match": tag}).status_code == 200


def test_pages_travel_compressed(township: TestClient) -> None:
    with township.stream("GET", "/api/plots", headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert len(raw) < len(gzip.decompress(raw)) / 5


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("bbox=1,2,3", "bbox"),
        ("bbox=a,b,c,d", "bbox"),
        ("bbox=1,2,nan,4", "bbox"),
        ("bbox=1,5,3,4", "bbox"),
        ("bbox=1,95,3,96", "bbox"),
        ("bbox=9,1,3,4&bbox-crs=EPSG:3857", "bbox"),
        ("bbox=1,2,3,4&bbox-crs=EPSG:9999", "bbox-crs"),
        ("crs=EPSG:2381", "crs"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=10001", "limit"),
        ("limit=ten", "limit"),
        ("limit=1&limit=2", "limit"),
        ("after=zzz", "after"),
        ("count=yes", "count"),
        ("datetime=yesterday", "datetime"),
        ("datetime=2026-02-01/2026-01-01", "datetime"),
        ("version=0", "version"),
        ("fields=plot_no,secret", "fields"),
        ("village=", "village"),
        ("land_class=x", "land_class"),
        ("protection=all", "protection"),
        ("filter=plot_no", "filter"),
        ("filter=plot_no = 'a'&filter-lang=sql", "filter-lang"),
        ("colour=red", "colour"),
        ("village=%00", "village"),
    ],
)
def test_what_cannot_be_used_is_a_400_that_names_the_parameter(
    empty: TestClient, query: str, parameter: str
) -> None:
    answer = empty.get(f"/api/plots?{query}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_version_is_not_found(township: TestClient) -> None:
    assert township.get("/api/plots?version=7").status_code == 404


def test_before_any_import_there_are_no_plots(empty: TestClient) -> None:
    assert page(empty, "")["features"] == []


def test_plots_want_a_login(empty: TestClient) -> None:
    empty.auth = ("office", PASSWORD + "x")
    assert empty.get("/api/plots").status_code == 401
