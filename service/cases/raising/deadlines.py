"""When a case that waits for its assignment is due, after a run has judged it anew."""

from __future__ import annotations

from datetime import datetime

from service.cases.life.deadlines import workdays_between
from service.cases.models import Case
from service.cases.raising.changes import Changes


def due_again(case: Case, earlier_workdays: int | None, changes: Changes) -> datetime | None:
    """The deadline of a case that is awaited; ``earlier_workdays``: its period so far.

    A deadline given stays while the period does, and keeps what pauses have added to it. What is
    awaited only now counts from now, and a period that became shorter ends neither before the
    deadline given nor sooner than if it began now, whichever is earlier.
    """
    days, given, workdays = changes.days, case.due_at, case.verify_workdays
    if given is None or workdays is None or earlier_workdays is None:
        return days.due(changes.now, workdays)
    if workdays == earlier_workdays:
        return given
    began, planned = case.created_at, days.due(case.created_at, earlier_workdays)
    added = workdays_between(planned or began, given, days.calendar)
    counted = days.due(days.due(began, workdays) or began, added) or given
    from_now = days.due(changes.now, workdays) or given
    return max(counted, min(given, from_now))
