"""Cases that go to another village with their ground."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.alerts.kinds import NoticeKind
from service.cases.announcing import case_facts
from service.cases.life.deadlines import working_state
from service.cases.life.standing import HELD_BY_SYSTEM
from service.cases.models import Case
from service.cases.raising.changes import Changes
from service.cases.raising.deadlines import deadline_told
from service.cases.raising.neighbours import Neighbours
from service.cases.statuses import Status
from service.villages.models import Village

IN_THE_VILLAGE = frozenset({Status.VILLAGE_CHECK, Status.EVIDENCE, Status.RETURNED})
"""States in which the village is the one to answer: whoever comes to it needs its own time."""


def move_cases(
    session: Session, moved: Mapping[int, str], neighbours: Neighbours, changes: Changes
) -> None:
    """Let cases go to the villages given by id; numbers, evidence and history stay."""
    cases = {case_id: neighbours.cases[case_id] for case_id in moved}
    cases = {number: case for number, case in cases.items() if case.village_code != moved[number]}
    named = {*(case.village_code for case in cases.values()), *moved.values()}
    statement = select(Village.code, Village.name).where(Village.code.in_(named))
    names: dict[str, str] = dict(session.execute(statement).all()) if cases else {}
    for case_id, case in sorted(cases.items()):
        _move(case, moved[case_id], names, changes)


def _move(case: Case, village_code: str, names: Mapping[str, str], changes: Changes) -> None:
    was = case.village_code
    case.village_code = village_code
    case.version += 1
    case.updated_at = changes.now
    data: dict[str, Any] = {"was": was, "is": village_code}
    if case.due_at and Status(working_state(case)) in IN_THE_VILLAGE:
        # A paused clock stands at its pause: counted from today, the pause would be given twice.
        own_time = changes.days.due(case.paused_at or changes.now, case.verify_workdays)
        if own_time and own_time > case.due_at:
            case.due_at = own_time
            data |= deadline_told(case, changes)
    note = (
        f"{changes.cause.sentence}：地块现属{names.get(village_code, village_code)}，"
        f"由该村继续办理；原属{names.get(was, was)}，编号不变"
    )
    changes.record(case.id, "village_changed", note, data)
    held_back = Status(case.status) in HELD_BY_SYSTEM
    kind = NoticeKind.RAISED if held_back else NoticeKind.ASSIGNED
    changes.announce(kind, case_facts(case), {"note": note}, once_for=changes.cause.run.id)
