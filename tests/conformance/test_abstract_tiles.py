"""Abstract tests of OGC API – Tiles Part 1 (core, tilesets of collections, OpenAPI, MVT)."""

from __future__ import annotations

import httpx
import mapbox_vector_tile
import pytest

from tests.conformance.reading import (
    COLLECTIONS,
    JSON,
    Document,
    asked,
    collection_of,
    definition_of,
    linked,
    read,
)

TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
QUAD = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
MVT = "application/vnd.mapbox-vector-tile"
PLACE = {"tileMatrix": 14, "tileRow": 6793, "tileCol": 13011}
"""Where the test township lies."""

every_collection = pytest.mark.parametrize("name", COLLECTIONS)


def tilesets_of(http: httpx.Client, name: str) -> list[Document]:
    (link,) = linked(collection_of(http, name), TILESETS, JSON)
    assert link["href"].endswith("/tiles")
    found: list[Document] = read(http, link["href"])["tilesets"]
    return found


def template_of(http: httpx.Client, name: str) -> str:
    (tileset,) = tilesets_of(http, name)
    (itself,) = linked(tileset, "self", JSON)
    (link,) = linked(read(http, itself["href"]), "item", MVT)
    return str(link["href"])


def tile_at(http: httpx.Client, template: str, **place: int) -> httpx.Response:
    for part, number in (PLACE | place).items():
        assert f"{{{part}}}" in template
        template = template.replace(f"{{{part}}}", str(number))
    return asked(http, template, MVT)


def test_the_classes_are_declared(http: httpx.Client) -> None:
    base = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
    wanted = {"core", "tileset", "tilesets-list", "geodata-tilesets", "oas30", "mvt"}
    assert {f"{base}{part}" for part in wanted} <= {*read(http, "/conformance")["conformsTo"]}


def test_operations_are_named_as_the_standard_wants(http: httpx.Client) -> None:
    paths = definition_of(http)["paths"]
    names = [operation["operationId"] for path in paths.values() for operation in ways(path)]
    assert len(names) == len({*names})
    for ending in ("getTile", "getTileSet", "getTileSetsList"):
        endings = [name for name in names if name.endswith(f".collection.vector.{ending}")]
        assert len(endings) == len(COLLECTIONS)


def ways(path: Document) -> list[Document]:
    return [way for method, way in path.items() if method != "parameters"]


@every_collection
def test_a_collection_lists_its_tilesets_and_every_link_can_be_followed(
    http: httpx.Client, name: str
) -> None:
    (tileset,) = tilesets_of(http, name)
    assert (tileset["tileMatrixSetURI"], tileset["dataType"]) == (QUAD, "vector")
    for link in tileset["links"]:
        assert "{" not in link["href"]
        assert isinstance(read(http, link["href"]), dict)


@every_collection
def test_the_template_names_matrix_row_and_column(http: httpx.Client, name: str) -> None:
    template = template_of(http, name)
    assert all(f"{{{part}}}" in template for part in PLACE)


@every_collection
def test_a_tile_is_found_by_the_template_and_can_be_read(http: httpx.Client, name: str) -> None:
    answer = tile_at(http, template_of(http, name))
    assert (answer.status_code, answer.headers["content-type"]) == (200, MVT)
    assert name in mapbox_vector_tile.decode(answer.content)


@every_collection
def test_where_nothing_is_the_tile_is_without_content(http: httpx.Client, name: str) -> None:
    last = 2 ** PLACE["tileMatrix"] - 1
    assert tile_at(http, template_of(http, name), tileRow=last).status_code == 204


@every_collection
@pytest.mark.parametrize(
    "place",
    [{"tileRow": 2**14}, {"tileCol": 2**14}, {"tileMatrix": 23}, {"tileRow": 2**31 - 1}],
)
def test_a_tile_outside_its_matrix_is_400(
    http: httpx.Client, name: str, place: dict[str, int]
) -> None:
    answer = tile_at(http, template_of(http, name), **place)
    assert (answer.status_code, answer.json()["parameter"]) == (400, next(iter(place)))


def test_the_scheme_is_listed_and_defined(http: httpx.Client) -> None:
    (listed,) = read(http, "/tileMatrixSets")["tileMatrixSets"]
    assert listed["uri"] == QUAD
    (tileset,) = tilesets_of(http, "plots")
    (behind,) = linked(tileset, SCHEME, JSON)
    definition = read(http, behind["href"])
    assert definition == read(http, listed["links"][0]["href"])
    assert [int(matrix["id"]) for matrix in definition["tileMatrices"]][:3] == [0, 1, 2]
