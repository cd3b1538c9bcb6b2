"""The one table of a case's moves: from where to where, by whom, on what conditions.

``STATES.md`` is drawn from it (``service.cases.life.diagram``); pages learn from it what to offer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from service.alerts.kinds import NoticeKind
from service.cases.life import move_forms as forms
from service.cases.life.actors import Actor
from service.cases.life.forms import Field
from service.cases.statuses import TERMINAL, Status
from spatial.messages import Message


class Due(Enum):
    """What a move does to the date something is due."""

    KEEP = "keep"
    NONE = "none"
    VERIFY = "verify"
    """The rule's working days for the village."""
    REVIEW = "review"
    """The office's working days for a review."""
    RECTIFY = "rectify"
    """The plan's deadline, or the rule's calendar days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One row of the table.

    ``guards`` are names of ``service.cases.life.guards``; ``records`` names what the filled form
    is kept under in the case's facts.
    """

    name: str
    source: Status
    target: Status
    actors: frozenset[Actor]
    label: Message
    form: tuple[Field, ...] = ()
    records: str | None = None
    guards: tuple[str, ...] = ()
    note_required: bool = False
    due: Due = Due.NONE
    notice: NoticeKind | None = None


def _move(
    name: str,
    source: Status,
    target: Status,
    actors: str,
    zh: str,
    en: str,
    *,
    form: tuple[Field, ...] = (),
    records: str | None = None,
    guards: str = "",
    note_required: bool = False,
    due: Due = Due.NONE,
    notice: NoticeKind | None = None,
) -> Move:
    return Move(
        name=name,
        source=source,
        target=target,
        actors=frozenset(Actor[word] for word in actors.split()),
        label=Message(zh, en),
        form=form,
        records=records,
        guards=tuple(guards.split()),
        note_required=note_required,
        due=due,
        notice=notice,
    )


S, N = Status, NoticeKind
OPEN = tuple(status for status in Status if status not in TERMINAL)
ESCALATABLE = tuple(status for status in OPEN if status is not S.ESCALATED)

MOVES: tuple[Move, ...] = (
    _move("sample", S.SCREENED, S.PENDING_ASSIGNMENT, "OFFICE", "抽查核实", "pick for a check",
          due=Due.VERIFY),
    _move("dispatch", S.PENDING_ASSIGNMENT, S.VILLAGE_CHECK, "OFFICE", "分派到村",
          "dispatch to the village", form=forms.DISPATCH, records="dispatch", guards="due_ahead",
          due=Due.VERIFY, notice=N.ASSIGNED),
    _move("start_check", S.VILLAGE_CHECK, S.EVIDENCE, "VILLAGE_PEOPLE", "开始现场核查",
          "begin the check on site", form=forms.START_CHECK, records="check", due=Due.KEEP),
    _move("submit", S.EVIDENCE, S.OFFICE_REVIEW, "SECRETARY", "提交审核", "submit for review",
          form=forms.SUBMIT, records="submission", guards="two_photos_near", due=Due.REVIEW,
          notice=N.ASSIGNED),
    _move("return", S.OFFICE_REVIEW, S.RETURNED, "OFFICE DUTY_DEPARTMENT", "退回补充",
          "return for more", form=forms.RETURN, records="return", due=Due.VERIFY,
          notice=N.RETURNED),
    _move("supplement", S.RETURNED, S.EVIDENCE, "VILLAGE_PEOPLE", "补充举证",
          "gather more evidence", due=Due.KEEP),
    _move("conclude", S.OFFICE_REVIEW, S.CONCLUDED, "OFFICE LEAD_DEPARTMENT", "认定", "conclude",
          form=forms.CONCLUDE, records="conclusion",
          guards="confirmed_by_office document_when_legal areas_nest", notice=N.CONCLUDED),
    _move("amend_conclusion", S.CONCLUDED, S.CONCLUDED, "OFFICE", "变更认定",
          "change the conclusion", form=forms.CONCLUDE, records="conclusion",
          guards="confirmed_by_office document_when_legal areas_nest",
          note_required=True, notice=N.CONCLUDED),
    _move("close", S.CONCLUDED, S.CLOSED_NO_VIOLATION, "OFFICE LEAD_DEPARTMENT", "结案",
          "close, no violation", guards="no_violation", notice=N.CLOSED),
    _move("plan", S.CONCLUDED, S.RECTIFYING, "OFFICE", "下达整改", "order rectification",
          form=forms.PLAN, records="plan", guards="violation deadline_ahead", due=Due.RECTIFY,
          notice=N.ASSIGNED),
    _move("transfer", S.CONCLUDED, S.TRANSFERRED, "OFFICE", "移送区规资/上级", "transfer",
          form=forms.TRANSFER, records="transfer", notice=N.TRANSFERRED),
    _move("enforce", S.RECTIFYING, S.ENFORCEMENT, "OFFICE", "移送综合执法", "to law enforcement",
          form=forms.ENFORCE, records="enforcement", guards="overdue_or_refused", due=Due.KEEP,
          notice=N.ASSIGNED),
    _move("report_rectified", S.RECTIFYING, S.ACCEPTANCE, "SECRETARY", "报请验收",
          "report as rectified", form=forms.REPORT_RECTIFIED, records="rectification",
          guards="photo_after areas_add_up approval_when_regularised", due=Due.REVIEW,
          notice=N.ASSIGNED),
    _move("report_enforced", S.ENFORCEMENT, S.ACCEPTANCE, "LAW_ENFORCEMENT", "执法完毕报请验收",
          "report as enforced", form=forms.REPORT_RECTIFIED, records="rectification",
          guards="photo_after areas_add_up approval_when_regularised", due=Due.REVIEW,
          notice=N.ASSIGNED),
    _move("accept", S.ACCEPTANCE, S.CLOSED_RECTIFIED, "OFFICE INSPECTING_DEPARTMENT", "验收销号",
          "accept and close", form=forms.ACCEPT, records="acceptance",
          guards="another_person nothing_remains areas_add_up", notice=N.CLOSED),
    _move("reject", S.ACCEPTANCE, S.RECTIFYING, "OFFICE INSPECTING_DEPARTMENT", "验收不通过",
          "send back to rectify", form=forms.REJECT, records="rejection", due=Due.RECTIFY,
          notice=N.RETURNED),
    _move("reopen", S.CLOSED_RECTIFIED, S.REOPENED, "OFFICE", "重开", "reopen",
          form=forms.REOPEN, records="reopening", note_required=True, due=Due.REVIEW,
          notice=N.REOPENED),
    _move("reopen", S.CLOSED_NO_VIOLATION, S.REOPENED, "OFFICE", "重开", "reopen",
          form=forms.REOPEN, records="reopening", note_required=True, due=Due.REVIEW,
          notice=N.REOPENED),
    _move("check_again", S.REOPENED, S.VILLAGE_CHECK, "OFFICE", "重新分派到村",
          "dispatch to the village again", form=forms.DISPATCH, records="dispatch",
          guards="due_ahead", due=Due.VERIFY, notice=N.ASSIGNED),
    _move("review_again", S.REOPENED, S.OFFICE_REVIEW, "OFFICE", "重新审核", "review again",
          due=Due.REVIEW),
    *(
        _move("escalate", source, S.ESCALATED, "SYSTEM LEADER", "挂牌督办", "escalate",
              form=forms.ESCALATE, records="escalation", due=Due.KEEP, notice=N.ESCALATED)
        for source in ESCALATABLE
    ),
    *(
        _move("de_escalate", S.ESCALATED, target, "LEADER OFFICE", "解除督办",
              "lift the escalation", note_required=True, due=Due.KEEP)
        for target in ESCALATABLE
    ),
)  # fmt: skip
"""Escalation sets a case apart but does not stop its work: the moves of the state it came from go
on and leave it ``escalated``, with its facts saying where its work stands, until nothing is owed
any more or somebody lifts it, which leads to where its work stands by then."""


def moves_from(status: Status, escalated_from: Status | None = None) -> Iterator[Move]:
    """The rows that lead out of a state; ``escalated_from``: where an escalated case's work
    stands."""
    if status is not Status.ESCALATED:
        yield from (move for move in MOVES if move.source is status)
        return
    for move in MOVES:
        lifts = move.source is Status.ESCALATED and move.target is escalated_from
        goes_on = move.source is escalated_from and move.target is not Status.ESCALATED
        if lifts or goes_on:
            yield move
