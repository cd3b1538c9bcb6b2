"""Pieces of SQL with their parameters; a value never becomes part of the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Dialect
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

_dialect: Dialect = PGDialect_psycopg(paramstyle="format")  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Fragment:
    """Trusted SQL text with ``%s`` for each of ``parameters``, in order."""

    text: str
    parameters: tuple[Any, ...] = ()


TRUE = Fragment("true")


def every(conditions: Iterable[Fragment]) -> Fragment:
    """All conditions at once; true when there is none."""
    return _joined(" AND ", conditions) or TRUE


def any_of(conditions: Iterable[Fragment]) -> Fragment:
    """At least one of the conditions; false when there is none."""
    return _joined(" OR ", conditions) or Fragment("false")


def fragment_of(condition: ColumnElement[bool]) -> Fragment:
    """A SQLAlchemy condition (of the permission table) as a fragment."""
    compiled = condition.compile(dialect=_dialect, compile_kwargs={"render_postcompile": True})
    names = compiled.positiontup or ()
    return Fragment(str(compiled), tuple(compiled.params[name] for name in names))


def _joined(word: str, conditions: Iterable[Fragment]) -> Fragment | None:
    parts = tuple(conditions)
    if not parts:
        return None
    return Fragment(
        word.join(f"({part.text})" for part in parts),
        tuple(value for part in parts for value in part.parameters),
    )
