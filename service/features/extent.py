"""Bounding boxes as requests give them, turned into boxes of stored degrees."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from geoalchemy2 import Geometry
from pyproj.exceptions import ProjError
from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, or_, type_coerce

from service.database.base import STORAGE_SRID
from service.errors import InvalidParameter
from service.features import literals
from service.features.crs import ServedCrs, stored_bounds
from service.features.fragments import Fragment, any_of
from spatial.messages import Message

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees of EPSG:4490."""

HAIR = 1e-9

MALFORMED = Message(
    "bbox 必须是 4 或 6 个以逗号分隔的数值（最小值在前）。",
    "bbox must be 4 or 6 comma-separated numbers, the minima first.",
)
UPSIDE_DOWN = Message(
    "bbox 的最小值不能大于最大值。", "A minimum of bbox is larger than its maximum."
)
OUT_OF_REACH = Message(
    "bbox 超出了该坐标系的有效范围。",
    "bbox lies outside the range of its coordinate system.",
)


def parse_bbox(text: str | None, crs: ServedCrs) -> tuple[Box, ...] | None:
    """The boxes that a ``bbox`` in a coordinate system covers; None without one.

    Raises:
        InvalidParameter: naming ``bbox``.
    """
    return None if text is None else boxes_of(_numbers(text), crs)


def boxes_of(numbers: Sequence[float], crs: ServedCrs) -> tuple[Box, ...]:
    """The boxes that the numbers of a ``bbox`` in a coordinate system cover.

    In a geographic system a west edge east of the east edge means a box across the antimeridian,
    which is two boxes. Heights of a box of six numbers are ignored.

    Raises:
        InvalidParameter: naming ``bbox``.
    """
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        raise InvalidParameter("bbox", MALFORMED)
    first, second, third, fourth = _plane(numbers)
    west, south, east, north = (
        (second, first, fourth, third) if crs.north_first else (first, second, third, fourth)
    )
    if south > north or (west > east and not crs.geographic):
        raise InvalidParameter("bbox", UPSIDE_DOWN)
    if not crs.geographic:
        return (_projected(crs, (west, south, east, north)),)
    if not (north >= -90 and south <= 90):
        raise InvalidParameter("bbox", OUT_OF_REACH)
    if west <= east:
        return ((west, south, east, north),)
    return ((west, south, 180.0, north), (-180.0, south, east, north))


def within(column: str, boxes: tuple[Box, ...]) -> Fragment:
    """The condition that a geometry meets one of the boxes.

    The box is transformed, never the column, so that the index serves. A geometry whose own box
    lies within needs no exact test, which leaves that to the few along the edges.
    """
    return any_of(_meets(column, box) for box in boxes)


def meeting(column: SQLColumnExpression[Any], boxes: tuple[Box, ...]) -> ColumnElement[bool]:
    """The same condition for a statement of SQLAlchemy."""
    return or_(*(_meeting(column, box) for box in boxes))


def _meeting(column: SQLColumnExpression[Any], box: Box) -> ColumnElement[bool]:
    ground = func.ST_MakeEnvelope(*_with_area(box), STORAGE_SRID)
    # The operator brings in the index; the exact test then sees few.
    shape = type_coerce(column, Geometry)
    return and_(shape.op("&&")(ground), func.ST_Intersects(shape, ground))


def _meets(column: str, box: Box) -> Fragment:
    ground = "ST_MakeEnvelope(%s, %s, %s, %s, 4490)"
    box = _with_area(box)
    # CASE rather than OR, for which the planner would look the same boxes up twice in the index.
    return Fragment(
        f"{column} && {ground}"
        f" AND CASE WHEN {column} @ {ground} THEN true ELSE ST_Intersects({column}, {ground}) END",
        box * 3,
    )


def _with_area(box: Box) -> Box:
    west, south, east, north = box
    if west < east and south < north:
        return box
    # A box without area is no polygon; a tenth of a millimetre around it makes it one.
    return west - HAIR, south - HAIR, east + HAIR, north + HAIR


def _numbers(text: str) -> list[float]:
    try:
        return [literals.number(part) for part in text.split(",", 6)]
    except ValueError as error:
        raise InvalidParameter("bbox", MALFORMED) from error


def _plane(numbers: Sequence[float]) -> Sequence[float]:
    return numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])


def _projected(crs: ServedCrs, bounds: Box) -> Box:
    try:
        box = stored_bounds(crs, bounds)
    except ProjError as error:
        raise InvalidParameter("bbox", OUT_OF_REACH) from error
    if not all(math.isfinite(edge) for edge in box):
        raise InvalidParameter("bbox", OUT_OF_REACH)
    return box
