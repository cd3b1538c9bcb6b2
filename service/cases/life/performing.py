"""Writing moves that are known to be allowed: state, facts, deadline, history, notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, func, literal, select

from service.alerts.outbox import Announcement, announce_all
from service.cases import history
from service.cases.conclusions import BECOMES_VIOLATION
from service.cases.life.deadlines import WORKDAYS, due_after, keep_planned_deadline, workdays_given
from service.cases.life.desk import Desk, announcement, touch
from service.cases.life.effects import apply_effects, close_when_ended, recorded_facts
from service.cases.life.move_forms import NO_VIOLATIONS, VIOLATIONS
from service.cases.life.reconsidering import DECIDING, decide
from service.cases.life.states import Due, Move
from service.cases.models import Case, CaseEvent
from service.cases.statuses import TERMINAL, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A move of a locked case that is known to be allowed; ``values`` are those of its form."""

    case: Case
    move: Move
    values: Mapping[str, Any]
    note: str | None = None


def perform(desk: Desk, step: Step) -> None:
    """Write a move in one piece."""
    said = _change(desk, step)
    event = history.append(desk.session, step.case, **said)
    announce_all(desk.session, _told(desk, step, event.number))


def perform_all(desk: Desk, steps: Sequence[Step]) -> None:
    """As :func:`perform`, for moves of thousands of cases, each of another one."""
    entries = [history.Entry(case_id=step.case.id, **_change(desk, step)) for step in steps]
    history.append_many(desk.session, entries)
    numbers = _last_numbers(desk, [step.case.id for step in steps])
    telling = (_told(desk, step, numbers[step.case.id]) for step in steps)
    announce_all(desk.session, chain.from_iterable(telling))


def _change(desk: Desk, step: Step) -> dict[str, Any]:
    """Change the case; returns what its history says of it."""
    case, move = step.case, step.move
    clear_before = case.conclusion in NO_VIOLATIONS
    case.facts = recorded_facts(case, move, step.values, desk.actor, desk.now)
    workdays = workdays_given(move, case, step.values, desk.settings.cases)
    due_at = due_after(move, case, step.values, desk.settings.cases, desk.calendar, desk.now)
    apply_effects(desk, case, move, step.values)
    if move.name in DECIDING:
        decide(case, desk.actor, desk.now)
    _arrive(case, move)
    case.due_at = due_at
    keep_planned_deadline(case, desk.settings.zone)
    if move.due is not Due.KEEP:
        case.paused_at = None
    close_when_ended(case, desk.now)
    touch(case, desk.now)
    data = {"move": move.name, "fields": dict(step.values), "severity": case.severity}
    if clear_before and case.conclusion in VIOLATIONS:
        data[BECOMES_VIOLATION] = True
    if workdays is not None:
        # By this the deadline is counted again when the calendar is corrected.
        data[WORKDAYS] = workdays
    if case.status != move.target.value:
        data[history.STAYS_ESCALATED] = True
    return {
        "actor": desk.actor,
        "kind": move.name,
        "note": step.note,
        "data": data | {"due_at": due_at.isoformat() if due_at else None},
        "from_status": move.source.value,
        "to_status": move.target.value,
    }


def _arrive(case: Case, move: Move) -> None:
    """Bring a case to where the move leads.

    One that is escalated stays so, and remembers where its work stands, until that is lifted or
    nothing is owed any more.
    """
    works_on = case.status == Status.ESCALATED.value and move.source is not Status.ESCALATED
    if works_on and move.target not in TERMINAL:
        escalation = {**case.facts["escalation"], "from": move.target.value}
        case.facts = {**case.facts, "escalation": escalation}
    else:
        case.status = move.target.value


def _told(desk: Desk, step: Step, number: int) -> Iterator[Announcement]:
    """What is announced of a move that is the history's entry ``number``."""
    notice = step.move.notice
    if notice is not None:
        detail = {"move": step.move.name, "note": step.note}
        yield announcement(desk, step.case, notice, number, detail)


def _last_numbers(desk: Desk, case_ids: Sequence[int]) -> dict[int, int]:
    """The number of each case's last entry in its history."""
    among = CaseEvent.case_id == any_(literal(list(case_ids), ARRAY(BigInteger)))
    last = select(CaseEvent.case_id, func.max(CaseEvent.number).label("last")).where(among)
    found = desk.session.execute(last.group_by(CaseEvent.case_id))
    return {row.case_id: row.last for row in found}
