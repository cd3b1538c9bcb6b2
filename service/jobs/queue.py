"""The job queue: deferred in the caller's own transaction, run in a worker process.

A subject declares its jobs with ``@queue.task(name=…, pass_context=True)``; a job gets the
worker's runtime from :func:`runtime_of`. The queue here has no connection of its own: deferring
borrows the session's, the worker brings another connector (``queue.with_connector``).
"""

from __future__ import annotations

from typing import Any

from procrastinate import App, JobContext, PsycopgConnector, SyncPsycopgConnector
from procrastinate.tasks import Task
from sqlalchemy.orm import Session

from service.database import Database
from service.database.engine import driver_connection
from service.runtime import Runtime

RUNTIME_KEY = "runtime"
queue = App(connector=SyncPsycopgConnector())


def defer(
    session: Session, task: Task[Any, Any, Any], *, lock: str | None = None, **arguments: Any
) -> int:
    """Queue a job in the session's transaction: it exists if and only if that commits.

    Jobs that share a ``lock`` run one after another, in the order they were queued.
    Returns the job's id.
    """
    job_id: int = task.configure(connection=driver_connection(session), lock=lock).defer(
        **arguments
    )
    return job_id


def worker_queue(database: Database) -> App:
    """The queue with a connection pool of its own, for a worker."""
    connector = PsycopgConnector(
        conninfo=database.dsn, kwargs=database.connection_options, min_size=1, max_size=4
    )
    return queue.with_connector(connector)


def runtime_of(context: JobContext) -> Runtime:
    """The runtime of the worker that runs a job."""
    runtime: Runtime = context.additional_context[RUNTIME_KEY]
    return runtime
