"""After a death: work on scenes is taken up again or ended, and nothing half-done lies about."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock
from service.imports.preparing import work_folder
from service.imports.reading.process import remove_folder
from service.jobs.holding import unheld
from service.jobs.recovery import take_up
from service.runtime import Runtime
from service.scenes.cache import PictureCache
from service.scenes.converting import discard_unkept
from service.scenes.models import Scene, SceneDetection
from service.scenes.statuses import UNFINISHED, WorkStatus
from service.scenes.working import CLAIM_CLASSES, WorkKind
from spatial.messages import Message

CONVERT_TASK = "scenes.convert"
DETECT_TASK = "scenes.detect"
RECOVERY_TASK = "scenes.recover"
TASKS: dict[WorkKind, tuple[str, str, str]] = {
    Scene: (CONVERT_TASK, "scene_id", "scene"),
    SceneDetection: (DETECT_TASK, "detection_id", "detection"),
}
"""For each kind of work its task, the task's argument, and how its private folders begin."""
INTERRUPTED = Message(
    "处理多次被中断，已放弃，未保留任何结果。请重新提交，或请管理员查看日志。",
    "The work was interrupted too often and given up; nothing was kept. Send it again, or ask the "
    "administrator to look at the log.",
)


def recover(runtime: Runtime) -> None:
    """Take up interrupted work on scenes, and remove what dead workers left.

    Safe at any time and in any number of workers at once: what somebody works on is left alone.
    """
    for kind in TASKS:
        with runtime.database.reading() as session:
            numbers = session.scalars(select(kind.id).where(kind.status.in_(UNFINISHED))).all()
        for number in numbers:
            recover_work(runtime, kind, number)
        _remove_abandoned_folders(runtime, kind)
    PictureCache.of(runtime.settings).prune()


def recover_work(runtime: Runtime, kind: WorkKind, number: int) -> None:
    """Queue work again whose worker died; end it when that has happened too often."""
    with unheld(runtime.database, CLAIM_CLASSES[kind], number) as nobody:
        if not nobody:
            return
        with runtime.database.transaction() as session:
            ended = _take_up_or_end(session, kind, number)
        if ended and kind is Scene:
            discard_unkept(runtime, number)


def _take_up_or_end(session: Session, kind: WorkKind, number: int) -> bool:
    """Whether the work was given up."""
    row = session.get_one(kind, number, with_for_update=True)
    if row.status not in UNFINISHED:
        return False
    task, argument, _ = TASKS[kind]
    begun = row.status != WorkStatus.QUEUED.value
    if take_up(session, task, {argument: number}, begun=begun):
        return False
    row.status, row.stage, row.finished_at = WorkStatus.FAILED.value, "", clock.now()
    row.problem = {
        "code": "interrupted",
        "detail": INTERRUPTED.zh,
        "detail_en": INTERRUPTED.en,
    }
    return True


def _remove_abandoned_folders(runtime: Runtime, kind: WorkKind) -> None:
    prefix = TASKS[kind][2]
    for folder in work_folder(runtime).glob(f"{prefix}-*"):
        number = int(folder.name.removeprefix(f"{prefix}-"))
        with unheld(runtime.database, CLAIM_CLASSES[kind], number) as nobody:
            if nobody:
                remove_folder(folder)
