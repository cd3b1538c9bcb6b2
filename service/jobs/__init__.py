"""Background jobs on the database itself (procrastinate)."""

from service.jobs.queue import RUNTIME_KEY, defer, queue, runtime_of, worker_queue

__all__ = ["RUNTIME_KEY", "defer", "queue", "runtime_of", "worker_queue"]
