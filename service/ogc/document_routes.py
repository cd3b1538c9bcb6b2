"""Landing page, API definition, conformance, collections and queryables over HTTP."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from service.features.selection import Selection
from service.features.types import FeatureType
from service.ogc import documents, links
from service.ogc.collections import COLLECTIONS, collection_named
from service.ogc.dependencies import Call, opened
from service.ogc.documents import Extent
from service.ogc.html_pages import Page
from service.ogc.openapi import api_definition
from service.ogc.schema import queryables
from service.ogc.tilesets import tile_matrix_set, tile_matrix_sets


async def landing(request: Request) -> Response:
    """What is here."""
    call = await opened(request)
    call.parameters.refuse_rest()
    return call.answer(documents.landing_page(call.addresses), Page("landing", "开放数据接口"))


async def definition(request: Request) -> Response:
    """The API definition."""
    call = await opened(request)
    call.parameters.refuse_rest()
    document = api_definition(call.addresses, call.may_edit)
    return call.answer(document, Page("api", "接口说明"), links.OPENAPI)


async def conformance(request: Request) -> Response:
    """The standards met."""
    call = await opened(request)
    call.parameters.refuse_rest()
    document = documents.conformance_declaration(call.addresses, call.may_edit)
    return call.answer(document, Page("conformance", "符合的标准"))


async def collections(request: Request) -> Response:
    """All collections."""
    call = await opened(request)
    call.parameters.refuse_rest()
    described = [await _described(call, kind) for kind in COLLECTIONS.values()]
    document = documents.collections_document(call.addresses, described)
    return call.answer(document, Page("collections", "数据集合"))


async def collection(request: Request) -> Response:
    """One collection."""
    call = await opened(request)
    kind = collection_named(request.path_params["collection"])
    call.parameters.refuse_rest()
    page = Page("collection", kind.label.zh, crumbs(call))
    return call.answer(await _described(call, kind), page)


async def filterable(request: Request) -> Response:
    """What filters on a collection may name."""
    call = await opened(request)
    kind = collection_named(request.path_params["collection"])
    call.parameters.refuse_rest()
    page = Page("queryables", f"{kind.label.zh}：可过滤属性", crumbs(call, kind))
    return call.answer(queryables(call.addresses, kind), page, links.SCHEMA)


async def tilings(request: Request) -> Response:
    """The tiling schemes."""
    call = await opened(request)
    call.parameters.refuse_rest()
    return call.answer(tile_matrix_sets(call.addresses), Page("document", "瓦片方案"))


async def tiling(request: Request) -> Response:
    """The one tiling scheme."""
    call = await opened(request)
    call.parameters.refuse_rest()
    return call.answer(tile_matrix_set(), Page("document", "WebMercatorQuad"))


def crumbs(call: Call, kind: FeatureType | None = None) -> tuple[tuple[str, str], ...]:
    """The way back up from a page."""
    way = (("数据集合", call.addresses.at("collections?f=html")),)
    if kind is None:
        return way
    return (*way, (kind.label.zh, call.addresses.collection(kind.name) + "?f=html"))


async def extent_of(call: Call, kind: FeatureType) -> Extent:
    """Where and when a collection's features are, as the caller may see them."""
    selection = Selection(kind, call.settings.zone)
    return await call.extents.of(call.access, call.admission, selection)


async def _described(call: Call, kind: FeatureType) -> documents.Document:
    extent = await extent_of(call, kind)
    return documents.collection_document(call.addresses, kind, extent)
