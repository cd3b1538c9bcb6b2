"""Jobs whose worker died: queued again, or given up after too many tries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg
import structlog
from procrastinate import sql
from procrastinate.jobs import Status
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import clock
from service.database.engine import driver_connection

log = structlog.get_logger()

MAX_ATTEMPTS = 3
DEAD_AFTER_SECONDS = 30.0
"""A worker whose heartbeat is older than this is dead; it beats every ten seconds."""

RECOVERY_LOCK = 0x6A6F6273
"""Two workers that look at once do not queue the same job twice."""

LATEST_JOB = """
SELECT id, status, attempts FROM procrastinate_jobs
 WHERE task_name = %s AND args @> %s::jsonb ORDER BY id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class JobState:
    """A job as the queue knows it; ``attempts`` counts the tries that came to nothing."""

    id: int
    status: Status
    attempts: int


def take_up(session: Session, task_name: str, arguments: Mapping[str, int], *, begun: bool) -> bool:
    """Queue the job of unfinished work again that nobody does; False when it is given up instead.

    ``begun``: whether a worker has claimed the work. Work that waits for its turn is left alone;
    work that was interrupted too often, or whose job is gone, is given up.
    """
    job = _latest_job(session, task_name, arguments)
    if job is not None:
        # Fetched, but not begun: a worker is about to claim it; one that died just then is known
        # by its heartbeat.
        fetched = job.status is Status.DOING and not begun
        if job.status is Status.TODO or fetched:
            return True
        if job.attempts + 1 < MAX_ATTEMPTS:
            log.warning("interrupted work is taken up again", task=task_name, **arguments)
            retry(session, job.id)
            return True
        if job.status is Status.DOING:
            give_up(session, job.id)
    log.error("work was interrupted too often and given up", task=task_name, **arguments)
    return False


def retry(session: Session, job_id: int) -> None:
    """Queue a job again that was being done, or that failed."""
    _ask(
        session,
        "retry_job",
        job_id=job_id,
        retry_at=clock.now(),
        new_priority=None,
        new_queue_name=None,
        new_lock=None,
    )


def give_up(session: Session, job_id: int) -> None:
    """End a job as failed, and free its lock."""
    _ask(session, "finish_job", job_id=job_id, status=Status.FAILED.value, delete_job=False)


def retry_stalled_jobs(session: Session) -> int:
    """Queue the jobs of dead workers again; returns how many there were."""
    session.execute(select(func.pg_advisory_xact_lock(RECOVERY_LOCK)))
    stalled = _ask(
        session,
        "select_stalled_jobs_by_heartbeat",
        queue=None,
        task_name=None,
        seconds_since_heartbeat=DEAD_AFTER_SECONDS,
    )
    for job_id, *_, attempts, _ in stalled:
        if attempts + 1 >= MAX_ATTEMPTS or not _queued_again(session, job_id):
            give_up(session, job_id)
    return len(stalled)


def _queued_again(session: Session, job_id: int) -> bool:
    """Queue a job again, unless one that does the same waits already: regular work comes anew."""
    try:
        with session.begin_nested():
            retry(session, job_id)
    except psycopg.errors.UniqueViolation:
        return False
    return True


def _latest_job(session: Session, task_name: str, arguments: Mapping[str, int]) -> JobState | None:
    """The last job of a task with these arguments; finished jobs may be gone."""
    values = [task_name, orjson.dumps(arguments).decode()]
    row = driver_connection(session).execute(LATEST_JOB, values).fetchone()
    return JobState(row[0], Status(row[1]), row[2]) if row else None


def _ask(session: Session, name: str, **values: Any) -> list[tuple[Any, ...]]:
    return driver_connection(session).execute(sql.queries[name], values).fetchall()
