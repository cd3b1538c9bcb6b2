"""From the tree of a CQL2 filter to one SQL condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from service.features.crs import ServedCrs
from service.features.filters import spatial as spatial_functions
from service.features.filters import temporal as temporal_functions
from service.features.filters.parsing import Node, invalid_filter
from service.features.filters.spatial import GEOMETRY_NAMES, spatial
from service.features.filters.temporal import temporal
from service.features.filters.terms import Context, Term, alike, property_named, term_of
from service.features.fragments import Fragment, any_of, every
from service.features.types import FeatureType, Kind

COMPARISONS: Mapping[str, str] = {
    "=": "=",
    "<>": "<>",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}


def compile_filter(node: Node, kind: FeatureType, crs: ServedCrs, zone: ZoneInfo) -> Fragment:
    """The condition under which a row of the type's table passes the filter.

    ``crs`` is the system of the filter's geometries, ``zone`` the one its days are counted in.

    Raises:
        InvalidParameter: for anything that is not on the whitelist or does not fit in kind.
    """
    return _condition(node, Context(kind, crs, zone))


def _condition(node: Node, context: Context) -> Fragment:
    match node:
        case bool():
            return Fragment("%s", (node,))
        case {"op": "and", "args": [*parts]} if parts:
            return every(_condition(part, context) for part in parts)
        case {"op": "or", "args": [*parts]} if parts:
            return any_of(_condition(part, context) for part in parts)
        case {"op": "not", "args": [part]}:
            inner = _condition(part, context)
            return Fragment(f"NOT ({inner.text})", inner.parameters)
        case {"op": str(op), "args": [*args]}:
            return _predicate(op, args, context)
        case {"property": str()}:
            return _flag(term_of(node, context))
    raise invalid_filter("这里需要一个条件", "a condition is needed here")


def _predicate(op: str, args: Sequence[Node], context: Context) -> Fragment:
    lowered = op.lower()
    if lowered in spatial_functions.RELATIONS:
        return spatial(lowered, args, context)
    if lowered in temporal_functions.RELATIONS:
        return temporal(lowered, args, context)
    match op, args:
        case comparison, [left, right] if comparison in COMPARISONS:
            return _compared(COMPARISONS[comparison], left, right, context)
        case "like", [value, pattern]:
            return _like(term_of(value, context), term_of(pattern, context))
        case "between", [value, low, high]:
            return every(
                (
                    _compared(">=", value, low, context),
                    _compared("<=", value, high, context),
                )
            )
        case "in", [value, [*members]] if members:
            return _among(value, members, context)
        case "isNull", [value]:
            return _is_null(value, context)
    raise invalid_filter(f"不支持 {op} 或其参数", f"{op} with these arguments is not supported")


def _compared(sql: str, left: Node, right: Node, context: Context) -> Fragment:
    first, second = alike(term_of(left, context), term_of(right, context), context)
    if first.kind is Kind.BOOLEAN and sql not in ("=", "<>"):
        raise invalid_filter("真假值只能比较相等", "truth values are equal or not, never more")
    return Fragment(
        f"{first.sql.text} {sql} {second.sql.text}",
        first.sql.parameters + second.sql.parameters,
    )


def _among(value: Node, members: Sequence[Node], context: Context) -> Fragment:
    pairs = [alike(term_of(value, context), term_of(m, context), context) for m in members]
    if len({first.sql for first, _ in pairs}) > 1:
        return any_of(_compared("=", value, member, context) for member in members)
    # One list rather than so many comparisons: PostgreSQL looks values up in it by their hash.
    texts = ", ".join(second.sql.text for _, second in pairs)
    parameters = [value for _, second in pairs for value in second.sql.parameters]
    first = pairs[0][0].sql
    return Fragment(f"{first.text} IN ({texts})", (*first.parameters, *parameters))


def _like(value: Term, pattern: Term) -> Fragment:
    if value.kind is not Kind.TEXT or pattern.kind is not Kind.TEXT:
        raise invalid_filter("like 只用于文本", "like is for texts only")
    ending = next((p for p in pattern.sql.parameters if str(p).endswith("\\")), None)
    if ending is not None:
        raise invalid_filter("like 的模式不能以 \\ 结尾", "a pattern must not end with a backslash")
    return Fragment(
        f"{value.sql.text} LIKE {pattern.sql.text}", value.sql.parameters + pattern.sql.parameters
    )


def _is_null(node: Node, context: Context) -> Fragment:
    match node:
        case {"property": str(name)} if name in GEOMETRY_NAMES:
            return Fragment(f"{context.type.table}.geom IS NULL")
        case {"property": str(name)}:
            return Fragment(f"({property_named(name, context).expression}) IS NULL")
    raise invalid_filter("isNull 只用于属性", "isNull is for properties only")


def _flag(term: Term) -> Fragment:
    if term.kind is not Kind.BOOLEAN:
        raise invalid_filter("单独的属性必须是真假值", "a property alone must be a truth value")
    return term.sql
