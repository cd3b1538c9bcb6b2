"""Which layers lie beneath the map, and where their tiles are."""

from __future__ import annotations

from dataclasses import dataclass

from service.settings import BasemapSettings

TIANDITU = (
    "https://t0.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
    "&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
)
IMAGES, NAMES = "img", "cia"


@dataclass(frozen=True, slots=True)
class BasemapLayer:
    """Tiles of 256 pixels in the web's grid; ``template`` may hold a key and is shown to nobody."""

    name: str
    attribution: str
    deepest: int
    template: str

    def address(self, z: int, x: int, y: int) -> str:
        """Where a tile is."""
        places = {"{z}": z, "{x}": x, "{y}": y}
        address = self.template
        for place, number in places.items():
            address = address.replace(place, str(number))
        return address


def basemap_layers(settings: BasemapSettings) -> tuple[BasemapLayer, ...]:
    """From the bottom up: an address of one's own, or 天地图's images with their names."""
    if settings.url:
        return (BasemapLayer("base", settings.attribution, settings.deepest, settings.url),)
    if settings.tianditu_key:
        return tuple(
            BasemapLayer(
                name,
                "天地图",
                settings.deepest,
                TIANDITU.format(layer=name, key=settings.tianditu_key),
            )
            for name in (IMAGES, NAMES)
        )
    return ()
