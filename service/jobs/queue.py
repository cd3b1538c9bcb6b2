"""The job queue: deferred in the caller's own transaction, run in a worker process.

A subject declares its jobs with ``@queue.task(name=…, pass_context=True)``; a job gets the
worker's runtime from :func:`runtime_of`. The queue here has no connection of its own: deferring
borrows the session's, a worker lends it a pool for as long as it works.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from procrastinate import App, JobContext, PsycopgConnector, SyncPsycopgConnector
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager
from procrastinate.tasks import Task
from sqlalchemy.orm import Session

from service.database import Database
from service.database.engine import driver_connection
from service.runtime import Runtime

RUNTIME_KEY = "runtime"
queue = App(connector=SyncPsycopgConnector())
# Within a worker the queue's own connector is asynchronous; borrowed sessions never are.
_borrowing = JobManager(SyncPsycopgConnector())


def defer(
    session: Session, task: Task[Any, Any, Any], *, lock: str | None = None, **arguments: Any
) -> int:
    """Queue a job in the session's transaction: it exists if and only if that commits.

    Jobs that share a ``lock`` run one after another, in the order they were queued.
    Returns the job's id.
    """
    job = task.configure(lock=lock).job
    deferred: int = JobDeferrer(_borrowing, job, driver_connection(session)).defer(**arguments)
    return deferred


@contextmanager
def worker_queue(database: Database) -> Iterator[App]:
    """The queue with a connection pool of its own, for the length of a ``with`` block."""
    connector = PsycopgConnector(
        conninfo=database.dsn, kwargs=database.connection_options, min_size=1, max_size=4
    )
    with queue.replace_connector(connector) as app:
        yield app


def runtime_of(context: JobContext) -> Runtime:
    """The runtime of the worker that runs a job."""
    runtime: Runtime = context.additional_context[RUNTIME_KEY]
    return runtime
