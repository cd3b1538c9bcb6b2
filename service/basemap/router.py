"""The ground beneath the map over HTTP."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from service.accounts.permissions import Action, require
from service.basemap.fetching import Basemap
from service.documentation.security_dependencies import ANY_OF_THEM
from service.features.dependencies import admitted
from service.tiles.address import parse_tile

KEPT_SECONDS = 7 * 24 * 3600

router = APIRouter(prefix="/basemap", tags=["tiles"])


class BasemapLayerAnswer(BaseModel):
    """A layer of the ground: tiles of 256 pixels in the web's grid."""

    name: str
    attribution: str
    deepest: int


class BasemapAnswer(BaseModel):
    """The layers from the bottom up; none where no ground is configured."""

    items: list[BasemapLayerAnswer]


def the_basemap(request: Request) -> Basemap:
    """The ground of this application."""
    basemap: Basemap = request.app.state.basemap
    return basemap


@router.get("", openapi_extra={"security": ANY_OF_THEM})
async def get_layers(request: Request) -> BasemapAnswer:
    """What can lie beneath the map."""
    require((await admitted(request)).principal, Action.READ_MAP)
    layers = the_basemap(request).layers.values()
    items = [
        BasemapLayerAnswer(name=one.name, attribution=one.attribution, deepest=one.deepest)
        for one in layers
    ]
    return BasemapAnswer(items=items)


@router.get(
    "/{layer}/{z}/{x}/{y}",
    response_class=Response,
    responses={200: {"content": {"image/*": {}}}},
    openapi_extra={"security": ANY_OF_THEM},
)
async def get_tile(request: Request, layer: str, z: str, x: str, y: str) -> Response:
    """A picture of the ground, fetched from where the deployment says."""
    require((await admitted(request)).principal, Action.READ_MAP)
    tile = parse_tile(z, x, y)
    picture = await the_basemap(request).fetch(layer, tile.z, tile.x, tile.y)
    headers = {
        "Cache-Control": f"private, max-age={KEPT_SECONDS}",
        "Vary": "Authorization",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(picture.content, media_type=picture.media_type, headers=headers)
