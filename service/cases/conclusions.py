"""When cases were concluded, as lists ask for it and assessments count it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from service.cases.models import Case, CaseEvent

CONCLUDE = "conclude"
"""The entry of a history by which a person concluded; amending it later is another."""
BECOMES_VIOLATION = "becomes_violation"
"""What the entry of an amendment says when it makes a violation of what was none: this is when
the violation was concluded."""


def concludes(event: type[CaseEvent]) -> ColumnElement[bool]:
    """Whether an entry is the conclusion from whose day on a case counts."""
    return or_(
        event.kind == CONCLUDE, func.coalesce(event.data[BECOMES_VIOLATION].as_boolean(), False)
    )


def concluded_within(begin: datetime, end: datetime) -> ColumnElement[bool]:
    """Whether a case was last concluded from ``begin`` on and before ``end``.

    What its own history does not tell that of the whole tells from which it was split.
    """
    concluded = (
        select(CaseEvent.case_id.label("id"))
        .where(concludes(CaseEvent), CaseEvent.at >= begin)
        .group_by(CaseEvent.case_id)
        .having(func.max(CaseEvent.at) < end)
        .cte("concluded_within", recursive=True)
    )
    part, own = aliased(Case), aliased(CaseEvent)
    # Counted, not asked for its existence: that would read every history for the few parts.
    own_conclusions = (
        select(func.count())
        .where(own.case_id == part.id, concludes(own))
        .correlate(part)
        .scalar_subquery()
    )
    parts = (
        select(part.id)
        .join(concluded, part.parent_id == concluded.c.id)
        .where(part.parent_id.is_not(None), own_conclusions == 0)
    )
    return Case.id.in_(select(concluded.union_all(parts).c.id))
