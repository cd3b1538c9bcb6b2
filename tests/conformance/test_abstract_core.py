"""Abstract tests of OGC API – Features Part 1 (Annex A, Core), over a connection.

They are written after the standard's text. What OGC's own executable suite checks of it, and with
which of these tests, stands in ``executable_suites.toml``.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
import shapely
from openapi_spec_validator import validate

from tests.conformance.reading import (
    COLLECTIONS,
    CRS84,
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    Document,
    asked,
    collection_of,
    definition_of,
    following,
    items_of,
    linked,
    parameters_of,
    places,
    read,
    whole_links,
)

EDGES = (
    "-1.5,50,1.5,53",
    "-80,-5,-70,5",
    "177,65,-177,70",
    "-180,85,180,90",
    "-180,-90,180,-85",
    "-92,17.5,0,-88,21.5,9",
)
"""Across the prime meridian, the equator, the antimeridian, at the poles, and with heights."""

every_collection = pytest.mark.parametrize("name", COLLECTIONS)


def times_of(collection: Document) -> list[str]:
    """A moment, an interval, and a beginning with a duration, within the extent in time."""
    if "temporal" not in collection["extent"]:
        return ["2026-04-01", "2026-01-01/2026-12-31", "2026-04-01/P2D"]
    ((start, end),) = collection["extent"]["temporal"]["interval"]
    begin, close = (datetime.fromisoformat(text.replace("Z", "+00:00")) for text in (start, end))
    quarter = (close - begin) / 4
    first, second = begin + quarter, begin + 2 * quarter
    written = [moment.isoformat().replace("+00:00", "Z") for moment in (first, second)]
    return [start, "/".join(written), f"{first.date()}/P2D"]


def queries_of(collection: Document) -> list[dict[str, str]]:
    """Everything that pages of a collection are asked for in these tests."""
    extent = ",".join(f"{edge:.7f}" for edge in collection["extent"]["spatial"]["bbox"][0])
    return [
        {},
        *({"bbox": box} for box in (extent, *EDGES)),
        *({"limit": limit} for limit in ("1", "100")),
        *({"datetime": time} for time in times_of(collection)),
    ]


def largest_page(http: httpx.Client, name: str) -> int:
    limit = parameters_of(definition_of(http), items_of(name))["limit"]["schema"]
    return int(limit["maximum"])


def test_http_1_1_is_spoken(http: httpx.Client) -> None:
    assert http.get("/ogc/").http_version == "HTTP/1.1"


def test_the_landing_page_leads_on(http: httpx.Client) -> None:
    landing = read(http, "/")
    relations = {link["rel"] for link in landing["links"]}
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= relations
    whole_links(landing)


def test_the_definition_is_found_by_its_link_and_is_valid(http: httpx.Client) -> None:
    (link,) = linked(read(http, "/"), "service-desc", OPENAPI)
    answer = asked(http, link["href"], OPENAPI)
    assert answer.headers["content-type"] == OPENAPI
    definition = answer.json()
    assert definition["openapi"].startswith("3.0")
    validate(definition)


def test_conformance_is_declared_at_its_path_and_behind_its_link(http: httpx.Client) -> None:
    (link,) = linked(read(http, "/"), "conformance")
    declared = read(http, link["href"])["conformsTo"]
    assert declared == read(http, "/conformance")["conformsTo"]
    assert all(isinstance(uri, str) for uri in declared)
    base = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
    assert {f"{base}{part}" for part in ("core", "oas30", "html", "geojson")} <= set(declared)


def test_the_collections_document_links_to_itself_and_its_page(http: httpx.Client) -> None:
    document = read(http, "/collections")
    assert len(linked(document, "self", JSON)) == len(linked(document, "alternate", HTML)) == 1
    whole_links(document)
    assert document["crs"][0] == CRS84
    assert {c["id"] for c in document["collections"]} == set(COLLECTIONS)


@every_collection
def test_a_collection_says_where_when_and_in_what_encodings(http: httpx.Client, name: str) -> None:
    collection = collection_of(http, name)
    whole_links(collection)
    spatial = collection["extent"]["spatial"]
    ((west, south, east, north),) = spatial["bbox"]
    assert spatial["crs"] == CRS84
    assert -180 <= west < east <= 180
    assert -90 <= south < north <= 90
    temporal = collection["extent"].get("temporal", {"interval": [["2026-01-01T00:00:00Z"] * 2]})
    for moment in temporal["interval"][0]:
        assert datetime.fromisoformat(moment.replace("Z", "+00:00")).tzinfo == UTC
    assert {link["type"] for link in linked(collection, "items")} == {GEOJSON, HTML}
    (items,) = linked(collection, "items", GEOJSON)
    assert read(http, items["href"], GEOJSON)["type"] == "FeatureCollection"


@every_collection
def test_a_collection_is_described_alike_in_both_places(http: httpx.Client, name: str) -> None:
    definition = definition_of(http)
    address = definition["servers"][0]["url"] + f"/collections/{name}"
    assert f"/collections/{name}" in definition["paths"]
    assert read(http, address) == collection_of(http, name)


@every_collection
def test_the_extent_holds_every_feature(http: httpx.Client, name: str) -> None:
    collection = collection_of(http, name)
    extent = shapely.box(*collection["extent"]["spatial"]["bbox"][0])
    first = read(http, items_of(name), GEOJSON)
    for page in following(http, first, largest_page(http, name)):
        shapes = [shapely.geometry.shape(f["geometry"]) for f in page["features"]]
        assert shapely.covers(extent, shapes).all()


@every_collection
def test_limit_bbox_and_datetime_are_defined_as_the_standard_wants(
    http: httpx.Client, name: str
) -> None:
    parameters = parameters_of(definition_of(http), items_of(name))
    for wanted in ("limit", "bbox", "datetime"):
        parameter = parameters[wanted]
        assert (parameter["in"], parameter["required"]) == ("query", False)
        assert (parameter["style"], parameter["explode"]) == ("form", False)
    limit, bbox, time = (parameters[n]["schema"] for n in ("limit", "bbox", "datetime"))
    assert limit["type"] == "integer"
    assert 0 <= limit["minimum"] <= limit["default"] <= limit["maximum"]
    assert (bbox["type"], bbox["minItems"], bbox["maxItems"]) == ("array", 4, 6)
    assert bbox["items"] == {"type": "number"}
    assert time["type"] == "string"


@every_collection
def test_every_page_is_a_feature_collection_with_its_links(http: httpx.Client, name: str) -> None:
    for query in queries_of(collection_of(http, name)):
        page = read(http, items_of(name), GEOJSON, **query)
        assert page["type"] == "FeatureCollection"
        assert isinstance(page["features"], list)
        assert len(linked(page, "self", GEOJSON)) == len(linked(page, "alternate", HTML)) == 1
        whole_links(page)


@every_collection
def test_every_page_says_when_it_was_made(http: httpx.Client, name: str) -> None:
    for query in queries_of(collection_of(http, name)):
        before = datetime.now(UTC) - timedelta(seconds=1)
        stamp = read(http, items_of(name), GEOJSON, **query)["timeStamp"]
        assert before <= datetime.fromisoformat(stamp.replace("Z", "+00:00")) <= datetime.now(UTC)


@every_collection
def test_every_page_counts_what_it_holds_and_what_was_found(http: httpx.Client, name: str) -> None:
    largest = largest_page(http, name)
    for query in queries_of(collection_of(http, name)):
        for count in ({}, {"count": "true"}):
            page = read(http, items_of(name), GEOJSON, **query, **count)
            assert page["numberReturned"] == len(page["features"])
            assert "numberMatched" in page or not count
            if "numberMatched" in page:
                pages = following(http, page, largest)
                assert page["numberMatched"] == sum(p["numberReturned"] for p in pages)


@every_collection
def test_every_page_is_in_longitude_and_latitude(http: httpx.Client, name: str) -> None:
    for query in queries_of(collection_of(http, name)):
        for feature in read(http, items_of(name), GEOJSON, **query)["features"]:
            for longitude, latitude in places(feature):
                assert 105.8 < longitude < 106
                assert 29.3 < latitude < 29.4


@every_collection
def test_a_box_holds_what_meets_it_and_nothing_else(http: httpx.Client, name: str) -> None:
    west, south, east, north = collection_of(http, name)["extent"]["spatial"]["bbox"][0]
    middle = (west + east) / 2
    box = shapely.box(west, south, middle, north)
    asked_for = ",".join(f"{edge:.7f}" for edge in box.bounds)
    found = read(http, items_of(name), GEOJSON, bbox=asked_for, limit=1000)["features"]
    every = read(http, items_of(name), GEOJSON, limit=1000)["features"]
    meeting = [f["id"] for f in every if box.intersects(shapely.geometry.shape(f["geometry"]))]
    assert [feature["id"] for feature in found] == meeting
    assert meeting


@every_collection
@pytest.mark.parametrize("bbox", EDGES)
def test_boxes_at_the_edges_of_the_world_are_answered(
    http: httpx.Client, name: str, bbox: str
) -> None:
    assert read(http, items_of(name), GEOJSON, bbox=bbox)["features"] == []


@every_collection
@pytest.mark.parametrize("limit", [1, 2, 10_000])
def test_a_page_has_no_more_features_than_its_limit(
    http: httpx.Client, name: str, limit: int
) -> None:
    page = read(http, items_of(name), GEOJSON, limit=limit)
    assert 1 <= len(page["features"]) <= limit


@pytest.mark.parametrize(
    ("time", "number"),
    [
        ("2026-03-01", 2),
        ("2026-04-03/..", 0),
        ("../2026-01-03", 0),
        ("2026-01-01/P2D", 0),
        ("2026-01-01/P3D", 2),
        ("2026-01-01T00:00:00Z/P2DT20H", 2),
        ("P1W/2026-04-10", 0),
        ("P9D/2026-04-10", 2),
        ("P1M2D/2026-05-02", 2),
    ],
)
def test_a_time_selects_what_lies_in_it(http: httpx.Client, time: str, number: int) -> None:
    # Both patches were seen between 4 January and 2 April 2026.
    page = read(http, items_of("patches"), GEOJSON, datetime=time)
    assert page["numberMatched"] == number
    for feature in page["features"]:
        assert date.fromisoformat(feature["properties"]["after_date"]) == date(2026, 4, 2)


@every_collection
@pytest.mark.parametrize(
    "query",
    [
        {"limit": "unlimited"},
        {"limit": "0"},
        {"bbox": "1,2"},
        {"bbox": "1,2,3,4,5,6,7"},
        {"datetime": "x"},
        {"datetime": "2026-04-01/P"},
        {"datetime": "P1D/P1D"},
        {"unknownQueryParameter1": "1"},
    ],
)
def test_bad_and_unknown_parameters_are_400(
    http: httpx.Client, name: str, query: dict[str, Any]
) -> None:
    assert next(iter(query)) in {"unknownQueryParameter1", *parameters_of_items(http, name)}
    answer = asked(http, items_of(name), **query)
    assert (answer.status_code, answer.json()["parameter"]) == (400, next(iter(query)))


def parameters_of_items(http: httpx.Client, name: str) -> set[str]:
    parameters = parameters_of(definition_of(http), items_of(name))
    assert not any("additionalProperties" in p["schema"] for p in parameters.values())
    return {*parameters} - {"unknownQueryParameter1"}


@every_collection
def test_a_feature_is_found_by_its_id_with_its_links(http: httpx.Client, name: str) -> None:
    for found in read(http, items_of(name), GEOJSON, limit=3)["features"]:
        feature = read(http, f"{items_of(name)}/{found['id']}", GEOJSON)
        assert (feature["type"], feature["id"]) == ("Feature", found["id"])
        assert feature["geometry"] == found["geometry"]
        assert len(linked(feature, "self", GEOJSON)) == len(linked(feature, "alternate", HTML)) == 1
        (collection,) = linked(feature, "collection")
        assert read(http, collection["href"])["id"] == name
        whole_links(feature)
