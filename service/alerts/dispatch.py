"""Dispatch: notices get their place in the feed and are fanned out to the subscriptions."""

from __future__ import annotations

from procrastinate import JobContext
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service import clock
from service.alerts.delivery import deliver_due
from service.alerts.fanout import fan_out
from service.alerts.models import Notice
from service.jobs import queue, runtime_of
from service.runtime import Runtime
from service.settings import Settings

NOTICES_AT_ONCE = 1000
DISPATCH_LOCK = 0x616C6572


@queue.task(name="alerts.dispatch", pass_context=True)
def dispatch_pending(context: JobContext) -> None:
    """Dispatch and send what a transaction has announced."""
    work_off(runtime_of(context))


def work_off(runtime: Runtime) -> None:
    """Dispatch everything that waits, a thousand notices to a transaction; send what is due."""
    more = True
    while more:
        with runtime.database.transaction() as session:
            more = dispatch(session, runtime.settings) == NOTICES_AT_ONCE
    deliver_due(runtime)


def dispatch(session: Session, settings: Settings, limit: int = NOTICES_AT_ONCE) -> int:
    """Dispatch the oldest waiting notices in the session's transaction; returns how many.

    One dispatcher works at a time: an advisory lock held until commit makes the places in the
    feed visible in their order.
    """
    session.execute(select(func.pg_advisory_xact_lock(DISPATCH_LOCK)))
    waiting = session.scalars(
        select(Notice.id).where(Notice.dispatched_at.is_(None)).order_by(Notice.id).limit(limit)
    ).all()
    if not waiting:
        return 0
    last = session.scalar(select(func.coalesce(func.max(Notice.position), 0))) or 0
    now = clock.now()
    session.execute(
        update(Notice),
        [
            {"id": notice_id, "position": last + number, "dispatched_at": now}
            for number, notice_id in enumerate(waiting, start=1)
        ],
    )
    fan_out(session, settings, waiting, now)
    return len(waiting)
