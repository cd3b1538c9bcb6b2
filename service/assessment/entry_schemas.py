"""What people send and get when they enter values and decide on flags."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints

from service.assessment.facts import Decision, Entered
from service.assessment.models import AssessmentEntry, VetoDecision
from service.bodies import RequestBody
from service.text import TEXT

Text = Annotated[str, StringConstraints(max_length=500, pattern=TEXT)]
Reason = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500, strip_whitespace=True, pattern=TEXT),
]


class EntryWish(RequestBody):
    """A value to enter; null takes the earlier one back. Without a quarter it is the year's."""

    value: float | None = Field(allow_inf_nan=False)
    note: Text = ""
    quarter: int | None = Field(None, ge=1, le=4)


class VetoWish(RequestBody):
    """The leader's decision on a flag."""

    confirmed: bool
    reason: Reason


class EntryAnswer(BaseModel):
    """What was entered, by whom and when."""

    value: float | None
    note: str
    by: str
    at: datetime

    @classmethod
    def of(cls, entered: Entered) -> Self:
        """The value that counts."""
        return cls(value=entered.value, note=entered.note, by=entered.by, at=entered.at)


class KeptEntry(EntryAnswer):
    """One entry of the history."""

    item: str
    quarter: int | None

    @classmethod
    def of_row(cls, row: AssessmentEntry) -> Self:
        """As kept."""
        return cls(
            item=row.item,
            quarter=row.quarter,
            value=row.value,
            note=row.note,
            by=row.entered_by,
            at=row.entered_at,
        )


class EntryHistory(BaseModel):
    """Everything that was entered, the latest first."""

    items: list[KeptEntry]


class DecisionAnswer(BaseModel):
    """What was decided of a flag, by whom and when."""

    confirmed: bool
    reason: str
    by: str
    at: datetime

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """The latest."""
        return cls(
            confirmed=decision.confirmed, reason=decision.reason, by=decision.by, at=decision.at
        )

    @classmethod
    def of_row(cls, row: VetoDecision) -> Self:
        """As kept."""
        return cls(confirmed=row.confirmed, reason=row.reason, by=row.decided_by, at=row.decided_at)
