"""Addresses of WebMercatorQuad tiles and the ground they cover."""

from __future__ import annotations

import math
from dataclasses import dataclass

from service.errors import InvalidParameter
from spatial.messages import Message

MAX_ZOOM = 22
EXTENT = 4096
"""Units along one side of a tile."""
BUFFER = 64
EQUATOR_M = 2 * math.pi * 6378137.0


@dataclass(frozen=True, slots=True)
class Box:
    """West, south, east and north in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """As one tuple, in that order."""
        return (self.west, self.south, self.east, self.north)


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile that exists: column and row lie within its zoom."""

    z: int
    x: int
    y: int

    @property
    def box(self) -> Box:
        """The ground of the tile, exact at its edges."""
        return self._box(0)

    @property
    def buffered_box(self) -> Box:
        """The ground of the tile and of the margin that is drawn around it."""
        return self._box(BUFFER / EXTENT)

    @property
    def unit_degrees(self) -> float:
        """The width of one tile unit in degrees of longitude."""
        return 360 / (1 << self.z) / EXTENT

    @property
    def pixel_m(self) -> float:
        """The ground width in metres of one of 256 pixels, in the tile's middle."""
        box = self.box
        latitude = math.radians((box.south + box.north) / 2)
        return EQUATOR_M * math.cos(latitude) / (1 << self.z) / 256

    def _box(self, margin: float) -> Box:
        return Box(
            _longitude(self.z, self.x - margin),
            _latitude(self.z, self.y + 1 + margin),
            _longitude(self.z, self.x + 1 + margin),
            _latitude(self.z, self.y - margin),
        )


def parse_tile(z: str, x: str, y: str, names: tuple[str, str, str] = ("z", "x", "y")) -> Tile:
    """The tile that three path segments address.

    Raises:
        InvalidParameter: naming the segment that is no number or out of range.
    """
    zoom = _number(names[0], z, MAX_ZOOM)
    last = (1 << zoom) - 1
    return Tile(zoom, _number(names[1], x, last), _number(names[2], y, last))


def _number(name: str, text: str, last: int) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    if not 0 <= number <= last:
        raise InvalidParameter(
            name,
            Message(
                f"瓦片地址 {name} 必须是 0 到 {last} 的整数。",
                f"The tile address '{name}' must be an integer from 0 to {last}.",
            ),
        )
    return number


def _longitude(z: int, column: float) -> float:
    return column / (1 << z) * 360 - 180


def _latitude(z: int, row: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / (1 << z)))))
