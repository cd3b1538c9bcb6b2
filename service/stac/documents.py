"""What a STAC API answers: landing page, collection, items; links are always absolute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from geoalchemy2.shape import to_shape
from shapely.geometry import mapping

from service.ogc.links import GEOJSON, JSON, Link, link
from service.scenes.models import Scene

STAC_VERSION = "1.1.0"
COLLECTION = "scenes"
COG = "image/tiff; application=geotiff; profile=cloud-optimized"
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"
EO = "https://stac-extensions.github.io/eo/v2.0.0/schema.json"
CONFORMANCE = (
    "https://api.stacspec.org/v1.0.0/core",
    "https://api.stacspec.org/v1.0.0/collections",
    "https://api.stacspec.org/v1.0.0/ogcapi-features",
    "https://api.stacspec.org/v1.0.0/item-search",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
)
COMMON_NAMES: Mapping[str, str] = {
    "blue": "blue",
    "green": "green",
    "red": "red",
    "near_infrared": "nir",
    "shortwave_infrared": "swir16",
    "shortwave_infrared_2": "swir22",
}

Extent = tuple[list[float] | None, tuple[date, date] | None]
"""Bounds in degrees and first and last day of the scenes that somebody may see."""


def landing(base: str) -> dict[str, Any]:
    """The catalogue; ``base`` is where the service answers, without a slash at its end."""
    root = f"{base}/stac"
    return {
        "type": "Catalog",
        "id": "plotwatch",
        "stac_version": STAC_VERSION,
        "title": "Plotwatch 影像目录 scenes",
        "description": "前后时相影像；村级用户只见本村范围。Scenes before and after changes.",
        "conformsTo": list(CONFORMANCE),
        "links": [
            link(root, "self", JSON),
            link(root, "root", JSON),
            link(f"{root}/conformance", "conformance", JSON),
            link(f"{root}/collections", "data", JSON),
            link(f"{root}/collections/{COLLECTION}", "child", JSON),
            link(f"{base}/api/openapi.json", "service-desc", OPENAPI),
            link(f"{base}/api/docs", "service-doc", "text/html"),
            link(f"{root}/search", "search", GEOJSON, method="GET"),
            link(f"{root}/search", "search", GEOJSON, method="POST"),
        ],
    }


def collection(base: str, extent: Extent) -> dict[str, Any]:
    """The one collection, with the extent of what the caller may see."""
    root = f"{base}/stac"
    place = f"{root}/collections/{COLLECTION}"
    bounds, days = extent
    interval = [instant(day) for day in days] if days else [None, None]
    return {
        "type": "Collection",
        "id": COLLECTION,
        "stac_version": STAC_VERSION,
        "title": "影像 scenes",
        "description": "Scenes that were taken in, as cloud-optimised GeoTIFFs.",
        "license": "other",
        "extent": {
            "spatial": {"bbox": [bounds or [-180.0, -90.0, 180.0, 90.0]]},
            "temporal": {"interval": [interval]},
        },
        "links": [
            link(place, "self", JSON),
            link(root, "root", JSON),
            link(root, "parent", JSON),
            link(f"{place}/items", "items", GEOJSON),
        ],
    }


def item(base: str, scene: Scene) -> dict[str, Any]:
    """A scene that is ready as an item; its day is told as midnight UTC."""
    root = f"{base}/stac"
    parent = f"{root}/collections/{COLLECTION}"
    ground = to_shape(scene.footprint)  # type: ignore[arg-type]
    properties: dict[str, Any] = {
        "datetime": instant(scene.taken_on),
        "created": scene.created_at.isoformat(),
        "title": scene.filename,
        "gsd": scene.resolution_m,
    }
    if scene.sensor:
        properties["platform"] = scene.sensor
    if scene.note:
        properties["description"] = scene.note
    return {
        "type": "Feature",
        "stac_version": STAC_VERSION,
        "stac_extensions": [EO],
        "id": str(scene.id),
        "collection": COLLECTION,
        "geometry": mapping(ground),
        "bbox": list(ground.bounds),
        "properties": properties,
        "links": [
            link(f"{parent}/items/{scene.id}", "self", GEOJSON),
            link(root, "root", JSON),
            link(parent, "parent", JSON),
            link(parent, "collection", JSON),
        ],
        "assets": _assets(base, scene),
    }


def item_collection(
    base: str, scenes: Sequence[Scene], matched: int, links: Sequence[Link]
) -> dict[str, Any]:
    """A page of items."""
    return {
        "type": "FeatureCollection",
        "features": [item(base, scene) for scene in scenes],
        "links": [link(f"{base}/stac", "root", JSON), *links],
        "numberMatched": matched,
        "numberReturned": len(scenes),
    }


def instant(day: date) -> str:
    """Midnight UTC of a day."""
    return f"{day.isoformat()}T00:00:00Z"


def _assets(base: str, scene: Scene) -> dict[str, Any]:
    place = f"{base}/api/scenes/{scene.id}"
    return {
        "data": {
            "href": f"{place}/cog.tif",
            "type": COG,
            "title": "COG",
            "roles": ["data"],
            "bands": [_band(name) for name in scene.bands],
        },
        "tiles": {
            "href": f"{place}/tilejson.json",
            "type": JSON,
            "title": "TileJSON",
            "roles": ["tiles"],
        },
    }


def _band(name: str) -> dict[str, str]:
    common = COMMON_NAMES.get(name)
    return {"name": name} | ({"eo:common_name": common} if common else {})
