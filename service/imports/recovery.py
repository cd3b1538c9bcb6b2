"""After a death: what was interrupted is taken up again or ended, and nothing lies about."""

from __future__ import annotations

import time
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service import clock
from service.imports.claims import abandoned
from service.imports.models import Import
from service.imports.preparing import incoming_folder, work_folder
from service.imports.reading.process import remove_folder
from service.imports.statuses import UNFINISHED, ImportStatus
from service.jobs.recovery import retry_stalled_jobs, take_up
from service.runtime import Runtime
from spatial.messages import Message

RUN_TASK = "imports.run"
RECOVERY_TASK = "imports.recover"
UPLOAD_PAUSE_SECONDS = 3600.0

INTERRUPTED = Message(
    "导入多次被中断，已放弃，未发布任何数据。请重新上传，或请管理员查看日志。",
    "The import was interrupted too often and given up; nothing was published. Upload the file "
    "again, or ask the administrator to look at the log.",
)


def recover(runtime: Runtime) -> None:
    """Take up interrupted imports and stalled jobs, remove folders that nobody needs.

    Safe at any time and in any number of workers at once: what somebody works on is left alone.
    """
    with runtime.database.reading() as session:
        unfinished = session.scalars(
            select(Import.id).where(Import.status.in_(UNFINISHED)).order_by(Import.id)
        ).all()
    for import_id in unfinished:
        recover_import(runtime, import_id)
    remove_abandoned_folders(runtime)
    with runtime.database.transaction() as session:
        retry_stalled_jobs(session)


def recover_import(runtime: Runtime, import_id: int) -> None:
    """Queue an import again whose worker died; end it when that has happened too often."""
    with (
        abandoned(runtime, import_id) as nobody,
        runtime.database.transaction() as session,
    ):
        if nobody:
            _take_up_or_end(session, import_id)


def remove_abandoned_folders(runtime: Runtime) -> None:
    """Remove private folders of dead processes, and uploads that broke off."""
    for folder in work_folder(runtime).glob("import-*"):
        with abandoned(runtime, int(folder.name.removeprefix("import-"))) as nobody:
            if nobody:
                remove_folder(folder)
    settings = runtime.settings
    for folder in work_folder(runtime).glob("preview-*"):
        if _age(folder) > 2 * settings.imports.preview_seconds:
            remove_folder(folder)
    for file in incoming_folder(settings).glob("incoming-*"):
        if _age(file) > UPLOAD_PAUSE_SECONDS:
            file.unlink(missing_ok=True)


def _take_up_or_end(session: Session, import_id: int) -> None:
    job = session.get_one(Import, import_id, with_for_update=True)
    if job.status not in UNFINISHED:
        return
    begun = job.status != ImportStatus.QUEUED.value
    if take_up(session, RUN_TASK, {"import_id": import_id}, begun=begun):
        return
    session.execute(
        update(Import)
        .where(Import.id == import_id)
        .values(
            status=ImportStatus.FAILED.value,
            stage="done",
            problem={
                "code": "interrupted",
                "detail": INTERRUPTED.zh,
                "detail_en": INTERRUPTED.en,
            },
            finished_at=clock.now(),
        )
    )


def _age(path: Path) -> float:
    """Seconds since it was last written to; 0 when its owner has removed it in the meantime."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
