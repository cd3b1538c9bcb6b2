"""Temporal relations of CQL2 (Allen's interval algebra) over instants and intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.features.filters.parsing import Node, invalid_filter
from service.features.filters.terms import MOMENTS, Context, Term, as_day, term_of
from service.features.fragments import Fragment
from service.features.types import Kind

# a and b are the operands' starts, c and d their ends.
RELATIONS: Mapping[str, str] = {
    "t_after": "{a} > {d}",
    "t_before": "{c} < {b}",
    "t_contains": "{a} < {b} AND {c} > {d}",
    "t_disjoint": "{c} < {b} OR {a} > {d}",
    "t_during": "{a} > {b} AND {c} < {d}",
    "t_equals": "{a} = {b} AND {c} = {d}",
    "t_finishedby": "{a} < {b} AND {c} = {d}",
    "t_finishes": "{a} > {b} AND {c} = {d}",
    "t_intersects": "{a} <= {d} AND {c} >= {b}",
    "t_meets": "{c} = {b}",
    "t_metby": "{a} = {d}",
    "t_overlappedby": "{a} > {b} AND {a} < {d} AND {c} > {d}",
    "t_overlaps": "{a} < {b} AND {c} > {b} AND {c} < {d}",
    "t_startedby": "{a} = {b} AND {c} > {d}",
    "t_starts": "{a} = {b} AND {c} < {d}",
}
OPEN = {"": None, "..": None}


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment to another; an instant is both."""

    start: Term
    end: Term


def temporal(op: str, args: Sequence[Node], context: Context) -> Fragment:
    """The condition of a temporal relation between two operands.

    Raises:
        InvalidParameter: when an operand is no moment or interval.
    """
    if len(args) != 2:
        raise invalid_filter(f"{op} 需要两个参数", f"{op} takes two arguments")
    first, second = (_span(arg, context) for arg in args)
    terms = {"a": first.start, "b": second.start, "c": first.end, "d": second.end}
    if Kind.DATE in {term.kind for term in terms.values()}:
        terms = {name: as_day(term, context) for name, term in terms.items()}
    return _filled(RELATIONS[op], terms)


def _filled(template: str, terms: Mapping[str, Term]) -> Fragment:
    # Parameters follow the order in which the template names its operands.
    names = [part[0] for part in template.split("{")[1:]]
    values = tuple(value for name in names for value in terms[name].sql.parameters)
    texts = {name: term.sql.text for name, term in terms.items()}
    return Fragment(template.format(**texts), values)


def _span(node: Node, context: Context) -> Span:
    match node:
        case {"interval": [first, last]}:
            return Span(_edge(first, "-infinity", context), _edge(last, "infinity", context))
    moment = _moment(node, context)
    return Span(moment, moment)


def _edge(node: Node, otherwise: str, context: Context) -> Term:
    if isinstance(node, str):
        if node in OPEN:
            return Term(Fragment(f"'{otherwise}'::timestamptz"), Kind.INSTANT)
        node = {"date": node} if len(node) == 10 else {"timestamp": node}
    return _moment(node, context)


def _moment(node: Node, context: Context) -> Term:
    term = term_of(node, context)
    if term.kind not in MOMENTS:
        raise invalid_filter("时间函数需要日期或时间", "temporal functions take dates or times")
    return term
