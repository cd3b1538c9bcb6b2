"""The desk at which a case is worked: who acts, when, and how a change is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from service import clock
from service.accounts.roles import Principal
from service.alerts.kinds import NoticeKind
from service.alerts.outbox import announce
from service.cases.announcing import case_facts
from service.cases.filters import seen_by
from service.cases.models import Case
from service.cases.queries import NO_CASE
from service.errors import NotFound
from service.settings import Settings
from service.workdays import WorkCalendar, load_calendar


@dataclass(kw_only=True)
class Desk:
    """What every move needs at hand, of one transaction."""

    session: Session
    settings: Settings
    actor: Principal
    now: datetime = field(default_factory=clock.now)

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The working days, read once."""
        return load_calendar(self.session, self.settings.zone)


def lock_case(session: Session, actor: Principal, case_id: int) -> Case:
    """A case the actor may see, locked until the transaction ends.

    Raises:
        NotFound: when there is none, or it is not the actor's to see.
    """
    statement = select(Case).where(Case.id == case_id, seen_by(actor)).with_for_update()
    statement = statement.options(defer(Case.geom))
    case = session.scalar(statement, execution_options={"populate_existing": True})
    if case is None:
        raise NotFound(NO_CASE)
    return case


def touch(case: Case, now: datetime) -> None:
    """Mark a case as changed, so that whoever saw it before gets a conflict."""
    case.version += 1
    case.updated_at = now


def tell(desk: Desk, case: Case, kind: NoticeKind, number: int, detail: Mapping[str, Any]) -> None:
    """Announce what the history's entry ``number`` did, once."""
    announce(
        desk.session,
        kind=kind,
        case=case_facts(case),
        key=f"{kind}:{case.id}:{number}",
        detail={"by": desk.actor.username, **detail},
    )
