"""Spatial relations of CQL2 between the features' geometry and a literal one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson
import shapely
from shapely.errors import ShapelyError

from service.errors import InvalidParameter
from service.features.extent import parse_bbox
from service.features.filters.parsing import Node, invalid_filter
from service.features.filters.terms import Context
from service.features.fragments import Fragment

RELATIONS: Mapping[str, str] = {
    "s_intersects": "ST_Intersects",
    "s_equals": "ST_Equals",
    "s_disjoint": "ST_Disjoint",
    "s_touches": "ST_Touches",
    "s_within": "ST_Within",
    "s_overlaps": "ST_Overlaps",
    "s_crosses": "ST_Crosses",
    "s_contains": "ST_Contains",
}
GEOMETRY_NAMES = frozenset({"geometry", "geom"})


def spatial(op: str, args: Sequence[Node], context: Context) -> Fragment:
    """The condition of a spatial relation; geometries are literal or the feature's own.

    Raises:
        InvalidParameter: when an argument is no geometry, or not a valid one.
    """
    if len(args) != 2:
        raise invalid_filter(f"{op} 需要两个参数", f"{op} takes two arguments")
    left, right = (_operand(arg, context) for arg in args)
    return Fragment(
        f"{RELATIONS[op]}({left.text}, {right.text})", left.parameters + right.parameters
    )


def _operand(node: Node, context: Context) -> Fragment:
    match node:
        case {"property": str(name)} if name in GEOMETRY_NAMES:
            return Fragment(f"{context.type.table}.geom")
        case {"bbox": [*numbers]}:
            return _box(numbers, context)
        case {"type": str(), "coordinates": list()} | {"type": str(), "geometries": list()}:
            return _literal(node, context)
    raise invalid_filter("空间函数的参数必须是几何", "spatial functions take geometries")


def _box(numbers: Sequence[Node], context: Context) -> Fragment:
    try:
        boxes = parse_bbox(",".join(map(str, numbers)), context.crs) or ()
    except InvalidParameter as error:
        raise invalid_filter(error.message.zh, error.message.en) from error
    parts = ", ".join("ST_MakeEnvelope(%s, %s, %s, %s, 4490)" for _ in boxes)
    values = tuple(edge for box in boxes for edge in box)
    return Fragment(parts if len(boxes) == 1 else f"ST_Collect({parts})", values)


def _literal(node: Node, context: Context) -> Fragment:
    try:
        shape = shapely.from_geojson(orjson.dumps(node))
    except (ShapelyError, TypeError, ValueError) as error:
        raise invalid_filter("几何无法读取", "a geometry cannot be read") from error
    if shape is None or shape.is_empty or not shape.is_valid:
        raise invalid_filter("几何为空或自相交", "a geometry is empty or crosses itself")
    text = context.crs.stored_sql("ST_GeomFromWKB(%s)")
    return Fragment(text, (shapely.to_wkb(shapely.force_2d(shape)),))
