"""Rates: each case that counts in one, what was achieved of it, and of how much."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from service.assessment.facts import AssessedCase
from service.assessment.parts import RateName
from service.assessment.question import Question, days_overdue

Counted = tuple[AssessedCase, float, float]
"""A case, what was achieved of it, and of how much."""


def _checks(question: Question) -> Iterator[Counted]:
    for case in question.subject.cases:
        if question.window.holds(case.check_due_at):
            yield case, float(case.checked_in_time), 1.0


def _rectified(question: Question) -> Iterator[Counted]:
    for case in question.violations:
        done = min(case.rectified_mu, case.area_mu) if case.put_right else 0.0
        yield case, done, case.area_mu


def _written_off(question: Question) -> Iterator[Counted]:
    for case in question.violations:
        yield case, float(case.put_right), 1.0


def _ended_in_time(question: Question) -> Iterator[Counted]:
    for case in question.subject.cases:
        late = bool(days_overdue(case, question))
        if late or question.window.holds(case.closed_at):
            yield case, float(case.ended and not late), 1.0


def _concluded(question: Question) -> Sequence[AssessedCase]:
    return [case for case in question.subject.cases if question.window.holds(case.concluded_at)]


def _not_returned(question: Question) -> Iterator[Counted]:
    return ((case, float(not case.returned), 1.0) for case in _concluded(question))


def _not_reopened(question: Question) -> Iterator[Counted]:
    return ((case, float(not case.reopened), 1.0) for case in _concluded(question))


RATES: Mapping[RateName, Callable[[Question], Iterator[Counted]]] = {
    "checks": _checks,
    "rectified_mu": _rectified,
    "written_off": _written_off,
    "ended_in_time": _ended_in_time,
    "not_returned": _not_returned,
    "not_reopened": _not_reopened,
}
