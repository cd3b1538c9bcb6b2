"""What is drawn over the fields: water, roads, hamlets and yards, as disjoint polygons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from .fields import FIELD, FieldMap
from .model import SIZE_M
from .roads import Roads
from .shapes import blob, largest_polygon, oriented_rectangle
from .terrain import CELL_M, COLUMNS, ROWS, Terrain

HIGHWAY_HALF_WIDTH_M = 6.0
RURAL_HALF_WIDTH_M = 2.4
RIDGES = 40
NARROW = ("1006", "1107", "1203")


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Disjoint polygons in local metres with their land classes."""

    geometry: NDArray[np.object_]
    land_class: NDArray[np.object_]


def make_features(
    random: np.random.Generator, terrain: Terrain, fields: FieldMap, arcs: NDArray[np.object_]
) -> Features:
    """Draw the features, the earlier ones over the later ones; ``arcs`` are the fields' edges."""
    sites = Sites(random, terrain, fields)
    hamlets = sites.hamlets(46)
    roads = Roads(terrain)
    highway = roads.highway()
    lanes = roads.lanes(highway, [centre for centre, _ in hamlets])
    river = LineString(terrain.river)
    groups: list[tuple[str, list[BaseGeometry]]] = [
        ("1101", [river.buffer(11.0)]),
        ("1003", [highway.buffer(HIGHWAY_HALF_WIDTH_M, cap_style="flat")]),
        ("1006", [lane.buffer(RURAL_HALF_WIDTH_M) for lane in lanes]),
        ("0702", [shape for _, shape in hamlets]),
        ("1106", sites.tidal_flats(river)),
        ("1103", sites.ponds(1, 9500.0)),
        ("1104", sites.ponds(46, 1400.0)),
        ("1104A", sites.ponds(8, 2600.0)),
        ("1202", sites.yards(lanes, 12, 900.0)),
        ("08H2", sites.yards([highway], 2, 3800.0)),
        ("05H1", sites.yards([highway], 3, 2200.0)),
        ("0601", sites.yards([highway], 2, 5200.0)),
        ("1107", [stream.buffer(1.6) for stream in roads.streams(river)]),
        ("0302", [sites.grove(centre) for centre, _ in hamlets[::2]]),
        ("1203", ridges(random, terrain, fields, arcs)),
    ]
    return _disjoint(groups)


class Sites:
    """Places for the features that are not lines."""

    def __init__(self, random: np.random.Generator, terrain: Terrain, fields: FieldMap) -> None:
        self._random = random
        self._terrain = terrain
        dry = terrain.river_distance > 45.0
        inside = fields.village >= 0
        self._open = inside & dry & (fields.cover == FIELD)
        self._gentle = self._open & (terrain.slope < 0.16)
        self._low = self._open & (terrain.slope < 0.10)

    def hamlets(self, count: int) -> list[tuple[Point, Polygon]]:
        """Clusters of farmhouses: a few yards grown together."""
        hamlets: list[tuple[Point, Polygon]] = []
        while len(hamlets) < count:
            centre = self._place(self._gentle)
            if any(centre.distance(other) < 150.0 for other, _ in hamlets):
                continue
            houses = self._random.integers(2, 8)
            offsets = self._random.uniform(-1.0, 1.0, (houses, 2)) * (9.0 + 3.2 * houses)
            turn = float(self._random.uniform(0.0, 1.0))
            yards = [
                self.rectangle(Point(centre.x + dx, centre.y + dy), width, 14.0, turn)
                for (dx, dy), width in zip(
                    offsets, self._random.uniform(17.0, 30.0, houses), strict=True
                )
            ]
            grown = shapely.union_all(yards).buffer(5.0, join_style="mitre").buffer(-4.0)
            hamlets.append((centre, largest_polygon(grown)))
        return hamlets

    def ponds(self, count: int, area: float) -> list[BaseGeometry]:
        """Rounded ponds in the low ground."""
        sizes = area * self._random.uniform(0.45, 1.7, count) if count > 1 else [area]
        return [self.blob(self._place(self._low), float(size)) for size in sizes]

    def yards(self, lines: list[LineString], count: int, area: float) -> list[BaseGeometry]:
        """Rectangular yards beside a road."""
        yards: list[BaseGeometry] = []
        while len(yards) < count:
            line = lines[int(self._random.integers(len(lines)))]
            along = float(self._random.uniform(0.1, 0.9)) * line.length
            here, ahead = line.interpolate(along), line.interpolate(along + 5.0)
            dx, dy = (ahead.x - here.x) / 5.0, (ahead.y - here.y) / 5.0
            depth = float((area / 1.6) ** 0.5)
            side = 1.0 if self._random.uniform() < 0.5 else -1.0
            centre = Point(here.x - side * dy * depth * 0.9, here.y + side * dx * depth * 0.9)
            if self._is(self._gentle, centre):
                yards.append(oriented_rectangle(centre, depth * 1.6, depth, (dx, dy)))
        return yards

    def tidal_flats(self, river: LineString) -> list[BaseGeometry]:
        """Gravel banks on the inside of the river's bends."""
        flats: list[BaseGeometry] = []
        for along in np.linspace(0.14, 0.86, 7):
            piece = shapely.ops.substring(river, along - 0.02, along + 0.02, normalized=True)
            side = 17.0 if len(flats) % 2 else -17.0
            flats.append(piece.buffer(side, single_sided=True))
        return flats

    def grove(self, centre: Point) -> BaseGeometry:
        """The bamboo that stands around a hamlet."""
        return self.blob(centre, float(self._random.uniform(3200.0, 7000.0)))

    def rectangle(self, centre: Point, width: float, depth: float, turn: float) -> Polygon:
        """A rectangle turned by ``turn`` quarter turns."""
        return oriented_rectangle(centre, width, depth, (1.0 - turn, turn))

    def blob(self, centre: Point, area: float) -> Polygon:
        """A smooth rounded shape of the given area."""
        return blob(self._random, centre, area)

    def _place(self, mask: NDArray[np.bool_]) -> Point:
        cells = np.flatnonzero(mask)
        row, column = divmod(int(cells[self._random.integers(len(cells))]), COLUMNS)
        return Point((column + 0.5) * CELL_M, (ROWS - 0.5 - row) * CELL_M)

    def _is(self, mask: NDArray[np.bool_], point: Point) -> bool:
        if not (0 < point.x < SIZE_M[0] and 0 < point.y < SIZE_M[1]):
            return False
        x, y = np.array([point.x]), np.array([point.y])
        return bool(self._terrain.at(mask, x, y)[0])


def ridges(
    random: np.random.Generator, terrain: Terrain, fields: FieldMap, arcs: NDArray[np.object_]
) -> list[BaseGeometry]:
    """A few field ridges wide enough to be drawn, along terrace edges on the slopes."""
    length = shapely.length(arcs)
    middle = shapely.line_interpolate_point(arcs, 0.5, normalized=True)
    x, y = shapely.get_x(middle), shapely.get_y(middle)
    steep = terrain.at(terrain.slope, x, y) > 0.11
    open_field = (terrain.at(fields.village, x, y) >= 0) & (terrain.at(fields.cover, x, y) == FIELD)
    fits = np.flatnonzero(steep & open_field & (length > 70.0) & (length < 190.0))
    chosen = random.choice(fits, RIDGES, replace=False)
    return [arcs[index].buffer(1.3, cap_style="flat") for index in np.sort(chosen)]


def _disjoint(groups: list[tuple[str, list[BaseGeometry]]]) -> Features:
    drawn: list[BaseGeometry] = []
    shapes: list[Polygon] = []
    classes: list[str] = []
    for land_class, group in groups:
        for shape in group:
            above = [other for other in drawn if shapely.intersects(other, shape)]
            free = shape.difference(shapely.union_all(above))
            if land_class not in NARROW:
                free = free.buffer(-1.5).buffer(1.5)
            for part in shapely.get_parts(free):
                if part.area >= 60.0:
                    shapes.append(part.simplify(0.25))
                    classes.append(land_class)
            shapely.prepare(shape)
            drawn.append(shape)
    return Features(
        geometry=np.array(shapes, dtype=object), land_class=np.array(classes, dtype=object)
    )
