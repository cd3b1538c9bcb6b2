"""Background jobs of scenes."""

from __future__ import annotations

from procrastinate import JobContext

from service.jobs import defer, queue, runtime_of
from service.scenes.converting import convert
from service.scenes.detecting import detect
from service.scenes.measuring import measure_due
from service.scenes.recovery import CONVERT_TASK, DETECT_TASK, RECOVERY_TASK, recover

__all__ = ["CONVERT_LOCK", "DETECT_LOCK", "recover", "recover_regularly", "run", "run_detection"]

CONVERT_LOCK = "scenes"
"""One conversion at a time: it keeps a processor busy and fills the disk's cache."""

DETECT_LOCK = "scene-detections"
"""One comparison at a time: it keeps both processors busy."""
MEASURE_TASK = "scenes.measure"
MEASURE_LOCK = "scene-figures"
"""Two at once would measure the same cases."""


@queue.task(name=MEASURE_TASK, pass_context=True)
def measure(context: JobContext) -> None:
    """Figures of the cases that a new scene shows."""
    measure_due(runtime_of(context))


@queue.periodic(cron="* * * * *")
@queue.task(
    name="scenes.measure_regularly",
    lock=MEASURE_LOCK,
    queueing_lock="scenes.measure_regularly",
    pass_context=True,
)
def measure_regularly(context: JobContext, timestamp: int) -> None:
    """Figures of the cases that came, or whose ground has changed, since."""
    measure_due(runtime_of(context))


@queue.task(name=CONVERT_TASK, pass_context=True)
def run(context: JobContext, scene_id: int) -> None:
    """Make a COG of one scene, and look at the cases that it shows."""
    runtime = runtime_of(context)
    convert(runtime, scene_id)
    with runtime.database.transaction() as session:
        defer(session, measure, lock=MEASURE_LOCK)


@queue.task(name=DETECT_TASK, pass_context=True)
def run_detection(context: JobContext, detection_id: int) -> None:
    """Compare two scenes."""
    detect(runtime_of(context), detection_id)


@queue.periodic(cron="* * * * *")
@queue.task(name=RECOVERY_TASK, queueing_lock=RECOVERY_TASK, pass_context=True)
def recover_regularly(context: JobContext, timestamp: int) -> None:
    """Take up what workers left that died while others live."""
    recover(runtime_of(context))
