"""Cases that are void: declared so by a person, or withdrawn or merged by the product."""

from __future__ import annotations

from service.cases.models import Case

VOID = "void"
"""What a case's facts keep of who declared it void, and why."""


def voided_by_hand(case: Case) -> bool:
    """Whether a person declared the case void and nobody has taken that back."""
    return case.voided_at is not None and VOID in case.facts
