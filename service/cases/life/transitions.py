"""Making moves: found, allowed, filled in, their conditions met; then written in one piece."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from service.accounts.permissions import Action, require
from service.accounts.roles import SYSTEM, Principal
from service.cases.life.desk import Desk, lock_case
from service.cases.life.effects import recorded_facts
from service.cases.life.forms import BadForm, read_form
from service.cases.life.guards import GUARDS, Attempt
from service.cases.life.move_forms import VIOLATIONS
from service.cases.life.performing import Step, perform
from service.cases.life.states import Move, moves_from
from service.cases.models import Case
from service.cases.photos import photos_of
from service.cases.statuses import Status
from service.errors import Conflict, InvalidParameter, NotAllowed
from spatial.messages import Message
from spatial.rules.severity import GRAVEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants done. ``version``: the one they saw, to be refused when it is old."""

    to: str
    note: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None


def options_of(case: Case, actor: Principal) -> list[Move]:
    """The moves that somebody may attempt with a case now; none that its record rules out."""
    return [move for move in _ways(case) if _may(move, actor, case) and _suits(move, case)]


def make_move(desk: Desk, case_id: int, wish: Wish) -> Case:
    """Make the wished move; the case is locked until the transaction ends.

    Raises:
        NotFound: when there is no such case, or it is not the actor's to see.
        NotAllowed: when the move is others' to make.
        Conflict: when no such move leads out of the state, the version is old or a condition
            is not met; lists what is allowed or missing.
        BadForm: when fields are missing or cannot be used.
        InvalidParameter: when there is no such state.
    """
    require(desk.actor, Action.ACT_ON_CASES)
    case = lock_case(desk.session, desk.actor, case_id)
    step = checked(desk, case, wish)
    perform(desk, step)
    reason = _ground_for_escalation(desk, case, step.move)
    if reason is not None:
        escalate_by_itself(desk, case, reason)
    return case


def checked(desk: Desk, case: Case, wish: Wish) -> Step:
    """The wished move of a locked case, ready to be performed; nothing is changed yet.

    Raises:
        NotAllowed, Conflict, BadForm, InvalidParameter: as :func:`make_move`.
    """
    check_current(case, desk.actor, wish.version)
    move = _wished(case, desk.actor, wish)
    values = read_form(move.form, wish.fields)
    if move.note_required and not wish.note:
        raise note_missing()
    _check_guards(desk, case, move, values)
    return Step(case=case, move=move, values=values, note=wish.note)


def note_missing() -> BadForm:
    """The refusal of what has to be explained and was not."""
    return BadForm(
        Message("请在说明（note）中写明理由。", "Give the reason in the note."),
        fields=[{"field": "note", "detail": "请填写", "detail_en": "Fill in"}],
    )


def escalate_by_itself(desk: Desk, case: Case, reason: str) -> None:
    """Escalate a case for a reason of the pick list, unless it is escalated already or ended."""
    move = next((move for move in _ways(case) if move.target is Status.ESCALATED), None)
    if move is not None:
        step = Step(case=case, move=move, values={"reason": reason})
        perform(replace(desk, actor=SYSTEM), step)


def check_current(case: Case, actor: Principal, version: int | None) -> None:
    """Refuse a void case, and one that has changed since the actor looked at it.

    Raises:
        Conflict: saying which.
    """
    if case.voided_at is not None:
        raise Conflict(
            Message("该图斑已作废，不能再操作。", "This case is void."), code="voided", allowed=[]
        )
    check_seen(case, actor, version)


def check_seen(case: Case, actor: Principal, version: int | None) -> None:
    """Refuse a case that has changed since the actor looked at it.

    Raises:
        Conflict: saying so.
    """
    if version is not None and version != case.version:
        raise Conflict(
            Message(
                "该图斑刚被他人修改，请刷新后再操作。",
                "Somebody has just changed this case; look at it again.",
            ),
            code="stale",
            version=case.version,
            status_now=case.status,
            allowed=_allowed(case, actor),
        )


def _ground_for_escalation(desk: Desk, case: Case, move: Move) -> str | None:
    """Why the move just made has the case escalated, if it has. Only what a person has concluded
    is escalated for being gravest, and only once."""
    most = desk.settings.cases.returns_before_escalation
    if move.target is Status.RETURNED and case.facts["returns"] >= most:
        return "third_return"
    gravest = case.severity >= GRAVEST and case.conclusion in VIOLATIONS
    known = case.facts.get("escalation", {}).get("reason") == "severity_4"
    if move.target is Status.CONCLUDED and gravest and not known:
        return "severity_4"
    return None


def _ways(case: Case) -> list[Move]:
    if case.voided_at is not None:
        return []
    status = Status(case.status)
    origin = case.facts["escalation"]["from"] if status is Status.ESCALATED else None
    return list(moves_from(status, Status(origin) if origin else None))


def _may(move: Move, actor: Principal, case: Case) -> bool:
    return any(group.includes(actor, case) for group in move.actors)


def _suits(move: Move, case: Case) -> bool:
    return all(GUARDS[name].offered(case) for name in move.guards)


def _allowed(case: Case, actor: Principal) -> list[dict[str, str]]:
    return [
        {"to": move.target.value, "label": move.label.zh, "label_en": move.label.en}
        for move in options_of(case, actor)
    ]


def _wished(case: Case, actor: Principal, wish: Wish) -> Move:
    to = wish.to
    if to not in {status.value for status in Status}:
        raise InvalidParameter(
            "to",
            Message(f"没有状态 {to[:40]}。", f"There is no state {to[:40]}."),
            allowed=_allowed(case, actor),
        )
    ways = [move for move in _ways(case) if move.target.value == to]
    # An escalated case that was concluded: what is filled in changes that, a bare wish lifts it.
    ways.sort(key=lambda move: bool(move.form) != bool(wish.fields))
    move = next(iter(ways), None)
    if move is None:
        now, wanted = Status(case.status).label, Status(to).label
        raise Conflict(
            Message(
                f"图斑现为“{now.zh}”，不能直接变为“{wanted.zh}”。",
                f"The case is in '{now.en}' and cannot go to '{wanted.en}' from there.",
            ),
            code="not-from-here",
            status_now=case.status,
            allowed=_allowed(case, actor),
        )
    if not _may(move, actor, case):
        who = "、".join(sorted(group.value.zh for group in move.actors))
        who_en = ", ".join(sorted(group.value.en for group in move.actors))
        raise NotAllowed(
            Message(f"“{move.label.zh}”由{who}办理。", f"'{move.label.en}' is up to: {who_en}."),
            code="not-yours",
            allowed=_allowed(case, actor),
        )
    return move


def _check_guards(desk: Desk, case: Case, move: Move, values: Mapping[str, Any]) -> None:
    attempt = Attempt(
        case=case,
        actor=desk.actor,
        values=values,
        recorded=recorded_facts(case, move, values, desk.actor, desk.now),
        photos=photos_of(desk.session, case) if _looks_at_photos(move) else (),
        now=desk.now,
        zone=desk.settings.zone,
        settings=desk.settings.cases,
    )
    unmet = [(name, GUARDS[name].says) for name in move.guards if not GUARDS[name].holds(attempt)]
    if unmet:
        raise Conflict(
            Message("".join(says.zh for _, says in unmet), " ".join(says.en for _, says in unmet)),
            code="guard-failed",
            unmet=_told(unmet),
            status_now=case.status,
            allowed=_allowed(case, desk.actor),
        )


def _looks_at_photos(move: Move) -> bool:
    return any(GUARDS[name].photos for name in move.guards)


def _told(unmet: Sequence[tuple[str, Message]]) -> list[dict[str, str]]:
    return [{"guard": name, "detail": says.zh, "detail_en": says.en} for name, says in unmet]
