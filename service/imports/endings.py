"""How an import ends: published in the transaction of its rows, or not at all."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import CursorResult, text, update
from sqlalchemy.orm import Session

from service import clock
from service.errors import refusal_body
from service.imports.models import Import
from service.imports.progress import Progress
from service.imports.statuses import ImportStatus
from service.runtime import Runtime
from service.settings import ImportSettings
from spatial.errors import SpatialError
from spatial.messages import Message

INTERNAL = Message(
    "系统内部错误，未发布任何数据。请把编号 {incident} 告诉管理员。",
    "Internal error; nothing was published. Tell your administrator the number {incident}.",
)
NO_SPACE = Message(
    "服务器磁盘已满，未发布任何数据。请管理员腾出空间后重新上传。",
    "The server's disk is full; nothing was published. Ask the administrator to make room, then "
    "upload the file again.",
)
TOO_MANY = Message(
    "{read} 行中有 {rejected} 行不合格，超过允许的 {allowed}，整批未发布。"
    "请按回执逐行修改后重新上传。",
    "{rejected} of {read} rows were rejected, more than the {allowed} allowed; nothing was "
    "published. Correct the rows that the receipt lists and upload the file again.",
)
# A row with several notes ends as the gravest of them says.
COUNT_BY_STATUS = """
SELECT status, count(*) FROM (
  SELECT DISTINCT ON (row) status FROM import_row WHERE import_id = :import_id
   ORDER BY row, array_position(ARRAY['rejected', 'unchanged', 'updated', 'repaired'], status)
) AS final GROUP BY status
"""


class TakenOver(Exception):
    """Another process has finished this import in the meantime; nothing of this one counts."""


class TooManyRejected(SpatialError):
    """More rows were rejected than the settings allow."""

    code = "too-many-rejected"


def refuse_too_many_rejected(progress: Progress, settings: ImportSettings) -> None:
    """Refuse the whole import when too many of its rows are.

    Raises:
        TooManyRejected: saying how many, and where to read why.
    """
    if progress.rejected and (
        progress.rejected > progress.read * settings.rejected_share
        or progress.rejected == progress.read
    ):
        raise TooManyRejected(
            TOO_MANY.format(
                rejected=progress.rejected,
                read=progress.read,
                allowed=f"{settings.rejected_share:.0%}",
            )
        )


def count_rows(session: Session, import_id: int, read: int) -> dict[str, int]:
    """Every input row once, by how it ended."""
    noted: dict[str, int] = dict(
        session.execute(text(COUNT_BY_STATUS), {"import_id": import_id}).all()
    )
    others = {name: noted.get(name, 0) for name in ("repaired", "rejected", "unchanged", "updated")}
    return {"read": read, "accepted": read - sum(others.values()), **others}


def end_published(session: Session, import_id: int, counts: dict[str, int]) -> None:
    """Mark the import published in the transaction that publishes it.

    Raises:
        TakenOver: when another process has finished it.
    """
    changed = session.execute(
        update(Import)
        .where(Import.id == import_id, Import.status == ImportStatus.RUNNING.value)
        .values(
            status=ImportStatus.PUBLISHED.value,
            stage="done",
            progress=1.0,
            counts=counts,
            finished_at=clock.now(),
        )
    )
    if not isinstance(changed, CursorResult) or changed.rowcount != 1:
        raise TakenOver


def end_rejected(runtime: Runtime, import_id: int, error: SpatialError) -> None:
    """The input was refused: nothing has been published."""
    _end(runtime, import_id, ImportStatus.REJECTED, refusal_body(error))


def end_failed(runtime: Runtime, import_id: int, code: str, message: Message) -> None:
    """The import came to nothing through no fault of the input."""
    _end(
        runtime,
        import_id,
        ImportStatus.FAILED,
        {"code": code, "detail": message.zh, "detail_en": message.en},
    )


def end_out_of_space(runtime: Runtime, import_id: int) -> None:
    """The disk was full; what was staged is gone with its transaction, which made room again."""
    end_failed(runtime, import_id, "no-space", NO_SPACE)


def end_unexpectedly(runtime: Runtime, import_id: int) -> str:
    """Mark the import failed; returns the number under which the log tells why."""
    incident = uuid.uuid4().hex[:12]
    end_failed(runtime, import_id, "internal-error", INTERNAL.format(incident=incident))
    return incident


def _end(runtime: Runtime, import_id: int, status: ImportStatus, problem: dict[str, Any]) -> None:
    with runtime.database.transaction() as session:
        session.execute(
            update(Import)
            .where(Import.id == import_id, Import.status == ImportStatus.RUNNING.value)
            .values(status=status.value, stage="done", problem=problem, finished_at=clock.now())
        )
