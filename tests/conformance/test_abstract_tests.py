"""Abstract tests of OGC API – Features Part 1 (Annex A, Core) and Part 2 (CRS), over a connection.

They are written after the standard's text and are not the OGC's own suite, which runs in Java.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
COLLECTIONS = ("villages", "plots", "zones", "patches", "cases")
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def read(http: httpx.Client, path: str) -> Any:
    answer = http.get(f"/ogc{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def positions(value: Any) -> list[list[float]]:
    if value and isinstance(value[0], (int, float)):
        return [value]
    return [position for part in value for position in positions(part)]


def test_http_1_1_is_spoken(http: httpx.Client) -> None:
    assert http.get("/ogc/").http_version == "HTTP/1.1"


def test_the_definition_is_found_by_its_link_and_type(http: httpx.Client) -> None:
    links = read(http, "/")["links"]
    (description,) = [link for link in links if link["rel"] == "service-desc"]
    assert description["type"] == OPENAPI
    assert http.get(description["href"]).headers["content-type"] == OPENAPI


def test_conformance_names_core_and_crs(http: httpx.Client) -> None:
    classes = read(http, "/conformance")["conformsTo"]
    base = "http://www.opengis.net/spec/ogcapi-features-"
    assert {f"{base}1/1.0/conf/core", f"{base}2/1.0/conf/crs"} <= set(classes)


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_collection_is_described_alike_in_both_places(http: httpx.Client, name: str) -> None:
    listed = {c["id"]: c for c in read(http, "/collections")["collections"]}
    alone = read(http, f"/collections/{name}")
    assert alone == listed[name]
    assert {"self", "alternate", "items"} <= {link["rel"] for link in alone["links"]}
    assert all(link.get("type") for link in alone["links"])
    assert CRS84 in alone["crs"]


def test_limit_and_bbox_are_defined_as_the_standard_wants(http: httpx.Client) -> None:
    parameters = read(http, "/api")["components"]["parameters"]
    limit, bbox = parameters["limit"], parameters["bbox"]
    for parameter in (limit, bbox):
        assert (parameter["in"], parameter["required"]) == ("query", False)
        assert (parameter["style"], parameter["explode"]) == ("form", False)
    assert {"type", "minimum", "default"} <= set(limit["schema"])
    assert (bbox["schema"]["minItems"], bbox["schema"]["maxItems"]) == (4, 6)


@pytest.mark.parametrize("name", COLLECTIONS)
def test_features_carry_counts_time_and_links(http: httpx.Client, name: str) -> None:
    page = read(http, f"/collections/{name}/items?limit=1")
    assert page["type"] == "FeatureCollection"
    assert page["numberReturned"] == len(page["features"]) == 1
    assert page["numberMatched"] >= 1 if "numberMatched" in page else True
    assert page["timeStamp"].endswith("Z")
    assert all({"rel", "type", "href"} <= set(link) for link in page["links"])
    feature = read(http, f"/collections/{name}/items/{page['features'][0]['id']}")
    assert {"self", "collection"} <= {link["rel"] for link in feature["links"]}


@pytest.mark.parametrize(
    "bbox", ["177,65,-177,70", "-180,85,180,90", "-180,-90,180,-85", "-92,17.5,0,-88,21.5,9"]
)
@pytest.mark.parametrize("name", COLLECTIONS)
def test_extents_at_the_edges_of_the_world_are_answered(
    http: httpx.Client, name: str, bbox: str
) -> None:
    assert read(http, f"/collections/{name}/items?bbox={bbox}")["features"] == []


@pytest.mark.parametrize(
    "query", ["bbox=1,2", "limit=abc", "datetime=x", "unknown=1", "crs=x", "bbox-crs=x"]
)
@pytest.mark.parametrize("name", COLLECTIONS)
def test_bad_and_unknown_parameters_are_400(http: httpx.Client, name: str, query: str) -> None:
    assert http.get(f"/ogc/collections/{name}/items?{query}").status_code == 400


@pytest.mark.parametrize("name", COLLECTIONS)
def test_storage_crs_is_listed_and_every_listed_crs_is_answered_in(
    http: httpx.Client, name: str
) -> None:
    collection = read(http, f"/collections/{name}")
    assert collection["storageCrs"] in collection["crs"]
    for crs in collection["crs"]:
        answer = http.get(f"/ogc/collections/{name}/items", params={"crs": crs, "limit": 1})
        assert answer.headers["content-crs"] == f"<{crs}>"
        assert answer.status_code == 200


def test_an_extent_selects_the_same_in_every_crs(http: httpx.Client) -> None:
    for crs in read(http, "/collections/plots")["crs"]:
        params = {"crs": crs}
        feature = http.get("/ogc/collections/plots/items/22", params=params).json()
        points = positions(feature["geometry"]["coordinates"])
        middle = [(min(axis) + max(axis)) / 2 for axis in zip(*points, strict=True)]
        bbox = ",".join(map(repr, [*middle, *middle]))
        query = {"bbox": bbox, "bbox-crs": crs}
        page = http.get("/ogc/collections/plots/items", params=query).json()
        assert [found["id"] for found in page["features"]] == [22], crs
