"""From query parameters to a selection, the same way for every door."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from service.errors import InvalidParameter
from service.features import literals
from service.features.crs import parse_crs
from service.features.extent import parse_bbox
from service.features.filters import compile_filter, parse_filter
from service.features.fragments import Fragment
from service.features.period import parse_period
from service.features.query import QueryParameters
from service.features.selection import Selection
from service.features.types import FeatureType, Kind, Property
from service.paging import decode_cursor
from spatial.messages import Message

CASTS = {
    Kind.TEXT: "text",
    Kind.INTEGER: "bigint",
    Kind.NUMBER: "float8",
    Kind.DATE: "date",
    Kind.INSTANT: "timestamptz",
    Kind.BOOLEAN: "boolean",
}


def take_selection(
    parameters: QueryParameters, kind: FeatureType, zone: ZoneInfo, fields: str
) -> Selection:
    """The selection that the common parameters describe; ``fields`` names the properties wanted.

    Common are ``bbox``, ``bbox-crs``, ``crs``, ``datetime``, ``version``, ``filter``,
    ``filter-lang``, ``filter-crs`` and ``after``. Days are counted in ``zone``.

    Raises:
        InvalidParameter: naming the first parameter that cannot be used.
    """
    bbox_crs = parse_crs(parameters.take("bbox-crs"), "bbox-crs")
    cursor = decode_cursor(parameters.take("after"), int)
    conditions = _filtered(parameters, kind, zone)
    return Selection(
        type=kind,
        zone=zone,
        boxes=parse_bbox(parameters.take("bbox"), bbox_crs),
        period=parse_period(parameters.take("datetime"), zone),
        version=parameters.take_number("version"),
        conditions=conditions,
        filtered=bool(conditions),
        properties=parameters.take_properties(fields, kind),
        crs=parse_crs(parameters.take("crs"), "crs"),
        after=int(cursor[0]) if cursor else None,
    )


def equals(prop: Property, text: str) -> Fragment:
    """The condition that a property has the value a text stands for.

    Raises:
        InvalidParameter: naming the property, when it cannot have such a value.
    """
    value = _value(prop, text)
    other = prop.other_word(value)
    if other is not None:
        raise InvalidParameter(prop.name, Message(f"{other.zh}。", f"{other.en}."))
    return Fragment(f"({prop.expression}) = %s::{CASTS[prop.kind]}", (value,))


def one_of(prop: Property, texts: tuple[str, ...]) -> Fragment:
    """The condition that a text property has one of the values."""
    return Fragment(f"({prop.expression}) = ANY (%s::text[])", ([*texts],))


def _filtered(
    parameters: QueryParameters, kind: FeatureType, zone: ZoneInfo
) -> tuple[Fragment, ...]:
    language = parameters.take("filter-lang")
    crs = parse_crs(parameters.take("filter-crs"), "filter-crs")
    text = parameters.take("filter")
    if text is None:
        return ()
    return (compile_filter(parse_filter(text, language), kind, crs, zone),)


def _value(prop: Property, text: str) -> str | int | float | bool | date | datetime:
    try:
        match prop.kind:
            case Kind.INTEGER:
                return literals.whole(text)
            case Kind.NUMBER:
                return literals.number(text)
            case Kind.BOOLEAN:
                return {"true": True, "false": False}[text]
            case Kind.DATE:
                return literals.day(text)
            case Kind.INSTANT:
                return _aware(literals.moment(text))
    except (ValueError, KeyError) as error:
        raise InvalidParameter(
            prop.name,
            Message(
                f"参数 {prop.name} 的值不是{prop.kind.label.zh}。",
                f"The value of '{prop.name}' is no {prop.kind}.",
            ),
        ) from error
    return text


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without offset")
    return moment
