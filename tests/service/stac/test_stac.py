"""The catalogue of scenes as a STAC client finds it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pystac
import pytest
import rasterio
from fastapi.testclient import TestClient
from sqlalchemy import text

from service.runtime import Runtime
from tests.conftest import PASSWORD
from tests.service.scenes.sending import AFTER, AROUND, BEFORE, ready, send
from tests.service.scenes.test_scenes import BOUNDARY
from tests.spatial.imagery.scene_maker import fields, write_scene

FAR = rasterio.transform.from_origin(106.5, 29.36, 1e-4, 1e-4)


@pytest.fixture
def scenes(client: TestClient, runtime: Runtime, tmp_path: Path) -> list[int]:
    """Two scenes around the place of cases and one far away, and one that is not ready."""
    paths = [
        write_scene(tmp_path / "b.tif", transform=AROUND, taken=BEFORE),
        write_scene(tmp_path / "a.tif", fields(roof=True), transform=AROUND, taken=AFTER),
        write_scene(tmp_path / "GF2_f.tif", transform=FAR, taken="2026:09:01 10:00:00"),
    ]
    ids = [ready(client, runtime, path)["id"] for path in paths]
    send(client, write_scene(tmp_path / "20260101.tif", fields()[:3], transform=AROUND))
    return ids


def ids_of(answer: Any) -> list[int]:
    return [int(feature["id"]) for feature in answer.json()["features"]]


def test_the_landing_page_leads_to_everything(client: TestClient, scenes: list[int]) -> None:
    catalogue = client.get("/stac").json()
    assert pystac.Catalog.from_dict(catalogue).id == "plotwatch"
    assert "https://api.stacspec.org/v1.0.0/item-search" in catalogue["conformsTo"]
    for one in catalogue["links"]:
        if one.get("method", "GET") == "GET":
            assert client.get(urlsplit(one["href"]).path).status_code == 200, one


def test_the_collection_has_the_extent_of_its_scenes(client: TestClient, scenes: list[int]) -> None:
    listed = client.get("/stac/collections").json()["collections"]
    collection = pystac.Collection.from_dict(listed[0])
    assert collection.extent.spatial.bboxes[0] == pytest.approx(
        [105.895, 29.344, 106.516, 29.36], abs=1e-6
    )
    first, last = collection.extent.temporal.intervals[0]
    assert (str(first)[:10], str(last)[:10]) == ("2026-03-28", "2026-09-01")
    assert client.get("/stac/collections/other").status_code == 404


def test_a_scene_is_an_item_with_its_file(client: TestClient, scenes: list[int]) -> None:
    told = client.get(f"/stac/collections/scenes/items/{scenes[2]}")
    assert told.headers["content-type"] == "application/geo+json"
    item = pystac.Item.from_dict(told.json())
    assert (item.id, item.properties["platform"]) == (str(scenes[2]), "GF-2")
    assert item.properties["gsd"] == pytest.approx(11.1, abs=0.1)
    bands = [band["eo:common_name"] for band in told.json()["assets"]["data"]["bands"]]
    assert bands == ["blue", "green", "red", "nir"]
    for asset in item.assets.values():
        assert client.get(urlsplit(asset.href).path).status_code == 200
    for wrong in ("999", "x", "9" * 40):
        assert client.get(f"/stac/collections/scenes/items/{wrong}").status_code == 404


def test_scenes_are_found_by_place_time_and_name(client: TestClient, scenes: list[int]) -> None:
    def found(query: str) -> list[int]:
        return ids_of(client.get(f"/stac/search?{query}"))

    assert found("") == scenes[::-1]
    assert found("bbox=105.9,29.35,105.91,29.36") == [scenes[1], scenes[0]]
    assert found("bbox=105.9,29.35,0,105.91,29.36,9") == [scenes[1], scenes[0]]
    assert found("datetime=2026-07-11T00:00:00Z") == [scenes[1]]
    assert found("datetime=../2026-06-01T00:00:00Z") == [scenes[0]]
    assert found("datetime=2026-06-01T00:00:00Z/..") == [scenes[2], scenes[1]]
    assert found(f"ids={scenes[0]},{scenes[2]},x") == [scenes[2], scenes[0]]
    assert found("collections=scenes&limit=1") == [scenes[2]]
    assert found("collections=other") == []


def test_the_same_is_found_by_a_body(client: TestClient, scenes: list[int]) -> None:
    shape = {"type": "Point", "coordinates": [105.9, 29.35]}
    answer = client.post("/stac/search", json={"intersects": shape, "ids": [str(scenes[0])]})
    assert ids_of(answer) == [scenes[0]]
    assert answer.json()["numberMatched"] == 1


def test_pages_lead_through_all_scenes_once(client: TestClient, scenes: list[int]) -> None:
    by_address, page = [], client.get("/stac/search?limit=1").json()
    by_body, body = [], {"limit": 2}
    while page is not None:
        by_address += [int(feature["id"]) for feature in page["features"]]
        following = [one for one in page["links"] if one["rel"] == "next"]
        page = client.get(following[0]["href"]).json() if following else None
    while body is not None:
        answer = client.post("/stac/search", json=body)
        by_body += ids_of(answer)
        following = [one for one in answer.json()["links"] if one["rel"] == "next"]
        body = following[0]["body"] if following else None
    assert by_address == by_body == scenes[::-1]


@pytest.mark.parametrize(
    "query",
    ["bbox=1,2,3", "bbox=a", "bbox=nan,1,2,3", "datetime=yesterday", "datetime=../..",
     "datetime=2026-02-01T00:00:00Z/2026-01-01T00:00:00Z", "limit=0", "token=xx"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"/stac/search?{query}")
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [{"intersects": {"type": "Point"}}, {"intersects": {"type": "Nothing"}}, {"bbox": [1, 2]},
     {"bbox": [1, 2, 3, 4], "intersects": {"type": "Point", "coordinates": [1, 2]}},
     {"intersects": {"type": "Point", "coordinates": [500, 2]}}],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_refused(client: TestClient, body: dict[str, Any]) -> None:
    assert client.post("/stac/search", json=body).status_code == 400


@pytest.mark.parametrize("field", ["query", "sortby", "filter", "bboxx"])
def test_a_field_that_a_search_does_not_know_is_not_passed_over(
    client: TestClient, field: str
) -> None:
    answer = client.post("/stac/search", json={field: {"eo:cloud_cover": {"lt": 10}}})
    said = answer.json()
    assert (answer.status_code, said["parameter"]) == (400, field)
    assert said["code"] == "unknown-parameter"


def test_a_village_finds_scenes_of_its_own_ground_only(
    client: TestClient, runtime: Runtime, scenes: list[int]
) -> None:
    client.auth = ("village", PASSWORD)
    assert ids_of(client.get("/stac/search")) == []
    with runtime.database.transaction() as session:
        session.execute(text(BOUNDARY))
    assert ids_of(client.get("/stac/search")) == [scenes[1], scenes[0]]
    assert client.get(f"/stac/collections/scenes/items/{scenes[2]}").status_code == 404
    client.auth = None
    assert client.get("/stac/search").status_code == 401
