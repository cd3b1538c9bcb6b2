"""How long deadlines were missed, told by a case's history.

Every move writes the deadline it leaves behind, so that each stretch between two entries has a
state and a deadline. Days are calendar days in the service's time zone: a deadline is the end of
its day, what comes on the next is one day late.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from service.cases.life.recounting import MOVED
from service.cases.life.states import MOVES, Due
from service.cases.statuses import Status

RESUMING = frozenset(
    {"resumed", "revived", *(move.name for move in MOVES if move.due is not Due.KEEP)}
)
"""Entries after which a paused clock runs again: what keeps the deadline keeps the pause, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an entry of a history says of deadlines. ``tells_due``: whether it names one at all."""

    at: datetime
    kind: str
    to_status: str | None
    tells_due: bool
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """A deadline missed in a state: ``since`` is when that state began, ``ended_at`` when it was
    left (None: not yet)."""

    phase: Status
    due_at: datetime
    since: datetime
    ended_at: datetime | None

    def days(self, zone: ZoneInfo, now: datetime) -> int:
        """Days late in this state alone; states before it that were late have their own."""
        return self._days_from(max(self.due_at, self.since), zone, now)

    def days_after_due(self, zone: ZoneInfo, now: datetime) -> int:
        """Days from the deadline on, whoever had it before."""
        return self._days_from(self.due_at, zone, now)

    def _days_from(self, start: datetime, zone: ZoneInfo, now: datetime) -> int:
        end = (self.ended_at or now).astimezone(zone).date()
        return max((end - start.astimezone(zone).date()).days, 0)


@dataclass(slots=True)
class _Reading:
    """Where a history stands while it is read."""

    phase: Status
    since: datetime
    due_at: datetime | None = None
    paused_at: datetime | None = None

    def missed(self, moment: datetime, *, still: bool = False) -> list[Delay]:
        """The present deadline if it is missed at a moment. ``still``: the state goes on."""
        end = min(moment, self.paused_at) if self.paused_at else moment
        if self.due_at is None or end <= self.due_at:
            return []
        goes_on = still and self.paused_at is None
        ended_at = None if goes_on else end
        return [Delay(phase=self.phase, due_at=self.due_at, since=self.since, ended_at=ended_at)]

    def follow(self, entry: Entry) -> None:
        """Go on to what an entry says."""
        # An escalation sets a case apart; the state it came from goes on.
        if entry.to_status and entry.to_status != Status.ESCALATED.value:
            self.phase = Status(entry.to_status)
        if entry.tells_due:
            self.due_at = entry.due_at
        if entry.kind in ("paused", "voided"):
            self.paused_at = self.paused_at or entry.at
        elif entry.kind in RESUMING:
            self.paused_at = None


def find_delays(entries: Iterable[Entry], *, ended: bool, now: datetime) -> list[Delay]:
    """Every deadline that a case missed, in order. ``ended``: whether nothing is owed any more."""
    found: list[Delay] = []
    reading: _Reading | None = None
    for entry in entries:
        reading = reading or _Reading(Status.SCREENED, entry.at)
        before = replace(reading)
        reading.follow(entry)
        if entry.kind == MOVED:
            # Days off that were declared later were never working days of this deadline.
            continue
        if reading.due_at == before.due_at and reading.phase is before.phase:
            continue
        reading.since = entry.at
        found += before.missed(entry.at)
    if reading is not None and not ended:
        found += reading.missed(now, still=True)
    return found
