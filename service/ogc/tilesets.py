"""Tileset metadata and the one tiling scheme (OGC API – Tiles, OGC Two Dimensional TMS)."""

from __future__ import annotations

from typing import Any

import orjson
from morecantile import tms

from service.features.crs import CRS84, EPSG
from service.features.extent import Box
from service.ogc import links
from service.ogc.links import Addresses, Link, link
from service.tiles.address import MAX_ZOOM
from service.tiles.layers import TileLayer

QUAD = "WebMercatorQuad"
QUAD_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{QUAD}"
WEB_MERCATOR = f"{EPSG}3857"

Document = dict[str, Any]


def tile_matrix_sets(addresses: Addresses) -> Document:
    """The tiling schemes: one."""
    here = addresses.at("tileMatrixSets", QUAD)
    return {
        "tileMatrixSets": [
            {
                "id": QUAD,
                "title": QUAD,
                "uri": QUAD_URI,
                "crs": WEB_MERCATOR,
                "links": [link(here, "self", links.JSON, QUAD)],
            }
        ]
    }


def tile_matrix_set() -> Document:
    """The scheme as the standard defines it."""
    content: Document = orjson.loads(tms.get(QUAD).model_dump_json(exclude_none=True))
    return content


def tilesets(addresses: Addresses, layer: TileLayer) -> Document:
    """The tilesets of a collection: one."""
    here = addresses.collection(layer.name, "tiles")
    return {
        "links": [link(here, "self", links.JSON, layer.type.label.zh)],
        "tilesets": [
            # No template of tiles here: clients that follow every link would ask for the template.
            _heading(addresses, layer) | {"links": [_itself(addresses, layer), _scheme(addresses)]}
        ],
    }


def tileset(addresses: Addresses, layer: TileLayer, box: Box | None) -> Document:
    """The metadata of a collection's tileset."""
    document = _heading(addresses, layer) | {
        "links": [_itself(addresses, layer), _scheme(addresses), _tile(addresses, layer)],
        "layers": [_described(layer)],
    }
    if box is not None:
        west, south, east, north = box
        document["boundingBox"] = {
            "lowerLeft": [west, south],
            "upperRight": [east, north],
            "crs": CRS84.uri,
        }
    return document


def _heading(addresses: Addresses, layer: TileLayer) -> Document:
    return {
        "title": layer.type.label.zh,
        "description": layer.type.description.zh,
        "dataType": "vector",
        "crs": WEB_MERCATOR,
        "tileMatrixSetURI": QUAD_URI,
    }


def _described(layer: TileLayer) -> Document:
    return {
        "id": layer.name,
        "title": layer.type.label.zh,
        "dataType": "vector",
        "geometryDimension": 2,
        "minTileMatrix": str(layer.min_zoom),
        "maxTileMatrix": str(MAX_ZOOM),
        "propertiesSchema": {
            "type": "object",
            "properties": {name: {"title": name} for name in layer.columns},
        },
    }


def _itself(addresses: Addresses, layer: TileLayer) -> Link:
    here = addresses.collection(layer.name, "tiles", QUAD)
    return link(here, "self", links.JSON, layer.type.label.zh)


def _scheme(addresses: Addresses) -> Link:
    return link(addresses.at("tileMatrixSets", QUAD), links.TILING_SCHEME, links.JSON, QUAD)


def _tile(addresses: Addresses, layer: TileLayer) -> Link:
    template = "{tileMatrix}/{tileRow}/{tileCol}"
    here = addresses.collection(layer.name, "tiles", QUAD, template)
    return link(here, "item", links.MVT, layer.type.label.zh, templated=True)
