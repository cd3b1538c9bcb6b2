"""Measures beside the moves: pausing the clock, voiding, noting."""

from __future__ import annotations

from datetime import date

from service.accounts.permissions import Action, require
from service.alerts.kinds import NoticeKind
from service.cases import history
from service.cases.life.actors import Actor
from service.cases.life.deadlines import due_after_pause, keep_planned_deadline
from service.cases.life.desk import Desk, lock_case, tell, touch
from service.cases.life.pick_lists import pick_list
from service.cases.life.severity import Modifier, add_modifier
from service.cases.life.transitions import check_current, check_seen, note_missing
from service.cases.life.voiding import VOID, voided_by_hand
from service.cases.models import Case
from service.cases.statuses import TERMINAL, Status
from service.errors import Conflict, InvalidParameter, NotAllowed
from spatial.messages import Message
from spatial.rules import load_rule_table


def pause_case(
    desk: Desk, case_id: int, reason: str, note: str | None, version: int | None
) -> Case:
    """Stop a case's clock: it is not overdue and not escalated until it goes on.

    Raises:
        NotFound, NotAllowed, Conflict: as for a move; also when its clock does not run.
        InvalidParameter: when the reason is not of the list.
    """
    case = office_case(desk, case_id, version)
    picked = _reason("pause_reasons", reason)
    if case.paused_at is not None or case.due_at is None or _ended(case):
        raise Conflict(
            Message("该图斑没有正在计时的期限。", "No deadline of this case is running."),
            code="no-clock",
        )
    case.paused_at = desk.now
    case.facts = {**case.facts, "pause": _signed(desk, picked, note)}
    _write(desk, case, "paused", note, {"reason": picked})
    return case


def resume_case(desk: Desk, case_id: int, note: str | None, version: int | None) -> Case:
    """Let a paused clock go on; what was left of the time is left again.

    Raises:
        NotFound, NotAllowed, Conflict: as for a move; also when it is not paused.
    """
    case = office_case(desk, case_id, version)
    if case.paused_at is None:
        raise Conflict(Message("该图斑未暂停计时。", "This case is not paused."), code="not-paused")
    case.due_at = due_after_pause(case, desk.calendar, desk.now)
    case.paused_at = None
    keep_planned_deadline(case, desk.settings.zone)
    due = case.due_at.isoformat() if case.due_at else None
    _write(desk, case, "resumed", note, {"due_at": due})
    return case


def void_case(desk: Desk, case_id: int, reason: str, note: str | None, version: int | None) -> Case:
    """Declare a case void; it stays with its history, and no longer counts.

    Raises:
        NotFound, NotAllowed, Conflict: as for a move.
        InvalidParameter: when the reason is not of the list.
    """
    case = office_case(desk, case_id, version)
    picked = _reason("void_reasons", reason)
    case.voided_at = desk.now
    case.facts = {**case.facts, VOID: _signed(desk, picked, note)}
    number = _write(desk, case, "voided", note, {"reason": picked})
    tell(desk, case, NoticeKind.VOIDED, number, {"reason": picked, "note": note})
    return case


def revive_case(desk: Desk, case_id: int, note: str | None, version: int | None) -> Case:
    """Take back that a case was declared void: it stands where it stood, and its clock goes on
    with the time that was left.

    Raises:
        NotFound, NotAllowed, Conflict: as for a move; also when no person declared it void.
        BadForm: when the note does not say why.
    """
    case = _case_of_office(desk, case_id)
    check_seen(case, desk.actor, version)
    if not voided_by_hand(case):
        raise Conflict(
            Message(
                "只有人工作废的图斑可以撤销作废；系统合并或撤回的编号不再恢复。",
                "Only what a person declared void comes back; numbers that were merged or"
                " withdrawn do not.",
            ),
            code="not-voided",
        )
    if not note:
        raise note_missing()
    case.paused_at = case.paused_at or case.voided_at
    case.due_at = due_after_pause(case, desk.calendar, desk.now)
    case.paused_at = case.voided_at = None
    keep_planned_deadline(case, desk.settings.zone)
    case.facts = {name: fact for name, fact in case.facts.items() if name != VOID}
    due = case.due_at.isoformat() if case.due_at else None
    number = _write(desk, case, "revived", note, {"due_at": due})
    tell(desk, case, NoticeKind.REOPENED, number, {"note": note})
    return case


def record_self_report(
    desk: Desk, case_id: int, reported_on: date, note: str, version: int | None
) -> Case:
    """Note that the village had reported this itself before the image showed it to the office.

    ``note`` says how: by whom, to whom. The rule table says what that does to the severity.

    Raises:
        NotFound, NotAllowed, Conflict: as for a move.
        InvalidParameter: when the day is not before the case was raised.
    """
    case = office_case(desk, case_id, version)
    raised_on = case.created_at.astimezone(desk.settings.zone).date()
    if reported_on >= raised_on:
        raise InvalidParameter(
            "reported_on",
            Message(
                f"自报日期须早于本图斑生成之日（{raised_on}）。",
                f"The report must be from before the day the case was raised ({raised_on}).",
            ),
        )
    add_modifier(case, Modifier.SELF_REPORTED, load_rule_table(desk.settings.screening.rules))
    told = {"reported_on": reported_on.isoformat(), "severity": case.severity}
    _write(desk, case, "self_reported", note, told)
    return case


def add_note(desk: Desk, case_id: int, note: str) -> Case:
    """Add a note to the history of a case; anybody who acts on cases and sees this one may.

    Whoever else answers for the case is told: a village asks for more time in this way.

    Raises:
        NotFound: when there is none, or it is not the actor's to see.
        NotAllowed: when the actor moves no cases.
    """
    require(desk.actor, Action.ACT_ON_CASES)
    case = lock_case(desk.session, desk.actor, case_id)
    entry = history.append(desk.session, case, actor=desk.actor, kind="noted", note=note)
    tell(desk, case, NoticeKind.NOTED, entry.number, {"note": note})
    return case


def office_case(desk: Desk, case_id: int, version: int | None) -> Case:
    """A case locked for a measure of the office.

    Raises:
        NotFound: when there is none, or it is not the actor's to see.
        NotAllowed: when the actor is not of the office.
        Conflict: when it is void, or was changed since the actor looked at it.
    """
    case = _case_of_office(desk, case_id)
    check_current(case, desk.actor, version)
    return case


def _case_of_office(desk: Desk, case_id: int) -> Case:
    require(desk.actor, Action.ACT_ON_CASES)
    case = lock_case(desk.session, desk.actor, case_id)
    if not Actor.OFFICE.includes(desk.actor, case):
        raise NotAllowed(
            Message("此项由专班办公室办理。", "This is up to the office."), code="not-yours"
        )
    return case


def _ended(case: Case) -> bool:
    return Status(case.status) in TERMINAL


def _reason(name: str, text: str) -> str:
    known = pick_list(name)
    picked = known.find(text)
    if picked is None:
        options = "、".join(label.zh for label in known.labels.values())
        raise InvalidParameter(
            "reason",
            Message(f"请从列表中选择：{options}", f"Choose one of: {', '.join(known.labels)}"),
            choices=list(known.labels),
        )
    return picked


def _signed(desk: Desk, reason: str, note: str | None) -> dict[str, object]:
    return {
        "reason": reason,
        "note": note,
        "by": desk.actor.username,
        "by_id": desk.actor.account_id,
        "at": desk.now.isoformat(),
    }


def _write(desk: Desk, case: Case, kind: str, note: str | None, data: dict[str, object]) -> int:
    """Write what was done to the history; returns the entry's number."""
    touch(case, desk.now)
    entry = history.append(desk.session, case, actor=desk.actor, kind=kind, note=note, data=data)
    return entry.number
