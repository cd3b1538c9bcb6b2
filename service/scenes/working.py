"""Work on scenes in the background: claimed by one process, told of while it goes, always ended."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
import sqlalchemy.exc
import structlog
from sqlalchemy import update

from service import clock
from service.database.failures import out_of_space
from service.errors import refusal_body
from service.jobs.holding import held
from service.runtime import Runtime
from service.scenes.models import Scene, SceneDetection, Work
from service.scenes.statuses import UNFINISHED, WorkStatus
from spatial.errors import SpatialError
from spatial.messages import Message

log = structlog.get_logger()

Row = TypeVar("Row", bound=Work)
WorkKind = type[Work]
Report = Callable[[float, str], None]

SECONDS_BETWEEN = 0.5
CLAIM_CLASSES: dict[WorkKind, int] = {Scene: 0x7363, SceneDetection: 0x6465}
"""First keys of the advisory locks; the row's id is the second."""

INTERNAL = Message(
    "系统内部错误，未保留任何结果。请把编号 {incident} 告诉管理员。",
    "Internal error; nothing was kept. Tell your administrator the number {incident}.",
)

NO_SPACE = Message(
    "服务器磁盘已满，未保留任何结果。请管理员腾出空间后重新提交。",
    "The server's disk is full; nothing was kept. Ask the administrator to make room, then send it "
    "again.",
)


@contextmanager
def claimed(runtime: Runtime, kind: type[Row], number: int) -> Iterator[Row | None]:
    """A row as this process's own for the length of a ``with`` block, marked running.

    None when it is finished already. An input that is refused, and whatever else goes wrong, ends
    it; only when the database went away is it left running, to be taken up again.
    """
    with held(runtime.database, CLAIM_CLASSES[kind], number):
        with runtime.database.transaction() as session:
            row = session.get(kind, number, with_for_update=True)
            if row is not None and row.status in UNFINISHED:
                row.status = WorkStatus.RUNNING.value
                row.progress, row.stage, row.started_at = 0.0, "", clock.now()
            else:
                row = None
        if row is None:
            yield None
            return
        with _ending(runtime, kind, number):
            yield row


def progress_of(runtime: Runtime, kind: WorkKind, number: int) -> Report:
    """A function that tells how far the work is, not more often than somebody looks."""
    told_at = 0.0

    def report(share: float, stage: str) -> None:
        nonlocal told_at
        if time.monotonic() - told_at < SECONDS_BETWEEN:
            return
        told_at = time.monotonic()
        settle(runtime, kind, number, progress=min(share, 0.99), stage=stage)

    return report


def settle(runtime: Runtime, kind: WorkKind, number: int, **values: Any) -> None:
    """Write down what has become of running work."""
    with runtime.database.transaction() as session:
        session.execute(
            update(kind)
            .where(kind.id == number, kind.status == WorkStatus.RUNNING.value)
            .values(**values)
        )


def end(
    runtime: Runtime, kind: WorkKind, number: int, status: WorkStatus, problem: dict[str, Any]
) -> None:
    """End running work that came to nothing."""
    settle(
        runtime, kind, number, status=status.value, stage="", problem=problem,
        finished_at=clock.now(),
    )  # fmt: skip


@contextmanager
def _ending(runtime: Runtime, kind: WorkKind, number: int) -> Iterator[None]:
    settled = False
    try:
        yield
        settled = True
    except SpatialError as error:
        settled = True
        end(runtime, kind, number, WorkStatus.REJECTED, refusal_body(error))
    except (sqlalchemy.exc.OperationalError, psycopg.OperationalError, OSError) as error:
        full = out_of_space(error)
        settled = full or not isinstance(error, OSError)
        if not full:
            raise
        problem = {"code": "no-space", "detail": NO_SPACE.zh, "detail_en": NO_SPACE.en}
        end(runtime, kind, number, WorkStatus.FAILED, problem)
    finally:
        if not settled:
            incident = uuid.uuid4().hex[:12]
            said = INTERNAL.format(incident=incident)
            problem = {"code": "internal-error", "detail": said.zh, "detail_en": said.en}
            end(runtime, kind, number, WorkStatus.FAILED, problem)
            log.error("work on scenes failed", work=kind.__name__, id=number, incident=incident)
