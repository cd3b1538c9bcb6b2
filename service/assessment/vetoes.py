"""Grounds of 一票否决 that the records show. The system flags; only a person decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from service.assessment.facts import AssessedCase, Decision, Subject, Window
from service.assessment.rules import AssessmentRules, DelayVeto, Veto, Vetoes, ViolationVeto
from spatial.messages import Message

CONCEALMENT = "concealment"
SUPERVISION = "district_supervision"


class FlagState(StrEnum):
    """What a person made of a flag."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A ground that the records show, with the cases behind it and what was decided.

    ``evidence`` names what it rests on: a dismissal holds for what was known then, and what
    comes afterwards asks again.
    """

    code: str
    veto: Veto
    reason: Message
    cases: tuple[AssessedCase, ...]
    evidence: frozenset[str]
    decision: Decision | None

    @property
    def state(self) -> FlagState:
        """Confirmed stays; a dismissal only while nothing new has come up."""
        if self.decision is None:
            return FlagState.PENDING
        if self.decision.confirmed:
            return FlagState.CONFIRMED
        known = self.evidence <= self.decision.evidence
        return FlagState.DISMISSED if known else FlagState.PENDING

    @property
    def decisive(self) -> bool:
        """Whether it forces the lowest band."""
        return self.state is FlagState.CONFIRMED and not self.veto.advisory


def find_flags(subject: Subject, window: Window, rules: AssessmentRules) -> list[Flag]:
    """Every ground that a village's records show in a window, in the order of the rules."""
    vetoes = rules.vetoes
    cases = {
        "permanent_not_stopped": tuple(_not_stopped(subject, window, vetoes.permanent_not_stopped)),
        CONCEALMENT: tuple(case for case in subject.cases if window.holds(case.fraud_suspected_at)),
        "gravest": tuple(_gravest(subject, window, vetoes)),
        "overdue_or_rebound": tuple(_overdue(subject, window, vetoes.overdue_or_rebound)),
    }
    flags = []
    for code, veto in vetoes.named().items():
        found = cases.get(code, ())
        told = _told(code, subject, found, vetoes)
        if told is not None:
            reason, evidence = told
            decision = subject.decisions.get(code)
            flags.append(
                Flag(
                    code=code,
                    veto=veto,
                    reason=reason,
                    cases=found,
                    evidence=evidence,
                    decision=decision,
                )
            )
    return flags


def confirmed_concealments(subject: Subject) -> frozenset[int]:
    """The cases that the leader has confirmed to have been concealed."""
    decision = subject.decisions.get(CONCEALMENT)
    if decision is None or not decision.confirmed:
        return frozenset()
    return frozenset(
        case.id
        for case in subject.cases
        if case.fraud_suspected_at and _named(case) in decision.evidence
    )


def _told(
    code: str, subject: Subject, cases: tuple[AssessedCase, ...], vetoes: Vetoes
) -> tuple[Message, frozenset[str]] | None:
    """Why a ground is flagged and what it rests on; None when it is not."""
    if code == SUPERVISION:
        entered = subject.entered.get(SUPERVISION)
        if entered is None or not entered.value:
            return None
        times = f"{entered.value:g}"
        note = Message(f"录入 {times} 次：{entered.note}", f"{times} times entered: {entered.note}")
        return note, frozenset({f"entry:{entered.id}"})
    if code == "illegal_share":
        share, limit = subject.illegal_share, vetoes.illegal_share.share
        if share is None or share < limit:
            return None
        return Message(f"{share:.1%}，上限 {limit:.0%}", f"{share:.1%}, limit {limit:.0%}"), (
            frozenset({"share"})
        )
    if not cases:
        return None
    reason = Message(f"{len(cases)} 件", f"{len(cases)} cases")
    return reason, frozenset(_named(case) for case in cases)


def _named(case: AssessedCase) -> str:
    return f"case:{case.id}"


def _not_stopped(subject: Subject, window: Window, veto: ViolationVeto) -> Iterator[AssessedCase]:
    for case in subject.cases:
        counts = case.conclusion in veto.conclusions and window.holds(case.concluded_at)
        taken = case.permanent_mu > 0 and case.change_group in veto.change_groups
        if counts and taken and not case.stopped and not case.put_right:
            yield case


def _gravest(subject: Subject, window: Window, vetoes: Vetoes) -> Iterator[AssessedCase]:
    for case in subject.cases:
        grave = case.violation and case.severity >= vetoes.gravest.severity
        if window.holds(case.concluded_at) and (grave or case.criminal):
            yield case


def _overdue(subject: Subject, window: Window, veto: DelayVeto) -> Iterator[AssessedCase]:
    for case in subject.cases:
        late = any(
            delay.phase in veto.phases
            and delay.due_at < window.end
            and delay.days_after_due(window.zone, window.now) > veto.days
            for delay in case.delays
        )
        rebound = case.rebound and case.violation and window.holds(case.concluded_at)
        if late or rebound:
            yield case
