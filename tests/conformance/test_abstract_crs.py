"""Abstract tests of OGC API – Features Part 2 (Annex A, CRS by reference), over a connection."""

from __future__ import annotations

import re
from collections.abc import Sequence

import httpx
import numpy as np
import pytest
from pyproj import Transformer

from tests.conformance.reading import (
    COLLECTIONS,
    CRS84,
    GEOJSON,
    UNSUPPORTED,
    Document,
    asked,
    collection_of,
    items_of,
    places,
    read,
)

SEGMENT = r"[A-Za-z0-9\-._~!$&'()*+,;=@]+"
OGC_NAME = re.compile(rf"http://www\.opengis\.net/def/crs(/{SEGMENT}){{3,}}")
"""The OGC's rule for names of definitions (09-048)."""

every_collection = pytest.mark.parametrize("name", COLLECTIONS)


def transformer(crs: str) -> Transformer:
    """From longitude and latitude to a system, with the axes as its authority orders them."""
    authority, _, code = crs.removeprefix("http://www.opengis.net/def/crs/").split("/")
    return Transformer.from_crs("OGC:CRS84", f"{authority}:{code}")


def back_in_degrees(feature: Document, crs: str) -> list[Sequence[float]]:
    xy = np.array(places(feature)).T
    return [*zip(*transformer(crs).transform(*xy, direction="INVERSE"), strict=True)]


def ids(page: Document) -> list[int]:
    return [feature["id"] for feature in page["features"]]


def test_part_2_is_declared(http: httpx.Client) -> None:
    declared = read(http, "/conformance")["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in declared


@every_collection
def test_every_system_has_a_valid_name_wherever_it_is_listed(http: httpx.Client, name: str) -> None:
    alone, listed = read(http, f"/collections/{name}"), collection_of(http, name)
    systems = {*read(http, "/collections")["crs"]}
    systems |= {*alone["crs"], alone["storageCrs"], *listed["crs"], listed["storageCrs"]}
    assert len(systems) >= 6
    assert [uri for uri in systems if not OGC_NAME.fullmatch(uri)] == []


@every_collection
def test_the_default_and_the_storage_system_are_listed(http: httpx.Client, name: str) -> None:
    for collection in (read(http, f"/collections/{name}"), collection_of(http, name)):
        assert CRS84 in collection["crs"]
        assert collection["storageCrs"] in collection["crs"]


@every_collection
def test_pages_and_features_are_answered_in_every_listed_system(
    http: httpx.Client, name: str
) -> None:
    first = read(http, items_of(name), GEOJSON, limit=5)["features"]
    for crs in collection_of(http, name)["crs"]:
        page = asked(http, items_of(name), crs=crs, limit=5)
        one = asked(http, f"{items_of(name)}/{first[0]['id']}", crs=crs)
        for answer in (page, one):
            assert (answer.status_code, answer.headers["content-crs"]) == (200, f"<{crs}>")
        assert (page.json()["type"], one.json()["type"]) == ("FeatureCollection", "Feature")


@every_collection
def test_without_a_system_the_default_is_answered_and_named(http: httpx.Client, name: str) -> None:
    page = asked(http, items_of(name), limit=1)
    one = asked(http, f"{items_of(name)}/{page.json()['features'][0]['id']}")
    assert page.headers["content-crs"] == one.headers["content-crs"] == f"<{CRS84}>"


@every_collection
def test_a_system_that_is_not_listed_is_400(http: httpx.Client, name: str) -> None:
    key = read(http, items_of(name), GEOJSON, limit=1)["features"][0]["id"]
    for address in (items_of(name), f"{items_of(name)}/{key}"):
        answer = asked(http, address, crs=UNSUPPORTED)
        assert (answer.status_code, answer.json()["parameter"]) == (400, "crs")


@every_collection
def test_coordinates_are_those_of_the_system(http: httpx.Client, name: str) -> None:
    degrees = read(http, items_of(name), GEOJSON, limit=20)["features"]
    for crs in collection_of(http, name)["crs"]:
        page = read(http, items_of(name), GEOJSON, limit=20, crs=crs)["features"]
        one = read(http, f"{items_of(name)}/{degrees[0]['id']}", GEOJSON, crs=crs)
        for told, expected in zip([*page, one], [*degrees, degrees[0]], strict=True):
            np.testing.assert_allclose(back_in_degrees(told, crs), places(expected), atol=2e-7)


@every_collection
def test_a_system_of_a_box_that_is_not_listed_is_400(http: httpx.Client, name: str) -> None:
    answer = asked(http, items_of(name), bbox="5,49,6,50", bbox_crs=UNSUPPORTED)
    assert (answer.status_code, answer.json()["parameter"]) == (400, "bbox-crs")


@every_collection
def test_a_box_selects_the_same_in_every_system(http: httpx.Client, name: str) -> None:
    collection = collection_of(http, name)
    west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
    # Not quite to the middle: a box of a grid that leans a little takes in more than its corners.
    box = (west, south, (west + east) / 2 - 3e-4, north)
    default = read(http, items_of(name), GEOJSON, bbox=",".join(map(repr, box)), limit=1000)
    assert ids(default)
    for crs in collection["crs"]:
        edges = transformer(crs).transform_bounds(*box)
        text = ",".join(f"{edge:.9f}" for edge in edges)
        page = read(http, items_of(name), GEOJSON, bbox=text, bbox_crs=crs, limit=1000)
        assert ids(page) == ids(default), crs
