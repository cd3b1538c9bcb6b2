"""What every part is scored by, and what several of them count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.assessment.facts import AssessedCase, Subject, Window
from service.assessment.rules import AssessmentRules
from service.cases.statuses import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What every part is scored by."""

    subject: Subject
    window: Window
    rules: AssessmentRules
    phases: frozenset[Status]

    @property
    def violations(self) -> Iterator[AssessedCase]:
        """Concluded violations whose day of conclusion lies in the window."""
        return (
            case
            for case in self.subject.cases
            if case.violation and self.window.holds(case.concluded_at)
        )


def days_overdue(case: AssessedCase, question: Question) -> int:
    """Days by which deadlines that fell due in the window were missed, in the states that count."""
    window = question.window
    return sum(
        delay.days(window.zone, window.now)
        for delay in case.delays
        if delay.phase in question.phases and window.holds(delay.due_at)
    )
