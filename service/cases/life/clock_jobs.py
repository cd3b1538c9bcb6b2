"""The clock: reminds, tells what is overdue, escalates. Safe to run at any time and twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from procrastinate import JobContext
from sqlalchemy import ARRAY, BigInteger, Text, any_, func, literal, select
from sqlalchemy.orm import Session, defer, load_only

from service import clock
from service.accounts.roles import SYSTEM
from service.alerts.kinds import NoticeKind
from service.alerts.models import Notice
from service.alerts.outbox import Announcement, announce_all
from service.cases import history
from service.cases.announcing import case_facts
from service.cases.filters import is_open
from service.cases.life.deadlines import farthest_reminder, is_due_soon, is_missed
from service.cases.life.desk import Desk, tell, touch
from service.cases.life.effects import OVERDUE
from service.cases.life.recounting import recount, recounted
from service.cases.life.severity import Modifier, add_modifier
from service.cases.life.transitions import escalate_by_itself
from service.cases.models import Case
from service.cases.statuses import Status
from service.evidence.uploads import forget_unfinished
from service.jobs import queue, runtime_of
from service.settings import Settings
from spatial.rules import load_rule_table

TICK_LOCK = 0x7469636B
LOOKED_AT = (
    Case.due_at,
    Case.status,
    Case.facts,
    Case.created_at,
    Case.parent_id,
    Case.verify_workdays,
    Case.paused_at,
)


@dataclass(slots=True)
class Ticked:
    """What one tick did."""

    moved: int = 0
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
    """Remind of what is due soon, tell what is overdue, escalate what has been so for long; before
    that, move deadlines in whose time days off were declared later.

    Everything is done once for a deadline: a tick that is late makes up for those before it,
    one that runs twice, or after the clock was set back, does nothing again.
    """
    session.execute(select(func.pg_advisory_xact_lock(TICK_LOCK)))
    desk = Desk(session=session, settings=settings, actor=SYSTEM, now=now)
    waiting = _waiting(desk)
    later = (case for case, _ in recounted(desk, waiting))
    ids = [*{case.id for case in (*later, *_asking(desk, waiting))}]
    # Locked and looked at again: somebody may have been at work on them meanwhile.
    cases = _waiting(desk, ids) if ids else []
    moved = recount(desk, cases)
    telling = _untold(desk, cases)
    _tell(desk, telling)
    return Ticked(
        moved=moved,
        due_soon=sum(kind is NoticeKind.DUE_SOON for kind, _ in telling.values()),
        overdue=sum(kind is NoticeKind.OVERDUE for kind, _ in telling.values()),
        escalated=sum(_escalate(desk, case) for case in cases),
    )


def _waiting(desk: Desk, ids: Sequence[int] | None = None) -> Sequence[Case]:
    """Open cases with a running clock that are due before long; with ``ids`` these, locked."""
    statement = (
        select(Case)
        .where(
            is_open(),
            Case.voided_at.is_(None),
            Case.paused_at.is_(None),
            Case.due_at < desk.now + farthest_reminder(desk.settings.cases),
        )
        .order_by(Case.id)
    )
    if ids is None:
        statement = statement.options(load_only(*LOOKED_AT))
    else:
        chosen = Case.id == any_(literal(ids, ARRAY(BigInteger)))
        statement = statement.where(chosen).options(defer(Case.geom)).with_for_update()
    return desk.session.scalars(statement, execution_options={"populate_existing": True}).all()


def _asking(desk: Desk, cases: Sequence[Case]) -> Iterator[Case]:
    """The cases of which something is to be told, or that are to be escalated."""
    untold = {case.id for _, case in _untold(desk, cases).values()}
    yield from (
        case for case in cases if case.id in untold or _wanted_level(desk, case) > _level(case)
    )


def _untold(desk: Desk, cases: Sequence[Case]) -> dict[str, tuple[NoticeKind, Case]]:
    """By the key of its notice, what was not announced for the present deadline yet."""
    found: dict[str, tuple[NoticeKind, Case]] = {}
    for case in cases:
        if case.due_at is None:
            continue
        if is_missed(case.due_at, case.paused_at, desk.now):
            kind = NoticeKind.OVERDUE
        elif is_due_soon(case, desk.settings.cases, desk.calendar, desk.now):
            kind = NoticeKind.DUE_SOON
        else:
            continue
        found[f"{kind}:{case.id}:{case.due_at:%Y-%m-%dT%H:%M}"] = (kind, case)
    known = select(Notice.key).where(Notice.key == any_(literal(list(found), ARRAY(Text))))
    for key in desk.session.scalars(known) if found else ():
        del found[key]
    return found


def _tell(desk: Desk, telling: Mapping[str, tuple[NoticeKind, Case]]) -> None:
    entries = [
        history.Entry(
            case_id=case.id,
            actor=SYSTEM,
            kind=kind.value,
            data={"due_at": case.due_at.isoformat() if case.due_at else None},
        )
        for kind, case in telling.values()
    ]
    history.append_many(desk.session, entries)
    announce_all(
        desk.session,
        [
            Announcement(kind=kind, case=case_facts(case), key=key)
            for key, (kind, case) in telling.items()
        ],
    )


def _escalate(desk: Desk, case: Case) -> bool:
    """Escalate by how long the case is overdue; whether anything changed."""
    wanted = _wanted_level(desk, case)
    if wanted <= _level(case):
        return False
    if case.status != Status.ESCALATED.value:
        escalate_by_itself(desk, case, OVERDUE)
    if wanted > _level(case):
        _escalate_again(desk, case, wanted)
    return True


def _wanted_level(desk: Desk, case: Case) -> int:
    """How far a case is to be escalated by now; the second step needs the first to stand."""
    if case.due_at is None:
        return 0
    overdue, limits = desk.now - case.due_at, desk.settings.cases
    lifted = _level(case) > 0 and case.status != Status.ESCALATED.value
    if overdue >= timedelta(days=limits.escalate_again_days) and not lifted:
        return 2
    return int(overdue >= timedelta(days=limits.escalate_days))


def _level(case: Case) -> int:
    """How far a case was escalated for missing the present deadline, also when that was lifted
    since; 0 when it was escalated for something else."""
    escalation = case.facts.get("escalation", {})
    deadline = case.due_at.isoformat() if case.due_at else None
    return int(escalation["level"]) if escalation.get("deadline") == deadline else 0


def _escalate_again(desk: Desk, case: Case, level: int) -> None:
    """Tell that a case that is escalated misses its present deadline by so much, too."""
    deadline = case.due_at.isoformat() if case.due_at else None
    escalation = {**case.facts["escalation"], "level": level, "deadline": deadline}
    case.facts = {**case.facts, "escalation": escalation}
    add_modifier(case, Modifier.OVERDUE, load_rule_table(desk.settings.screening.rules))
    touch(case, desk.now)
    data = {"level": level, "severity": case.severity}
    event = history.append(desk.session, case, actor=SYSTEM, kind="escalated_again", data=data)
    tell(desk, case, NoticeKind.ESCALATED, event.number, {"level": level})
