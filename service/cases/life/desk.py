"""The desk at which a case is worked: who acts, when, and how a change is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, literal, select
from sqlalchemy.orm import Session, defer

from service import clock
from service.accounts.roles import Principal
from service.alerts.kinds import NoticeKind
from service.alerts.outbox import Announcement, announce_all
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
    case = lock_cases(session, actor, [case_id]).get(case_id)
    if case is None:
        raise NotFound(NO_CASE)
    return case


def lock_cases(session: Session, actor: Principal, case_ids: Sequence[int]) -> dict[int, Case]:
    """By their ids, those of the cases that the actor may see, locked until the transaction ends.

    They are locked in order, so that two who want the same ones never wait in a circle.
    """
    chosen = Case.id == any_(literal(list(case_ids), ARRAY(BigInteger)))
    statement = select(Case).where(chosen, seen_by(actor)).order_by(Case.id).with_for_update()
    statement = statement.options(defer(Case.geom))
    found = session.scalars(statement, execution_options={"populate_existing": True})
    return {case.id: case for case in found}


def touch(case: Case, now: datetime) -> None:
    """Mark a case as changed, so that whoever saw it before gets a conflict."""
    case.version += 1
    case.updated_at = now


def tell(desk: Desk, case: Case, kind: NoticeKind, number: int, detail: Mapping[str, Any]) -> None:
    """Announce what the history's entry ``number`` did, once."""
    announce_all(desk.session, [announcement(desk, case, kind, number, detail)])


def announcement(
    desk: Desk, case: Case, kind: NoticeKind, number: int, detail: Mapping[str, Any]
) -> Announcement:
    """What is announced of the history's entry ``number``."""
    return Announcement(
        kind=kind,
        case=case_facts(case),
        key=f"{kind}:{case.id}:{number}",
        detail={"by": desk.actor.username, **detail},
    )
