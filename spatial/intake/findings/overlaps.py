"""Overlaps among features, and gaps between them, measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.area import ellipsoidal_area
from spatial.intake.model import LayerFinding
from spatial.messages import Message

Geometries = NDArray[np.object_]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

LEAST_AREA_M2 = 1.0
"""Smaller overlaps and gaps are what rounding leaves."""
MOST_PAIRS = 60_000
"""Pairs that are measured exactly; a layer with more is reported as looked at in part."""
_MOST_REPORTED = 100
_BOX_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Pairs:
    """Positions of features whose boxes meet; ``complete``: whether these are all of them."""

    first: Integers
    second: Integers
    complete: bool


def pairs_to_measure(boxes: Floats, loose: Integers) -> Pairs:
    """Pairs of features, one of them with loose edges, whose boxes overlap.

    ``boxes``: float64 (n, 4); ``loose``: positions of features with loose edges.
    """
    tree = shapely.STRtree(_rectangles(boxes[loose]))
    first: list[Integers] = []
    second: list[Integers] = []
    found = 0
    for start in range(0, len(boxes), _BOX_ROWS):
        part = boxes[start : start + _BOX_ROWS]
        other, mine = tree.query(_rectangles(part))
        one, two = other + start, loose[mine]
        # A pair of two loose ones is met from both sides.
        both_loose = np.isin(one, loose)
        keep = (one != two) & (~both_loose | (one < two)) & _overlap(boxes[one], boxes[two])
        first.append(one[keep])
        second.append(two[keep])
        found += int(keep.sum())
        if found > MOST_PAIRS:
            break
    one, two = np.concatenate(first)[:MOST_PAIRS], np.concatenate(second)[:MOST_PAIRS]
    return Pairs(one, two, found <= MOST_PAIRS)


def measured_overlaps(
    geometry: Geometries, rows: Integers, first: Integers, second: Integers
) -> Iterator[tuple[int, int, float, shapely.Geometry]]:
    """Row numbers, areas in m² and shapes of overlaps, for pairs given by position."""
    crossing = shapely.intersects(geometry[first], geometry[second])
    crossing &= ~shapely.touches(geometry[first], geometry[second])
    one, two = first[crossing], second[crossing]
    shared = shapely.intersection(geometry[one], geometry[two])
    areas = ellipsoidal_area(_areal(shared))
    for position in np.flatnonzero(areas >= LEAST_AREA_M2).tolist():
        yield (
            int(rows[one[position]]),
            int(rows[two[position]]),
            float(areas[position]),
            shared[position],
        )


def overlap_findings(
    overlaps: list[tuple[int, int, float, shapely.Geometry]], what: Message, code: str
) -> list[LayerFinding]:
    """The largest overlaps one by one, and a sum when there are more."""
    overlaps.sort(key=lambda overlap: overlap[2], reverse=True)
    found = [
        LayerFinding(
            code=code,
            message=Message(
                "第 {a} 行与第 {b} 行的{what_zh}重叠 {area:.2f} 平方米。",
                "The {what_en} of rows {a} and {b} overlap by {area:.2f} m².",
            ).format(a=a, b=b, area=area, what_zh=what.zh, what_en=what.en),
            area_m2=area,
            rows=(a, b),
            lon=shapely.point_on_surface(shape).x,
            lat=shapely.point_on_surface(shape).y,
        )
        for a, b, area, shape in overlaps[:_MOST_REPORTED]
    ]
    rest = overlaps[_MOST_REPORTED:]
    if rest:
        total = sum(area for _, _, area, _ in rest)
        found.append(
            LayerFinding(
                code=code,
                message=Message(
                    "另有 {count} 处重叠，共 {area:.2f} 平方米。",
                    "There are {count} more overlaps, {area:.2f} m² in all.",
                ).format(count=len(rest), area=total),
                area_m2=total,
            )
        )
    return found


def gap_findings(geometry: Geometries) -> Iterator[LayerFinding]:
    """Holes that a set of outlines leaves between them."""
    parts = shapely.get_parts(shapely.union_all(geometry))
    rings, owner = shapely.get_rings(parts, return_index=True)
    is_hole = np.append(False, owner[1:] == owner[:-1])[: len(rings)]
    gaps: Geometries = np.asarray(shapely.polygons(rings[is_hole]), dtype=object)
    areas = ellipsoidal_area(gaps)
    order = np.argsort(-areas)
    for position in order[:_MOST_REPORTED].tolist():
        if areas[position] < LEAST_AREA_M2:
            return
        yield LayerFinding(
            code="village-gap",
            message=Message(
                "村界之间有空隙，面积 {area:.2f} 平方米。",
                "There is a gap of {area:.2f} m² between the villages.",
            ).format(area=areas[position]),
            area_m2=float(areas[position]),
            lon=shapely.point_on_surface(gaps[position]).x,
            lat=shapely.point_on_surface(gaps[position]).y,
        )


def _rectangles(boxes: Floats) -> Geometries:
    rectangles: Geometries = np.asarray(shapely.box(*boxes.T), dtype=object)
    return rectangles


def _overlap(one: Floats, two: Floats) -> NDArray[np.bool_]:
    apart = (one[:, 0] >= two[:, 2]) | (two[:, 0] >= one[:, 2])
    apart |= (one[:, 1] >= two[:, 3]) | (two[:, 1] >= one[:, 3])
    return np.asarray(~apart)


def _areal(geometry: Geometries) -> Geometries:
    """Polygons only: where two features also share a line, their intersection is a collection."""
    mixed = shapely.get_type_id(geometry) == int(shapely.GeometryType.GEOMETRYCOLLECTION)
    if not mixed.any():
        return geometry
    areal = geometry.copy()
    for position in np.flatnonzero(mixed).tolist():
        parts = shapely.get_parts(geometry[position])
        polygons = parts[shapely.get_dimensions(parts) == 2]
        areal[position] = shapely.union_all(polygons)
    return areal
