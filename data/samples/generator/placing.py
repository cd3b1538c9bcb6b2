"""Finding ground for a patch: a shape of the right size on the right class of ground."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from .ground import FARMLAND, Ground
from .model import Township
from .scenarios import ANYWHERE
from .shapes import blob, moved, oriented_rectangle, smooth, smooth_line

APART_M = 45.0
TRIES = 4000
DUST_M2 = 3.0
WORSE: dict[str, tuple[str, ...]] = {
    "P1": (),
    "P2": ("P1",),
    "P3": ("P1", "P2"),
    "P4": ("P1", "P2", "P3"),
}
"""Ground that would decide instead of the wanted one."""


class NoGroundError(Exception):
    """A shape found no place on this township."""


class Placer:
    """Places shapes so that none comes near another."""

    def __init__(self, random: np.random.Generator, township: Township) -> None:
        self._random = random
        self._plots = township.plots
        self._villages = township.villages.geometry
        shapely.prepare(self._villages)
        self.ground = Ground(township.plots)
        self._inner = shapely.buffer(township.plots.geometry, -2.0)
        self._inner_area = shapely.area(self._inner)
        self._taken: list[BaseGeometry] = []

    def place(
        self, ground: str, shape: str, area: float, *, village: int, pure: bool = False
    ) -> Polygon:
        """A polygon in EPSG:4523 with ``area`` m², in the given village if it has room; ``pure``
        to lie on nothing else but the wanted ground. Words as in ``scenarios.csv``.

        Raises:
            NoGroundError: when nothing fits anywhere.
        """
        for proposal in self._proposals(ground, shape, area, village):
            if self._free(proposal) and self._fits(ground, shape, proposal, pure):
                self._taken.append(proposal)
                return proposal
        raise NoGroundError(f"{shape} of {area} m² on {ground}")

    def _free(self, shape: Polygon) -> bool:
        return not self._taken or float(shapely.distance(self._taken, shape).min()) > APART_M

    def _fits(self, ground: str, kind: str, shape: Polygon, pure: bool) -> bool:
        one_village = bool(shapely.contains_properly(self._villages, shape).any())
        if one_village is (kind in ("two-villages", "edge")):
            return False
        if kind == "touching":
            return True
        areas = self.ground.areas(shape)
        if ground == ANYWHERE:
            return self._fits_one_class(shape, areas)
        if kind == "edge":
            return self._fits_edge(ground, shape, areas)
        if kind == "mixed":
            return min(areas["P1"], areas["P3"]) > 0.3 * shape.area
        if ground in WORSE:
            share = areas[ground] / shape.area
            worse = sum(areas[name] for name in WORSE[ground])
            return share > (0.999 if pure else 0.93) and worse == 0.0
        return sum(areas[name] for name in (*FARMLAND, "P4")) == 0.0

    def _fits_edge(self, ground: str, shape: Polygon, areas: dict[str, float]) -> bool:
        """Half outside the township, the rest on the wanted ground of one village."""
        inside = shapely.area(shapely.intersection(self._villages, shape))
        return bool(
            0.4 < inside.sum() / shape.area < 0.8
            and areas[ground] > 0.95 * inside.sum()
            and sum(areas[name] for name in FARMLAND) == areas[ground]
            and (inside > 0).sum() == 1
        )

    def _fits_one_class(self, shape: Polygon, areas: dict[str, float]) -> bool:
        """All on one class of farmland, with a good part in every village touched."""
        best = max(FARMLAND, key=lambda name: areas[name])
        others = sum(areas[name] for name in FARMLAND) - areas[best]
        parts = shapely.area(shapely.intersection(self._villages, shape)) / shape.area
        return bool(
            areas[best] > 0.93 * shape.area
            and others == 0.0
            and abs(parts.sum() - 1.0) < 1e-6
            and (parts[parts > 0] > 0.4).all()
        )

    def _proposals(self, ground: str, shape: str, area: float, village: int) -> Iterator[Polygon]:
        kind, _, width = shape.partition("-")
        if kind == "field":
            yield from self._fields(ground, area, village)
        elif kind == "roadside":
            yield from self._roadsides(float(width), area)
        elif kind == "two":
            border = shapely.intersection(self._villages[0], self._villages[2])
            yield from self._along(shapely.line_merge(border), area)
        elif kind == "edge":
            yield from self._along(shapely.union_all(self._villages).boundary, area)
        elif kind == "touching":
            yield from self._touching(ground, area)
        else:
            deep = 0.05 if kind == "mixed" else 0.45
            for centre in self._centres(ground, area, village, deep):
                yield self._drawn(kind, width, centre, area)

    def _drawn(self, kind: str, width: str, centre: Point, area: float) -> Polygon:
        if kind == "blob":
            return blob(self._random, centre, area, 1.5)
        heading = self._random.uniform(-1.0, 1.0, 2)
        if kind in ("rectangle", "mixed"):
            ratio = float(self._random.uniform(1.1, 1.9))
            depth = (area / ratio) ** 0.5
            return oriented_rectangle(centre, area / depth, depth, (heading[0], heading[1]))
        return self._strip(centre, heading, float(width), area)

    def _strip(
        self, centre: Point, heading: NDArray[np.float64], width: float, area: float
    ) -> Polygon:
        heading = heading / (heading * heading).sum() ** 0.5
        length = area / width
        along = np.linspace(-length / 2, length / 2, 25)
        sway = smooth(self._random.uniform(-1.0, 1.0, 25), 5.0) * length * 0.12
        x = centre.x + along * heading[0] - sway * heading[1]
        y = centre.y + along * heading[1] + sway * heading[0]
        line = smooth_line(np.column_stack([x, y]), 1.0, 0.3)
        strip = line.buffer(width / 2, cap_style="flat", quad_segs=3)
        assert isinstance(strip, Polygon)
        return strip

    def _centres(
        self, ground: str, area: float, village: int, deep: float = 0.45
    ) -> Iterator[Point]:
        """Random cells as deep in the ground as the shape is wide by the factor ``deep``, those of
        the wanted village first."""
        reach = (area / 3.1416) ** 0.5
        wanted = self.ground.depth((ground,)) > deep * reach
        if WORSE.get(ground):
            wanted &= self.ground.distance(WORSE[ground]) > 0.8 * reach
        rows, columns = np.nonzero(wanted)
        order = self._random.permutation(len(rows))[:TRIES]
        x, y = self.ground.cell_centres(rows[order], columns[order])
        home = shapely.contains_xy(self._villages[village], x, y)
        for index in np.argsort(~home, kind="stable"):
            yield Point(x[index], y[index])

    def _fields(self, ground: str, wanted: float, village: int) -> Iterator[Polygon]:
        """Outlines of plots, drawn a little inside as an interpreter would."""
        inner, area = self._inner, self._inner_area
        fits = (area > wanted * 0.85) & (area < wanted * 1.4) & (self.ground.of_plots == ground)
        order = self._random.permutation(np.flatnonzero(fits))
        for index in order[np.argsort(self._plots.village[order] != village, kind="stable")]:
            shape = inner[index].buffer(-1.0).buffer(1.0).simplify(0.6)
            if isinstance(shape, Polygon) and not shape.interiors:
                yield shape

    def _roadsides(self, reach: float, area: float) -> Iterator[Polygon]:
        """Strips from the edge of the national road outwards by ``reach`` metres."""
        road = shapely.union_all(self._plots.geometry[self._plots.land_class == "1003"])
        band = road.buffer(reach) - road.buffer(0.4)
        for x, y in self._random.permutation(shapely.get_coordinates(road))[:TRIES]:
            part = band & Point(x, y).buffer(area / reach / 2)
            for shape in shapely.get_parts(part):
                if shape.area > 0.6 * area:
                    yield shape

    def _along(self, line: BaseGeometry, area: float) -> Iterator[Polygon]:
        """Shapes over a line."""
        for along in self._random.uniform(0.03, 0.97, TRIES):
            centre = line.interpolate(along, normalized=True)
            yield blob(self._random, centre, area, 1.2)

    def _touching(self, land_class: str, area: float) -> Iterator[Polygon]:
        """Shapes on other ground that overlap farmland of the land class by 3 m²."""
        plots, ground = self._plots, self.ground
        large = shapely.area(plots.geometry) > 2.5 * area
        hosts = np.flatnonzero((ground.of_plots == "P0") & large)
        for index in self._random.permutation(hosts):
            host = plots.geometry[index]
            near = ground.neighbours(host)
            near = near[np.isin(ground.of_plots[near], FARMLAND)]
            if not (plots.land_class[near] == land_class).any():
                continue
            fields = shapely.union_all(plots.geometry[near])
            start = host.representative_point()
            shape = blob(self._random, start, area, 1.1)
            touching = _move_until(shape, fields, shapely.shortest_line(start, fields))
            areas = ground.areas(touching)
            farmland = sum(areas[name] for name in FARMLAND)
            if abs(farmland - DUST_M2) < 0.2 and areas["P4"] == 0.0:
                yield touching


def _move_until(shape: Polygon, target: BaseGeometry, way: BaseGeometry) -> Polygon:
    """The shape moved along a line until it overlaps the target by ``DUST_M2``."""
    (x0, y0), (x1, y1) = shapely.get_coordinates(way)
    low, high = -1.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        there = moved(shape, middle * (x1 - x0), middle * (y1 - y0))
        if there.intersection(target).area > DUST_M2:
            high = middle
        else:
            low = middle
    return moved(shape, low * (x1 - x0), low * (y1 - y0))
