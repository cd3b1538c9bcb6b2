"""When a case is due after a run has judged it anew or brought it to another village."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from service.cases.life.deadlines import SINCE, WORKDAYS, workdays_between
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


def deadline_told(case: Case, changes: Changes) -> dict[str, Any]:
    """What the history says of a deadline that a run has given.

    A whole period is named with it, so that it is counted again when the calendar is corrected.
    """
    if case.due_at is None:
        return {"due_at": None}
    told: dict[str, Any] = {"due_at": case.due_at.isoformat()}
    for since in (case.created_at, changes.now):
        if case.due_at == changes.days.due(since, case.verify_workdays):
            return told | {WORKDAYS: case.verify_workdays, SINCE: since.isoformat()}
    return told
