"""The alerts' own clock: every ten seconds what fell due meanwhile is sent."""

from __future__ import annotations

from procrastinate import JobContext

from service.alerts.dispatch import work_off
from service.jobs import queue, runtime_of


@queue.periodic(cron="* * * * * */10")
@queue.task(name="alerts.deliver", pass_context=True, queueing_lock="alerts.deliver")
def deliver(context: JobContext, timestamp: int) -> None:
    """Dispatch what a dead worker left, and send what is due again."""
    work_off(runtime_of(context))
