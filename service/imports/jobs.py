"""Background jobs of imports."""

from __future__ import annotations

from procrastinate import JobContext

from service.imports.pipeline import run_import
from service.imports.recovery import RECOVERY_TASK, RUN_TASK, recover
from service.jobs import queue, runtime_of

__all__ = ["recover", "recover_regularly", "run"]


@queue.task(name=RUN_TASK, pass_context=True)
def run(context: JobContext, import_id: int) -> None:
    """Read, publish and screen one upload."""
    run_import(runtime_of(context), import_id)


@queue.periodic(cron="* * * * *")
@queue.task(name=RECOVERY_TASK, queueing_lock=RECOVERY_TASK, pass_context=True)
def recover_regularly(context: JobContext, timestamp: int) -> None:
    """Take up what workers left that died while others live."""
    recover(runtime_of(context))
