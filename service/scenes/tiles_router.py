"""Tiles of scenes over HTTP: XYZ and OGC addresses, TileJSON, and the COG itself."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, StreamingResponse

from service.accounts.permissions import Action, require
from service.addresses import public_root
from service.dependencies import CurrentPrincipal, ReadingSession, TheRuntime
from service.paging import RowId
from service.scenes.map_tiles import (
    draw_mosaic,
    draw_tile,
    refuse_unready,
    stretch_from,
    tile_description,
)
from service.scenes.queries import find_scene, mosaic_scenes
from service.tiles.address import parse_tile
from spatial.imagery.pictures.display import Combination

router = APIRouter(prefix="/scenes", tags=["scenes"])
VARY = {"Vary": "Authorization"}
FOREVER = VARY | {"Cache-Control": "private, max-age=86400"}
SHORTLY = VARY | {"Cache-Control": "private, max-age=60"}
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}}},
    204: {"description": "nothing is there"},
}
COG = "image/tiff; application=geotiff; profile=cloud-optimized"

Bands = Annotated[Combination, Query(description="true colour, false colour or NDVI")]
Until = Annotated[date | None, Query(alias="date", description="The newest scenes up to this day")]
ShownStretch = Annotated[
    str | None,
    Query(alias="stretch", max_length=200, description="low,high in place of the scene's own"),
]


def _picture(content: bytes | None, headers: dict[str, str]) -> Response:
    if content is None:
        return Response(status_code=204, headers=headers)
    return Response(content, media_type="image/png", headers=headers)


@router.get("/mosaic/tilejson.json")
def get_mosaic_description(
    request: Request,
    session: ReadingSession,
    runtime: TheRuntime,
    principal: CurrentPrincipal,
    bands: Bands = Combination.TRUE,
    until: Until = None,
) -> dict[str, Any]:
    """TileJSON of the newest scenes up to a day."""
    require(principal, Action.READ_MAP)
    scenes = mosaic_scenes(session, principal, until, None, runtime.settings.scenes.mosaic_scenes)
    day = f"&date={until}" if until else ""
    address = _tiles_at(request, "mosaic", bands) + day
    return tile_description("mosaic", address, scenes)


@router.get("/mosaic/{z}/{x}/{y}.png", response_class=Response, responses=PICTURE)
@router.get(
    "/mosaic/map/tiles/WebMercatorQuad/{z}/{y}/{x}", response_class=Response, responses=PICTURE
)
def get_mosaic_tile(
    session: ReadingSession,
    runtime: TheRuntime,
    principal: CurrentPrincipal,
    z: str,
    x: str,
    y: str,
    bands: Bands = Combination.TRUE,
    until: Until = None,
) -> Response:
    """A map tile of the newest scenes up to a day; 204 where none shows anything."""
    require(principal, Action.READ_MAP)
    tile = parse_tile(z, x, y)
    most = runtime.settings.scenes.mosaic_scenes
    scenes = mosaic_scenes(session, principal, until, tile.box.bounds, most)
    return _picture(draw_mosaic(runtime, scenes, bands, (tile.z, tile.x, tile.y)), SHORTLY)


@router.get("/{scene_id}/tilejson.json")
def get_scene_description(
    request: Request,
    session: ReadingSession,
    principal: CurrentPrincipal,
    scene_id: RowId,
    bands: Bands = Combination.TRUE,
) -> dict[str, Any]:
    """TileJSON of a scene."""
    require(principal, Action.READ_MAP)
    scene = find_scene(session, principal, scene_id)
    refuse_unready(scene)
    address = _tiles_at(request, f"{scene_id}/tiles", bands)
    return tile_description(scene.filename, address, [scene])


@router.get("/{scene_id}/tiles/{z}/{x}/{y}.png", response_class=Response, responses=PICTURE)
@router.get(
    "/{scene_id}/map/tiles/WebMercatorQuad/{z}/{y}/{x}", response_class=Response, responses=PICTURE
)
def get_scene_tile(
    session: ReadingSession,
    runtime: TheRuntime,
    principal: CurrentPrincipal,
    scene_id: RowId,
    z: str,
    x: str,
    y: str,
    bands: Bands = Combination.TRUE,
    stretch: ShownStretch = None,
) -> Response:
    """A map tile of a scene; 204 where it shows nothing."""
    require(principal, Action.READ_MAP)
    tile = parse_tile(z, x, y)
    shown = stretch_from(stretch, bands)
    scene = find_scene(session, principal, scene_id)
    content = draw_tile(runtime, scene, bands, (tile.z, tile.x, tile.y), shown)
    return _picture(content, FOREVER)


@router.get("/{scene_id}/cog.tif", response_class=FileResponse)
def get_scene_file(
    session: ReadingSession, runtime: TheRuntime, principal: CurrentPrincipal, scene_id: RowId
) -> Response:
    """The scene as a cloud-optimised GeoTIFF; ranges of it, where it lies in a folder."""
    require(principal, Action.READ_MAP)
    scene = find_scene(session, principal, scene_id)
    refuse_unready(scene)
    digest = str(scene.cog_sha256)
    name = f"scene-{scene_id}.tif"
    place = runtime.files.place(digest)
    if place is not None:
        return FileResponse(place, media_type=COG, filename=name, headers=FOREVER)
    named = FOREVER | {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(runtime.files.chunks(digest), media_type=COG, headers=named)


def _tiles_at(request: Request, under: str, bands: Combination) -> str:
    return f"{public_root(request)}/api/scenes/{under}/{{z}}/{{x}}/{{y}}.png?bands={bands.value}"
