"""What lies around suspect ground: roads with their green belts, and nature reserves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.area import ellipsoidal_area
from spatial.overlay.model import Geometries, Roads
from spatial.overlay.planes import local_planes
from spatial.overlay.polygons import intersect, subtract, unite
from spatial.rules.places import Place
from spatial.rules.question import Question

REACH_DEGREES = 1e-3
"""Roads within this distance of ground are looked at; no green belt is as wide (about 100 m)."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``beyond_belt``: planting that begins within a road's green belt and goes on beyond it; None
    where no roads are known. ``in_reserve``: some of the ground lies in a nature reserve."""

    beyond_belt: bool | None = None
    in_reserve: bool = False


NOTHING_KNOWN = Surroundings()


def find_surroundings(
    question: Question, places: Sequence[Place], suspect: NDArray[np.bool_]
) -> list[Surroundings]:
    """Of each place. ``suspect``: marks the pieces whose ground is asked about."""
    ground, table = question.ground, question.table
    result = [NOTHING_KNOWN] * len(places)
    by_road = {group for row in table.rows.values() if row.roadside for group in row.groups}
    by_reserve = {group for row in table.rows.values() if row.in_reserve for group in row.groups}
    asking = (by_road if ground.roads.known else set()) | (
        by_reserve if len(ground.reserves) else set()
    )
    asked = np.array([place.group in asking for place in places], dtype=bool)
    chosen = np.flatnonzero(suspect & asked[question.place]) if asking else np.empty(0, np.int64)
    if not len(chosen):
        return result
    numbers, group = np.unique(question.place[chosen], return_inverse=True)
    united = unite(question.pieces.geometry[chosen], group)
    reserved = _overlapping(united, ground.reserves, question)
    beyond = _beyond_belts(united, ground.roads, question)
    for which, number in enumerate(numbers.tolist()):
        known = bool(beyond[which]) if ground.roads.known else None
        result[number] = Surroundings(beyond_belt=known, in_reserve=bool(reserved[which]))
    return result


def _overlapping(united: Geometries, reserves: Geometries, question: Question) -> NDArray[np.bool_]:
    """Whether more than dust of each ground lies in the reserves."""
    common = np.zeros(len(united))
    which, reserve = shapely.STRtree(reserves).query(united, predicate="intersects")
    parts = intersect(united[which], reserves[reserve])
    np.add.at(common, which, ellipsoidal_area(parts))
    overlapping: NDArray[np.bool_] = common >= question.settings.dust_area_m2
    return overlapping


def _beyond_belts(united: Geometries, roads: Roads, question: Question) -> NDArray[np.bool_]:
    """Whether each ground begins within a road's belt and more than dust of it lies beyond."""
    result = np.zeros(len(united), dtype=bool)
    tree = shapely.STRtree(roads.geometry)
    which, road = tree.query(united, predicate="dwithin", distance=REACH_DEGREES)
    if not len(which):
        return result
    planes = local_planes(united[which])
    ground = planes.to_metres(united[which])
    # The belts of all roads near one ground count together: planting may follow a bend.
    belts = shapely.buffer(planes.to_metres(roads.geometry[road]), roads.belt_m[road])
    order = np.argsort(which, kind="stable")
    numbers, first, group = np.unique(which[order], return_index=True, return_inverse=True)
    belt = unite(belts[order], group)
    planted = ground[order][first]
    outside = subtract(planted, belt)
    settings = question.settings
    dust = _is_planar_dust(outside, settings.dust_area_m2, settings.dust_width_m)
    result[numbers] = shapely.intersects(planted, belt) & ~dust
    return result


def _is_planar_dust(geometry: Geometries, area_m2: float, width_m: float) -> NDArray[np.bool_]:
    area, perimeter = shapely.area(geometry), shapely.length(geometry)
    dust: NDArray[np.bool_] = (area < area_m2) | (2 * area < width_m * perimeter)
    return dust
