"""The clock: reminds, tells what is overdue, escalates. Safe to run at any time and twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from procrastinate import JobContext
from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from service import clock
from service.accounts.roles import SYSTEM
from service.alerts.kinds import NoticeKind
from service.alerts.models import Notice
from service.alerts.outbox import Announcement, announce_all
from service.cases import history
from service.cases.changing import case_facts
from service.cases.deadlines import farthest_reminder, is_due_soon
from service.cases.desk import Desk, tell, touch
from service.cases.filters import is_open
from service.cases.models import Case
from service.cases.statuses import Status
from service.cases.transitions import escalate_by_itself
from service.evidence.uploads import forget_unfinished
from service.jobs import queue, runtime_of
from service.settings import Settings

TICK_LOCK = 0x7469636B


@dataclass(slots=True)
class Ticked:
    """What one tick did."""

    due_soon: int = 0
    overdue: int = 0
    escalated: int = 0


@queue.periodic(cron="*/10 * * * *")
@queue.task(name="cases.tick", pass_context=True)
def tick_job(context: JobContext, timestamp: int) -> None:
    """Look at every deadline, every ten minutes."""
    runtime = runtime_of(context)
    with runtime.database.transaction() as session:
        tick(session, runtime.settings, clock.now())
    forget_unfinished(runtime.settings)


def tick(session: Session, settings: Settings, now: datetime) -> Ticked:
    """Remind of what is due soon, tell what is overdue, escalate what has been so for long.

    Everything is done once for a deadline: a tick that is late makes up for those before it,
    one that runs twice, or after the clock was set back, does nothing again.
    """
    session.execute(select(func.pg_advisory_xact_lock(TICK_LOCK)))
    desk = Desk(session=session, settings=settings, actor=SYSTEM, now=now)
    waiting = _waiting(session, now + farthest_reminder(settings.cases))
    soon = [case for case in waiting if is_due_soon(case, settings.cases, desk.calendar, now)]
    late = [case for case in waiting if case.due_at is not None and case.due_at < now]
    return Ticked(
        due_soon=_announce_once(session, NoticeKind.DUE_SOON, soon),
        overdue=_announce_once(session, NoticeKind.OVERDUE, late),
        escalated=sum(_escalate(desk, case) for case in late),
    )


def _waiting(session: Session, until: datetime) -> Sequence[Case]:
    """Open cases with a running clock that are due before ``until``, locked in order."""
    statement = (
        select(Case)
        .where(
            is_open(),
            Case.voided_at.is_(None),
            Case.paused_at.is_(None),
            Case.due_at < until,
        )
        .order_by(Case.id)
        .options(defer(Case.geom))
        .with_for_update()
    )
    return session.scalars(statement, execution_options={"populate_existing": True}).all()


def _announce_once(session: Session, kind: NoticeKind, cases: Sequence[Case]) -> int:
    """Announce what was not announced for this deadline yet, and note it in the histories."""
    keys = {f"{kind}:{case.id}:{case.due_at:%Y-%m-%dT%H:%M}": case for case in cases}
    known = set(_known_keys(session, list(keys)))
    fresh = {key: case for key, case in keys.items() if key not in known}
    history.append_many(
        session,
        [
            history.Entry(
                case_id=case.id,
                actor=SYSTEM,
                kind=kind.value,
                data={"due_at": case.due_at.isoformat() if case.due_at else None},
            )
            for case in fresh.values()
        ],
    )
    announce_all(
        session,
        [Announcement(kind=kind, case=case_facts(case), key=key) for key, case in fresh.items()],
    )
    return len(fresh)


def _known_keys(session: Session, keys: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(keys), 1000):
        some = keys[start : start + 1000]
        yield from session.scalars(select(Notice.key).where(Notice.key.in_(some)))


def _escalate(desk: Desk, case: Case) -> bool:
    """Escalate by how long the case is overdue; whether anything changed."""
    if case.due_at is None:
        return False
    overdue, limits = desk.now - case.due_at, desk.settings.cases
    changed = False
    if overdue >= timedelta(days=limits.escalate_days) and _level(case) < 1:
        escalate_by_itself(desk, case, "overdue_15")
        changed = True
    is_escalated = case.status == Status.ESCALATED.value
    longer = overdue >= timedelta(days=limits.escalate_again_days)
    if is_escalated and longer and _level(case) == 1:
        _escalate_again(desk, case)
        changed = True
    return changed


def _level(case: Case) -> int:
    """How far a case was escalated for the present deadline, also when that was lifted since."""
    escalation = case.facts.get("escalation", {})
    deadline = case.due_at.isoformat() if case.due_at else None
    return int(escalation["level"]) if escalation.get("deadline") == deadline else 0


def _escalate_again(desk: Desk, case: Case) -> None:
    case.facts = {**case.facts, "escalation": {**case.facts["escalation"], "level": 2}}
    touch(case, desk.now)
    event = history.append(
        desk.session, case, actor=SYSTEM, kind="escalated_again", data={"level": 2}
    )
    tell(desk, case, NoticeKind.ESCALATED, event.number, {"level": 2})
