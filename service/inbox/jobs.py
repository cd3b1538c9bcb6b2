"""Look into the inbox every ten seconds."""

from __future__ import annotations

from procrastinate import JobContext

from service.inbox.sweep import sweep
from service.jobs import queue, runtime_of


@queue.periodic(cron="* * * * * */10")
@queue.task(name="inbox.look", pass_context=True, queueing_lock="inbox.look", lock="inbox.look")
def look(context: JobContext, timestamp: int) -> None:
    """Take what has arrived."""
    sweep(runtime_of(context))
