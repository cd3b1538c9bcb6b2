"""Links as OGC API documents carry them: always absolute, always typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

JSON = "application/json"
GEOJSON = "application/geo+json"
HTML = "text/html"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
MVT = "application/vnd.mapbox-vector-tile"
FLATGEOBUF = "application/flatgeobuf"

TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
TILING_SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
TILING_SCHEMES = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
CONFORMANCE = "http://www.opengis.net/def/rel/ogc/1.0/conformance"
DATA = "http://www.opengis.net/def/rel/ogc/1.0/data"

Link: TypeAlias = dict[str, str | bool]


def link(href: str, rel: str, media: str, title: str = "", **more: str | bool) -> Link:
    """One link."""
    titled: Link = {"title": title} if title else {}
    return {"href": href, "rel": rel, "type": media} | titled | more


@dataclass(frozen=True, slots=True)
class Addresses:
    """Absolute addresses below the place where the caller found the service.

    ``root`` ends without a slash: ``https://host/ogc``.
    """

    root: str

    def at(self, *parts: object) -> str:
        """The address of a resource."""
        return "/".join((self.root, *map(str, parts)))

    def collection(self, name: str, *parts: object) -> str:
        """The address of a collection, or of something below it."""
        return self.at("collections", name, *parts)

    def both(self, href: str, media: str, title: str) -> list[Link]:
        """The document itself, and the page for people beside it."""
        return [
            link(f"{href}?f=json", "self", media, title),
            link(f"{href}?f=html", "alternate", HTML, title),
        ]
