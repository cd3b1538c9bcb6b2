"""The API definition, OpenAPI 3.0.3, written for the clients that read it.

QGIS takes its page size from ``components.parameters.limit``; the conformance suite wants ``limit``
and ``bbox`` with exactly these schemas. FastAPI writes neither, so this document is by hand.
"""

from __future__ import annotations

from typing import Any

from service.features.crs import CRS84, SERVED
from service.features.types import FeatureType
from service.ogc import links
from service.ogc.collections import COLLECTIONS
from service.ogc.documents import ABOUT, TITLE
from service.ogc.links import Addresses
from service.ogc.negotiation import TILE_FORMATS
from service.ogc.schema import TYPES
from service.paging import DEFAULT_LIMIT, MAX_LIMIT

Document = dict[str, Any]
PROBLEM = "application/problem+json"
IF_MATCH: Document = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "读到的 ETag；不再一致时回答 412 / the tag that was read; 412 when it is old",
    "schema": {"type": "string"},
}


def api_definition(addresses: Addresses, editable: bool) -> Document:
    """The whole definition for one place of service."""
    paths: Document = {
        "/": _get("landing", "首页 / landing page", links.JSON),
        "/api": _get("definition", "接口定义 / API definition", links.OPENAPI),
        "/conformance": _get("conformance", "符合性 / conformance", links.JSON),
        "/collections": _get("collections", "数据集合 / collections", links.JSON),
        "/tileMatrixSets": _get("tilings", "瓦片方案 / tilings", links.JSON),
        "/tileMatrixSets/WebMercatorQuad": _get("tiling", "WebMercatorQuad", links.JSON),
    }
    for kind in COLLECTIONS.values():
        paths |= _collection_paths(kind, editable and kind.name == "plots")
    return {
        "openapi": "3.0.3",
        "info": {"title": TITLE, "description": ABOUT, "version": "2026.1"},
        "servers": [{"url": addresses.root}],
        "security": [{"basic": []}, {"bearer": []}, {"key": []}],
        "paths": paths,
        "components": {
            "parameters": _parameters(),
            "responses": {"problem": _problem()},
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    }


def _collection_paths(kind: FeatureType, editable: bool) -> Document:
    name, title = kind.name, kind.label.zh
    here = f"/collections/{name}"
    items: Document = _get(f"{name}.items", title, links.GEOJSON, *_items_parameters(kind))
    item: Document = _get(f"{name}.item", title, links.GEOJSON, _reference("crs"))
    if editable:
        items["post"] = _change(f"{name}.add", "201", links.GEOJSON)
        item["put"] = _change(f"{name}.replace", "204", links.GEOJSON)
        item["patch"] = _change(f"{name}.update", "204", "application/merge-patch+json")
        item["delete"] = _operation(f"{name}.delete", "删除 / delete", {"204": _done()})
        for method in ("put", "patch", "delete"):
            item[method]["parameters"] = [IF_MATCH]
    item["parameters"] = [_path_parameter("featureId", {"type": "string"})]
    tiles = f"{here}/tiles/WebMercatorQuad"
    return {
        here: _get(name, title, links.JSON),
        f"{here}/queryables": _get(f"{name}.queryables", title, links.SCHEMA),
        f"{here}/items": items,
        f"{here}/items/{{featureId}}": item,
        f"{here}/download.geojson": _get(
            f"{name}.geojson", title, links.GEOJSON, *_download_parameters(kind)
        ),
        f"{here}/download.fgb": _get(
            f"{name}.flatgeobuf", title, links.FLATGEOBUF, *_download_parameters(kind)
        ),
        # The endings of these names are those of the standard for tiles (OGC 20-057, 19.3).
        f"{here}/tiles": _get(f"{name}.collection.vector.getTileSetsList", title, links.JSON),
        tiles: _get(f"{name}.collection.vector.getTileSet", title, links.JSON),
        f"{tiles}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _tile_path(
            f"{name}.collection.vector.getTile", title
        ),
    }


def _tile_path(operation: str, title: str) -> Document:
    path = _get(operation, title, links.MVT)
    path["get"]["responses"]["204"] = {"description": "空瓦片 / an empty tile"}
    path["get"]["parameters"] = [_query("f", {"type": "string", "enum": [*TILE_FORMATS]})]
    names = ("tileMatrix", "tileRow", "tileCol")
    path["parameters"] = [
        _path_parameter(name, {"type": "integer", "minimum": 0}) for name in names
    ]
    return path


def _items_parameters(kind: FeatureType) -> list[Document]:
    common = ("limit", "bbox", "bbox-crs", "crs", "datetime", "after", "count")
    return [*map(_reference, common), *_narrowing(kind)]


def _download_parameters(kind: FeatureType) -> list[Document]:
    return [*map(_reference, ("bbox", "bbox-crs", "crs", "datetime")), *_narrowing(kind)]


def _narrowing(kind: FeatureType) -> list[Document]:
    """What a collection's own properties add."""
    names = {"type": "string", "enum": [*kind.by_name]}
    versions = [_query("version", {"type": "integer", "minimum": 1})] if kind.versioned else []
    return [
        *map(_reference, ("filter", "filter-lang", "filter-crs")),
        _query("properties", {"type": "array", "items": names}, explode=False),
        *versions,
        *(_query(prop.name, TYPES[prop.kind]) for prop in kind.properties if prop.filterable),
    ]


def _parameters() -> dict[str, Document]:
    crs = {"type": "string", "format": "uri", "enum": [*SERVED], "default": CRS84.uri}
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    bbox = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    languages = ["cql2-text", "cql2-json"]
    return {
        "limit": _query("limit", limit, explode=False),
        "bbox": _query("bbox", bbox, explode=False),
        "bbox-crs": _query("bbox-crs", crs, explode=False),
        "crs": _query("crs", crs, explode=False),
        "datetime": _query("datetime", {"type": "string"}, explode=False),
        "after": _query("after", {"type": "string"}),
        "count": _query("count", {"type": "boolean", "default": False}),
        "filter": _query("filter", {"type": "string"}),
        "filter-lang": _query("filter-lang", {"type": "string", "enum": languages}),
        "filter-crs": _query("filter-crs", crs),
        "f": _query("f", {"type": "string", "enum": ["json", "html"]}),
    }


def _get(operation: str, summary: str, media: str, *parameters: Document) -> Document:
    content = {media: {"schema": _any_content(media)}}
    ok = {"description": "OK", "content": content}
    unchanged = {"description": "未变化 / unchanged"}
    done = _operation(operation, summary, {"200": ok, "304": unchanged})
    done["parameters"] = [_reference("f"), *parameters]
    return {"get": done}


def _any_content(media: str) -> Document:
    binary = media in (links.MVT, links.FLATGEOBUF)
    return {"type": "string", "format": "binary"} if binary else {"type": "object"}


def _change(operation: str, status: str, media: str) -> Document:
    changed = _operation(operation, "编辑 / edit", {status: _done()})
    body = {"required": True, "content": {media: {"schema": {"type": "object"}}}}
    return changed | {"requestBody": body}


def _operation(operation: str, summary: str, responses: Document) -> Document:
    problem = {"$ref": "#/components/responses/problem"}
    return {
        "operationId": operation,
        "summary": summary,
        "responses": {**responses, "default": problem},
    }


def _done() -> Document:
    return {"description": "已保存 / saved"}


def _problem() -> Document:
    content = {PROBLEM: {"schema": {"type": "object"}}}
    return {"description": "RFC 9457", "content": content}


def _reference(name: str) -> Document:
    return {"$ref": f"#/components/parameters/{name}"}


def _query(name: str, schema: Document, *, explode: bool | None = None) -> Document:
    parameter = {"name": name, "in": "query", "required": False, "schema": schema}
    if explode is not None:
        parameter |= {"style": "form", "explode": explode}
    return parameter


def _path_parameter(name: str, schema: Document) -> Document:
    return {"name": name, "in": "path", "required": True, "schema": schema}
