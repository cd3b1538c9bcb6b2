"""Operands of a filter: properties, literals and sums of them, each of a known kind."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from service.features import literals
from service.features.crs import ServedCrs
from service.features.filters.parsing import Node, invalid_filter
from service.features.fragments import Fragment
from service.features.types import FeatureType, Kind, Property

ARITHMETIC: Mapping[str, str] = {
    "+": "({0} + {1})",
    "-": "({0} - {1})",
    "*": "({0} * {1})",
    "/": "({0} / {1})",
    "%": "mod({0}::numeric, {1}::numeric)::float8",
    "div": "trunc({0} / {1})",
    "^": "power({0}, {1})",
}
NUMBERS = frozenset({Kind.INTEGER, Kind.NUMBER})
MOMENTS = frozenset({Kind.DATE, Kind.INSTANT})


@dataclass(frozen=True, slots=True)
class Context:
    """What a filter is about: the type it may name, its geometries' CRS, the days' zone."""

    type: FeatureType
    crs: ServedCrs
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Term:
    """A value in SQL and what it is; ``literal`` tells a parameter from a column, ``prop`` is the
    property that the column alone is."""

    sql: Fragment
    kind: Kind
    literal: bool = False
    prop: Property | None = None


def term_of(node: Node, context: Context) -> Term:
    """The term a node stands for.

    Raises:
        InvalidParameter: for what is not a value, or names no property.
    """
    match node:
        case bool():
            return Term(Fragment("%s", (node,)), Kind.BOOLEAN, literal=True)
        case int() | float():
            return _number(node)
        case str():
            return Term(Fragment("%s::text", (node,)), Kind.TEXT, literal=True)
        case {"property": str(name)}:
            prop = property_named(name, context)
            return Term(Fragment(f"({prop.expression})"), prop.kind, prop=prop)
        case {"date": str(text)}:
            return _day(text)
        case {"timestamp": str(text)}:
            return _instant(text, context)
        case {"op": "casei", "args": [inner]}:
            return _lowered(term_of(inner, context))
        case {"op": str(op), "args": [left, right]} if op in ARITHMETIC:
            return _computed(op, (term_of(left, context), term_of(right, context)))
    raise invalid_filter(f"不支持的表达式 {_brief(node)}", f"{_brief(node)} is no value here")


def property_named(name: str, context: Context) -> Property:
    """The filterable property of that name.

    Raises:
        InvalidParameter: when the type has none.
    """
    prop = context.type.by_name.get(name)
    if prop is None or not prop.filterable:
        known = ", ".join(p.name for p in context.type.properties if p.filterable)
        raise invalid_filter(
            f"没有属性 {name}（如为文本，请写在单引号中）；可用：{known}",
            f"no property '{name}' (a text belongs in single quotes); there are: {known}",
        )
    return prop


def alike(left: Term, right: Term, context: Context) -> tuple[Term, Term]:
    """Two terms that can be compared.

    A text literal beside a date or a time is read as one, and a time beside a date as its day.

    Raises:
        InvalidParameter: when the kinds do not go together, or a property never has the value.
    """
    _refuse_other_word(left, right)
    _refuse_other_word(right, left)
    left, right = _as_moment(left, right, context), _as_moment(right, left, context)
    if left.kind in NUMBERS and right.kind in NUMBERS:
        return left, right
    if left.kind in MOMENTS and right.kind in MOMENTS:
        if Kind.DATE in (left.kind, right.kind):
            return as_day(left, context), as_day(right, context)
        return left, right
    if left.kind is right.kind and left.kind is not Kind.JSON:
        return left, right
    raise invalid_filter(
        f"{left.kind.label.zh}与{right.kind.label.zh}不能比较；文本要写在单引号中，数值不加引号",
        f"{left.kind} and {right.kind} do not compare; texts stand in single quotes, numbers "
        "without any",
    )


def as_day(term: Term, context: Context) -> Term:
    """A moment as its day in the context's time zone."""
    if term.kind is Kind.DATE:
        return term
    text = f"({term.sql.text} AT TIME ZONE '{context.zone.key}')::date"
    return Term(Fragment(text, term.sql.parameters), Kind.DATE)


def _refuse_other_word(literal: Term, beside: Term) -> None:
    # Compared in vain, a misspelt or Chinese word would pass for ground without cases.
    if literal.literal and literal.kind is Kind.TEXT and beside.prop is not None:
        other = beside.prop.other_word(literal.sql.parameters[0])
        if other is not None:
            raise invalid_filter(other.zh, other.en)


def _as_moment(term: Term, beside: Term, context: Context) -> Term:
    if not (term.literal and term.kind is Kind.TEXT and beside.kind in MOMENTS):
        return term
    text = str(term.sql.parameters[0])
    return _day(text) if len(text) == 10 else _instant(text, context)


def _number(value: float) -> Term:
    if not math.isfinite(value) or abs(value) > 1e300:
        raise invalid_filter("数值超出范围", "a number is out of range")
    if float(value).is_integer() and abs(value) < 2**63:
        return Term(Fragment("%s::bigint", (int(value),)), Kind.INTEGER, literal=True)
    return Term(Fragment("%s::float8", (float(value),)), Kind.NUMBER, literal=True)


def _day(text: str) -> Term:
    try:
        day = literals.day(text)
    except ValueError as error:
        raise invalid_filter(f"{text} 不是日期", f"{text} is not a date") from error
    return Term(Fragment("%s::date", (day,)), Kind.DATE, literal=True)


def _instant(text: str, context: Context) -> Term:
    try:
        moment = literals.moment(text)
    except ValueError as error:
        raise invalid_filter(f"{text} 不是时间", f"{text} is not a time") from error
    aware = moment if moment.tzinfo else moment.replace(tzinfo=context.zone)
    return Term(Fragment("%s::timestamptz", (aware,)), Kind.INSTANT, literal=True)


def _lowered(term: Term) -> Term:
    if term.kind is not Kind.TEXT:
        raise invalid_filter("casei 只用于文本", "casei is for texts only")
    return Term(Fragment(f"lower({term.sql.text})", term.sql.parameters), Kind.TEXT)


def _computed(op: str, operands: Sequence[Term]) -> Term:
    if not all(operand.kind in NUMBERS for operand in operands):
        raise invalid_filter(f"{op} 只用于数值", f"{op} is for numbers only")
    texts = [f"({operand.sql.text})::float8" for operand in operands]
    values = tuple(value for operand in operands for value in operand.sql.parameters)
    # A percent sign of SQL itself would be taken for a parameter's place.
    return Term(Fragment(ARITHMETIC[op].format(*texts), values), Kind.NUMBER)


def _brief(node: Node) -> str:
    match node:
        case {"op": str(op)}:
            return f"{op}()"
        case dict():
            return ", ".join(map(str, node))[:40]
    return str(node)[:40]
