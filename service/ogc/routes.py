"""Every address of the OGC part, under ``/ogc``.

Plain Starlette routes: the API definition is written by hand, and a page of features should not
pay for a second validation of what the query already checked.
"""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from service.ogc.dependencies import PREFIX
from service.ogc.document_routes import (
    collection,
    collections,
    conformance,
    definition,
    filterable,
    landing,
    tiling,
    tilings,
)
from service.ogc.download_routes import flatgeobuf, geojson
from service.ogc.editing_routes import ItemResource, ItemsResource
from service.ogc.headers import CapitalLocation
from service.ogc.html_pages import stylesheet
from service.ogc.tile_routes import tile, tileset_list, tileset_metadata
from service.ogc.tilesets import QUAD

COLLECTION = "/collections/{collection}"
TILES = COLLECTION + "/tiles"


async def _stylesheet(request: Request) -> Response:
    return stylesheet()


def ogc_routes() -> list[BaseRoute]:
    """The routes to add to the application."""
    return [
        Route(PREFIX, landing),
        Mount(PREFIX, routes=_resources(), middleware=[Middleware(CapitalLocation)]),
    ]


def _resources() -> list[BaseRoute]:
    # Pages and tiles are asked for most, and routes are tried in turn.
    return [
        Route(f"{COLLECTION}/items", ItemsResource),
        Route(TILES + "/{scheme}/{matrix}/{row}/{column}", tile),
        Route("/", landing),
        Route("/static/ogc.css", _stylesheet),
        Route("/api", definition),
        Route("/conformance", conformance),
        Route("/collections", collections),
        Route(COLLECTION, collection),
        Route(f"{COLLECTION}/queryables", filterable),
        Route(COLLECTION + "/items/{feature}", ItemResource),
        Route(f"{COLLECTION}/download.geojson", geojson),
        Route(f"{COLLECTION}/download.fgb", flatgeobuf),
        Route(TILES, tileset_list),
        Route(TILES + "/{scheme}", tileset_metadata),
        Route("/tileMatrixSets", tilings),
        Route(f"/tileMatrixSets/{QUAD}", tiling),
    ]
