"""What is tidied up around accounts by itself."""

from __future__ import annotations

from procrastinate import JobContext

from service.accounts.links import forget_expired
from service.accounts.lockout import forget_ended
from service.jobs import queue, runtime_of


@queue.periodic(cron="17 3 * * *")
@queue.task(name="accounts.tidy", pass_context=True)
def tidy(context: JobContext, timestamp: int) -> None:
    """Drop failed tries and one-time links whose time is over."""
    with runtime_of(context).database.transaction() as session:
        forget_ended(session)
        forget_expired(session)
