"""Vector tiles for the page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from service.addresses import public_root
from service.documentation.security_dependencies import ANY_OF_THEM
from service.features.dependencies import admitted, the_access
from service.features.responses import REVALIDATE
from service.tiles.address import parse_tile
from service.tiles.behaviour import TileAnswer, parse_layers, tile_answer
from service.tiles.layers import TileFilters
from service.tiles.style import style_document

MVT = "application/vnd.mapbox-vector-tile"

router = APIRouter(tags=["tiles"])


def tile_response(answer: TileAnswer) -> Response:
    """A tile over HTTP: 304 for a copy that holds, 204 where nothing is."""
    headers = {"ETag": answer.tag, "Cache-Control": REVALIDATE, "Vary": "Authorization"}
    if answer.content is None:
        return Response(status_code=304, headers=headers)
    if not answer.content:
        return Response(status_code=204, headers=headers)
    return Response(answer.content, media_type=MVT, headers=headers)


@router.get("/tiles/style.json")
async def read_style(request: Request) -> JSONResponse:
    """The style of the tiles for MapLibre and QGIS, with absolute addresses.

    Open to everybody: it says nothing of the ground, and QGIS 3.22 asks for it without a login.
    """
    return JSONResponse(style_document(public_root(request)), headers={"Cache-Control": REVALIDATE})


@router.get(
    "/tiles/{layers}/{z}/{x}/{y}.pbf",
    response_class=Response,
    responses={
        200: {"content": {MVT: {}}},
        204: {"description": "nothing is there"},
        304: {"description": "unchanged"},
    },
    openapi_extra={"security": ANY_OF_THEM},
)
async def read_tile(
    request: Request,
    layers: str,
    z: str,
    x: str,
    y: str,
    village: Annotated[str | None, Query(description="村代码 / village code")] = None,
    batch: Annotated[int | None, Query(ge=1, lt=2**63, description="批次 / batch")] = None,
) -> Response:
    """A vector tile of one or several layers, comma-separated, each with its label points."""
    named = parse_layers(layers)
    tile = parse_tile(z, x, y)
    access = the_access(request)
    admission = await admitted(request)
    known = request.headers.get("if-none-match")
    filters = TileFilters(village, batch)
    return tile_response(await tile_answer(access, admission, tile, named, filters, known))
