"""What a run changes, collected: history entries and announcements, written at the end at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service import clock
from service.accounts.roles import Principal
from service.alerts.kinds import NoticeKind
from service.alerts.outbox import Announcement, CaseFacts
from service.cases.history import Entry
from service.findings.runs import RunFacts
from service.workdays import WorkCalendar, load_calendar
from spatial.rules import RuleTable


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why a run was made, for the histories of the cases it changes."""

    run: RunFacts
    actor: Principal
    reason: str
    """import, base-changed or by-hand."""
    sentence: str
    """The same for people, Chinese: 导入批次 3."""
    detail: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def data(self) -> dict[str, Any]:
        """As a history entry carries it."""
        return {"reason": self.reason, "run_id": str(self.run.id), **self.detail}


class WorkingDays:
    """Due dates; a batch asks for the same few again and again."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.calendar = calendar
        self._known: dict[tuple[datetime, int], datetime] = {}

    @classmethod
    def load(cls, session: Session, zone: ZoneInfo) -> WorkingDays:
        """With the office's own corrections of the calendar."""
        return cls(load_calendar(session, zone))

    def due(self, start: datetime, workdays: int | None) -> datetime | None:
        """The end of the period that begins at ``start``; None when the rule sets none."""
        if workdays is None:
            return None
        key = (start, workdays)
        if key not in self._known:
            self._known[key] = self.calendar.after_workdays(start, workdays)
        return self._known[key]

    def year_of(self, moment: datetime) -> int:
        """The calendar year of a moment where the office is."""
        return moment.astimezone(self.calendar.zone).year


@dataclass(kw_only=True)
class Changes:
    """Collects what is to be written beside the cases themselves."""

    cause: Cause
    days: WorkingDays
    table: RuleTable
    entries: list[Entry] = field(default_factory=list)
    announcements: list[Announcement] = field(default_factory=list)

    @cached_property
    def now(self) -> datetime:
        """One moment for everything that a run changes."""
        return clock.now()

    def record(
        self,
        case_id: int,
        kind: str,
        note: str,
        data: Mapping[str, Any],
        *,
        from_status: str | None = None,
        to_status: str | None = None,
    ) -> None:
        """Add an entry to a case's history."""
        self.entries.append(
            Entry(
                case_id=case_id,
                actor=self.cause.actor,
                kind=kind,
                note=note,
                data={**self.cause.data, **data},
                from_status=from_status,
                to_status=to_status,
            )
        )

    def announce(
        self,
        kind: NoticeKind,
        case: CaseFacts,
        detail: Mapping[str, Any],
        *,
        once_for: object | None = None,
    ) -> None:
        """Tell of a case: once at all, or once for what ``once_for`` names, such as a run."""
        key = f"{kind}:{case.case_id}" + (f":{once_for}" if once_for else "")
        self.announcements.append(Announcement(kind=kind, case=case, key=key, detail=detail))
