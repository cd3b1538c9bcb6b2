"""Jobs whose worker died: queued again, or given up after too many tries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from procrastinate import sql
from procrastinate.jobs import Status
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import clock
from service.database.engine import driver_connection

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


def latest_job(session: Session, task_name: str, arguments: str) -> JobState | None:
    """The last job of a task with these arguments (JSON); finished jobs may be gone."""
    row = driver_connection(session).execute(LATEST_JOB, [task_name, arguments]).fetchone()
    return JobState(row[0], Status(row[1]), row[2]) if row else None


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
        if attempts + 1 < MAX_ATTEMPTS:
            retry(session, job_id)
        else:
            give_up(session, job_id)
    return len(stalled)


def _ask(session: Session, name: str, **values: Any) -> list[tuple[Any, ...]]:
    return driver_connection(session).execute(sql.queries[name], values).fetchall()
