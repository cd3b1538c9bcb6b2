"""How the abstract tests read what the server says: as documents, pages and coordinates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import httpx

ROOT = "/ogc"
COLLECTIONS = ("villages", "plots", "zones", "patches", "cases")
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
UNSUPPORTED = "http://www.opengis.net/def/crs/0/unsupported"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
GEOJSON = "application/geo+json"
JSON = "application/json"
HTML = "text/html"

Document = dict[str, Any]


def read(http: httpx.Client, address: str, accept: str = JSON, **query: object) -> Any:
    """A document by its path below the root, or by the whole address that a link gave."""
    answer = asked(http, address, accept, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def asked(
    http: httpx.Client, address: str, accept: str = GEOJSON, **query: object
) -> httpx.Response:
    """The answer to a question; parameters with an underscore stand for those with a hyphen."""
    whole = address if address.startswith("http") else f"{ROOT}{address}"
    params = {name.replace("_", "-"): str(value) for name, value in query.items()}
    # Without parameters those of the address itself must stay.
    return http.get(whole, headers={"Accept": accept}, params=params or None)


def collection_of(http: httpx.Client, name: str) -> Document:
    (found,) = (c for c in read(http, "/collections")["collections"] if c["id"] == name)
    return dict(found)


def items_of(name: str) -> str:
    return f"/collections/{name}/items"


def linked(document: Document, relation: str, media: str | None = None) -> list[Document]:
    """The links of a relation, and of a media type when one is named."""
    return [
        link
        for link in document["links"]
        if link["rel"] == relation and media in (None, link["type"])
    ]


def whole_links(document: Document) -> None:
    """Every link says what it is and what it leads to, and where."""
    for link in document["links"]:
        assert {"rel", "type", "href"} <= set(link)
        assert link["href"].startswith("http")


def following(http: httpx.Client, page: Document, limit: int) -> Iterator[Document]:
    """The page and all that follow it, asked for by as many features as the server allows."""
    yield page
    while found := linked(page, "next"):
        address = httpx.URL(found[0]["href"]).copy_set_param("limit", limit)
        page = read(http, str(address), GEOJSON)
        yield page


def positions(value: Sequence[Any]) -> list[Sequence[float]]:
    """All positions of a geometry's coordinates, however deep they stand."""
    if value and isinstance(value[0], (int, float)):
        return [value]
    return [position for part in value for position in positions(part)]


def places(feature: Document) -> list[Sequence[float]]:
    return positions(feature["geometry"]["coordinates"])


def definition_of(http: httpx.Client) -> Document:
    (found,) = linked(read(http, "/"), "service-desc", OPENAPI)
    return dict(read(http, found["href"], OPENAPI))


def parameters_of(definition: Document, path: str) -> dict[str, Document]:
    """The parameters of a path's GET by their names, with references resolved."""
    item = definition["paths"][path]
    named = [*item.get("parameters", ()), *item["get"].get("parameters", ())]
    known = definition["components"]["parameters"]
    found = [known[p["$ref"].rpartition("/")[2]] if "$ref" in p else p for p in named]
    return {parameter["name"]: parameter for parameter in found}
