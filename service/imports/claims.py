"""Who works on an import: a lock that the database frees when its holder dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service import clock
from service.imports.models import Import, ImportRow
from service.imports.statuses import UNFINISHED, ImportStatus
from service.jobs.holding import held, unheld
from service.runtime import Runtime

CLAIM_CLASS = 0x696D
"""First key of the advisory lock; the import's id is the second."""


@contextmanager
def claim(runtime: Runtime, import_id: int) -> Iterator[Import | None]:
    """The import as this process's own for the length of a ``with`` block, marked running.

    None when it is finished already: an import is never published twice, whoever else was at it.
    What an interrupted attempt had noted is dropped.
    """
    with held(runtime.database, CLAIM_CLASS, import_id):
        with runtime.database.transaction() as session:
            job = _started(session, import_id)
        yield job


@contextmanager
def abandoned(runtime: Runtime, import_id: int) -> Iterator[bool]:
    """Whether nobody works on an import; nobody begins to for the length of the block."""
    with unheld(runtime.database, CLAIM_CLASS, import_id) as nobody:
        yield nobody


def _started(session: Session, import_id: int) -> Import | None:
    job = session.scalar(select(Import).where(Import.id == import_id).with_for_update())
    if job is None or job.status not in UNFINISHED:
        return None
    session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
    job.status = ImportStatus.RUNNING.value
    job.stage = ""
    job.progress = 0.0
    job.counts = {}
    job.decisions = []
    job.findings = []
    job.started_at = clock.now()
    return job
