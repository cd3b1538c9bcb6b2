"""Tilesets and tiles of a collection over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from service.errors import NotFound
from service.ogc.collections import collection_named
from service.ogc.dependencies import Call, opened
from service.ogc.document_routes import crumbs, extent_of
from service.ogc.html_pages import Page
from service.ogc.negotiation import FORMATS, TILE_FORMATS
from service.ogc.tilesets import QUAD, tileset, tilesets
from service.tiles.address import parse_tile
from service.tiles.behaviour import parse_layers, tile_answer
from service.tiles.layers import LAYERS, TileFilters, TileLayer
from service.tiles.router import tile_response
from spatial.messages import Message

NAMES = ("tileMatrix", "tileCol", "tileRow")


async def tileset_list(request: Request) -> Response:
    """The tilesets of a collection."""
    call, layer = await _opened(request)
    page = Page("document", f"{layer.type.label.zh}：矢量瓦片", crumbs(call, layer.type))
    return call.answer(tilesets(call.addresses, layer), page)


async def tileset_metadata(request: Request) -> Response:
    """The metadata of a collection's tileset."""
    call, layer = await _opened(request)
    extent = await extent_of(call, layer.type)
    page = Page("document", f"{layer.type.label.zh}：{QUAD}", crumbs(call, layer.type))
    return call.answer(tileset(call.addresses, layer, extent.box), page)


async def tile(request: Request) -> Response:
    """One tile, with the collection's label points beside its outlines."""
    call, layer = await _opened(request, TILE_FORMATS)
    part = request.path_params
    address = parse_tile(part["matrix"], part["column"], part["row"], NAMES)
    answer = await tile_answer(
        call.access,
        call.admission,
        address,
        parse_layers(layer.name),
        TileFilters(),
        call.if_none_match,
    )
    return tile_response(answer)


async def _opened(
    request: Request, formats: Mapping[str, bool] = FORMATS
) -> tuple[Call, TileLayer]:
    call = await opened(request, formats)
    kind = collection_named(request.path_params["collection"])
    scheme = request.path_params.get("scheme", QUAD)
    if scheme != QUAD:
        raise NotFound(
            Message(f"没有瓦片方案 {scheme}，只有 {QUAD}。", f"There is only {QUAD} here.")
        )
    call.parameters.refuse_rest()
    return call, LAYERS[kind.name]
