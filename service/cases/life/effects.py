"""What a move changes beside the state: kept facts, columns, and who is told more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from service.accounts.roles import Principal
from service.cases.life.actors import INSPECTORS
from service.cases.life.deadlines import is_missed
from service.cases.life.desk import Desk
from service.cases.life.severity import Modifier, add_modifier
from service.cases.life.states import Move
from service.cases.models import Case
from service.cases.statuses import TERMINAL
from spatial.rules import load_rule_table
from spatial.words import Department

OVERDUE = "overdue_15"
"""The reason for which the clock escalates."""


def recorded_facts(
    case: Case, move: Move, values: Mapping[str, Any], actor: Principal, now: datetime
) -> dict[str, Any]:
    """The case's facts as they are after the move: the filled form under its name."""
    if move.records is None:
        return dict(case.facts)
    signed = {
        **values,
        "by": actor.username,
        "by_id": actor.account_id,
        "at": now.isoformat(),
    }
    return {**case.facts, move.records: signed}


def apply_effects(desk: Desk, case: Case, move: Move, values: Mapping[str, Any]) -> None:
    """Change the columns that belong to the move. The state itself is not changed here."""
    effect = EFFECTS.get(move.name)
    if effect is not None:
        effect(desk, case, values)


def _take_up(desk: Desk, case: Case, values: Mapping[str, Any]) -> None:
    case.assignee_id = desk.actor.account_id


def _note_verification(desk: Desk, case: Case, values: Mapping[str, Any]) -> None:
    """The first report counts, however often it is returned: rates and assessment look at it."""
    if "verification" in case.facts:
        return
    in_time = not is_missed(case.due_at, case.paused_at, desk.now)
    deadline = case.due_at.isoformat() if case.due_at else None
    verification = {"at": desk.now.isoformat(), "due_at": deadline, "in_time": in_time}
    case.facts = {**case.facts, "verification": verification}


def _count_return(desk: Desk, case: Case, values: Mapping[str, Any]) -> None:
    case.facts = {**case.facts, "returns": int(case.facts.get("returns", 0)) + 1}


def _conclude(desk: Desk, case: Case, values: Mapping[str, Any]) -> None:
    case.conclusion = values["conclusion"]
    # Whoever is going to inspect the rectification has to see the case.
    inspector = INSPECTORS.get(values["conclusion"])
    if inspector is not None:
        _let_see(case, inspector)


def _enforce(desk: Desk, case: Case, values: Mapping[str, Any]) -> None:
    _let_see(case, Department.LAW_ENFORCEMENT)


def _escalate(desk: Desk, case: Case, values: Mapping[str, Any]) -> None:
    overdue = values["reason"] == OVERDUE
    escalation = {
        **case.facts["escalation"],
        "from": case.status,
        # How far for missing which deadline: the clock goes on from there.
        "level": int(overdue),
        "deadline": case.due_at.isoformat() if case.due_at else None,
    }
    case.facts = {**case.facts, "escalation": escalation}
    # Being overdue makes a case graver once, however often it is escalated.
    if overdue:
        add_modifier(case, Modifier.OVERDUE, load_rule_table(desk.settings.screening.rules))


def _reopen(desk: Desk, case: Case, values: Mapping[str, Any]) -> None:
    case.closed_at = None


def _let_see(case: Case, department: Department) -> None:
    if department.value not in (case.department, *case.supporting_departments):
        case.supporting_departments = [*case.supporting_departments, department.value]


EFFECTS: Mapping[str, Callable[[Desk, Case, Mapping[str, Any]], None]] = {
    "start_check": _take_up,
    "submit": _note_verification,
    "return": _count_return,
    "conclude": _conclude,
    "amend_conclusion": _conclude,
    "enforce": _enforce,
    "escalate": _escalate,
    "reopen": _reopen,
}


def close_when_ended(case: Case, now: datetime) -> None:
    """Note when nothing is owed any more."""
    if case.status in {status.value for status in TERMINAL}:
        case.closed_at = now
        case.paused_at = None
