"""What follows edits and accounts by the clock."""

from __future__ import annotations

from procrastinate import JobContext

from service.jobs import queue, runtime_of
from service.qgis.roles import follow_accounts
from service.qgis.screening import screen_edited


@queue.periodic(cron="* * * * *")
@queue.task(name="qgis.follow", pass_context=True, queueing_lock="qgis.follow", lock="qgis.follow")
def follow(context: JobContext, timestamp: int) -> None:
    """Screen what was edited; take away the logins of accounts that are no analysts any more."""
    runtime = runtime_of(context)
    with runtime.database.transaction() as session:
        screen_edited(session, runtime.settings)
    with runtime.database.transaction() as session:
        follow_accounts(session)
