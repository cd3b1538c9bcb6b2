"""How far people have come with a case, and so what a machine may still change of it."""

from __future__ import annotations

from enum import Enum

from service.cases.life.deadlines import working_state
from service.cases.models import Case
from service.cases.statuses import CONCLUDED_OR_LATER, TERMINAL, Status

HELD_BY_SYSTEM = frozenset({Status.SCREENED, Status.PENDING_ASSIGNMENT})
"""States that only the product has put a case in: severity decides which of the two."""


class Standing(Enum):
    """What new sightings and new runs may do to a case."""

    UNTOUCHED = "untouched"
    """Nobody has begun: everything may change; it may be merged or withdrawn."""
    WORKED = "worked"
    """People are at work: what is suspected may change, the case stays."""
    SETTLED = "settled"
    """A person has concluded: sightings join, what is suspected stays as it was answered."""
    CLOSED = "closed"
    """Nothing is owed: another sighting of the ground is a recurrence."""


def standing_of(case: Case) -> Standing:
    """Where a case stands; an escalated one stands where it was when it was escalated.

    The ground of a part of a split was drawn by people, so that no run may redraw it. A case
    that was concluded once and reopened has been worked on, whatever its state.
    """
    if Status(case.status) in TERMINAL:
        return Standing.CLOSED
    state = Status(working_state(case))
    if state in CONCLUDED_OR_LATER or case.parent_id is not None:
        return Standing.SETTLED
    begun = case.conclusion is not None or case.status == Status.ESCALATED.value
    if not begun and (state in HELD_BY_SYSTEM or state is Status.VILLAGE_CHECK):
        return Standing.UNTOUCHED
    return Standing.WORKED
