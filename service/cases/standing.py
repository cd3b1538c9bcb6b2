"""How far people have come with a case, and so what a machine may still change of it."""

from __future__ import annotations

from enum import Enum

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


def standing_of(status: str, *, is_part: bool) -> Standing:
    """Where a case stands.

    ``is_part``: whether it came of a split; its ground was drawn by people and no run may
    redraw it.
    """
    state = Status(status)
    if state in TERMINAL:
        return Standing.CLOSED
    if state in CONCLUDED_OR_LATER or is_part:
        return Standing.SETTLED
    if state in HELD_BY_SYSTEM or state is Status.VILLAGE_CHECK:
        return Standing.UNTOUCHED
    return Standing.WORKED
