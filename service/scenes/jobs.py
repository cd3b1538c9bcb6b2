"""Background jobs of scenes."""

from __future__ import annotations

from procrastinate import JobContext

from service.jobs import queue, runtime_of
from service.scenes.converting import convert
from service.scenes.recovery import CONVERT_TASK, RECOVERY_TASK, recover

__all__ = ["CONVERT_LOCK", "recover", "recover_regularly", "run"]

CONVERT_LOCK = "scenes"
"""One conversion at a time: it keeps a processor busy and fills the disk's cache."""


@queue.task(name=CONVERT_TASK, pass_context=True)
def run(context: JobContext, scene_id: int) -> None:
    """Make a COG of one scene."""
    convert(runtime_of(context), scene_id)


@queue.periodic(cron="* * * * *")
@queue.task(name=RECOVERY_TASK, queueing_lock=RECOVERY_TASK, pass_context=True)
def recover_regularly(context: JobContext, timestamp: int) -> None:
    """Take up what workers left that died while others live."""
    recover(runtime_of(context))
