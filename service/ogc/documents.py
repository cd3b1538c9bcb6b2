"""The JSON documents around the features: landing page, conformance, collections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from service import clock
from service.features.crs import CRS84, SERVED, STORAGE
from service.features.extent import Box
from service.features.types import FeatureType
from service.ogc import links
from service.ogc.conformance import EDITING, ConformanceClass
from service.ogc.links import Addresses, Link, link

TITLE = "Plotwatch"
ABOUT = "永久基本农田与耕地卫片监测：村界、地块、保护区与批准范围、卫片图斑、疑似图斑。"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Extent:
    """Where the features of a collection are, and since when; None where nothing is known."""

    box: Box | None
    start: datetime | None


def landing_page(addresses: Addresses) -> Document:
    """What is here, and where to go on."""
    at = addresses.at
    return {
        "title": TITLE,
        "description": ABOUT,
        "links": [
            *addresses.both(at(""), links.JSON, "本页 / this page"),
            link(at("api"), "service-desc", links.OPENAPI, "接口定义 / API definition"),
            link(at("api?f=html"), "service-doc", links.HTML, "接口说明 / API documentation"),
            link(at("conformance"), "conformance", links.JSON, "符合性 / conformance"),
            link(at("conformance"), links.CONFORMANCE, links.JSON, "符合性 / conformance"),
            link(at("collections"), "data", links.JSON, "数据集合 / collections"),
            link(at("collections"), links.DATA, links.JSON, "数据集合 / collections"),
            link(at("tileMatrixSets"), links.TILING_SCHEMES, links.JSON, "瓦片方案 / tilings"),
        ],
    }


def conformance_declaration(addresses: Addresses, editable: bool) -> Document:
    """Which classes of the standards are met."""
    return {
        "links": addresses.both(addresses.at("conformance"), links.JSON, "符合性"),
        "conformsTo": [*map(str, ConformanceClass), *(EDITING if editable else ())],
    }


def collections_document(addresses: Addresses, collections: list[Document]) -> Document:
    """All collections."""
    return {
        "links": addresses.both(addresses.at("collections"), links.JSON, "数据集合"),
        "crs": [*SERVED],
        "collections": collections,
    }


def collection_document(addresses: Addresses, kind: FeatureType, extent: Extent) -> Document:
    """One collection: where its features are, and where they are served."""
    return {
        "id": kind.name,
        "title": kind.label.zh,
        "description": f"{kind.description.zh} {kind.description.en}",
        "itemType": "feature",
        "crs": [*SERVED],
        "storageCrs": STORAGE.uri,
        "extent": _extent(extent),
        "links": _collection_links(addresses, kind),
    }


def _collection_links(addresses: Addresses, kind: FeatureType) -> list[Link]:
    here, title = addresses.collection(kind.name), kind.label.zh
    items, download = f"{here}/items", f"{here}/download"
    return [
        *addresses.both(here, links.JSON, title),
        link(f"{items}?f=json", "items", links.GEOJSON, title),
        link(f"{items}?f=html", "items", links.HTML, title),
        link(f"{here}/queryables", links.QUERYABLES, links.SCHEMA, "可过滤属性 / queryables"),
        link(f"{here}/tiles", links.TILESETS, links.JSON, "矢量瓦片 / vector tiles"),
        link(f"{download}.geojson", "enclosure", links.GEOJSON, "GeoJSON 下载 / download"),
        link(f"{download}.fgb", "enclosure", links.FLATGEOBUF, "FlatGeobuf 下载 / download"),
    ]


def _extent(extent: Extent) -> Document:
    box = extent.box or (-180.0, -90.0, 180.0, 90.0)
    spatial = {"bbox": [list(box)], "crs": CRS84.uri}
    if extent.start is None:
        return {"spatial": spatial}
    # Known until today. An open end would be right too, but clients that expect two times, the
    # conformance suite among them, cannot read it.
    today = datetime.combine(clock.now().astimezone(UTC), time(23, 59, 59), UTC)
    interval = [_moment(extent.start), _moment(max(today, extent.start))]
    return {"spatial": spatial, "temporal": {"interval": [interval], "trs": GREGORIAN}}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
