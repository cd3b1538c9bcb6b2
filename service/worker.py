"""The worker: runs background jobs until it is told to stop."""

from __future__ import annotations

import asyncio

from service.accounts import jobs as accounts
from service.alerts import jobs as alerts
from service.cases.life import clock_jobs as cases
from service.imports import jobs as imports
from service.imports.reading.process import get_ready
from service.inbox import jobs as inbox
from service.jobs import RUNTIME_KEY, worker_queue
from service.plots import jobs as plots
from service.qgis import jobs as qgis
from service.runtime import Runtime
from service.scenes import jobs as scenes

JOB_MODULES = (accounts, alerts, cases, imports, inbox, plots, qgis, scenes)
"""Importing them declares their jobs."""
JOBS_AT_ONCE = 4


def run_worker(runtime: Runtime, concurrency: int = JOBS_AT_ONCE) -> None:
    """Work on jobs until SIGINT or SIGTERM; what a dead worker left is taken up first."""
    get_ready()
    imports.recover(runtime)
    scenes.recover(runtime)
    asyncio.run(_work(runtime, concurrency))


async def _work(runtime: Runtime, concurrency: int) -> None:
    with worker_queue(runtime.database) as app:
        async with app.open_async():
            await app.run_worker_async(
                concurrency=concurrency,
                fetch_job_polling_interval=2.0,
                delete_jobs="successful",
                additional_context={RUNTIME_KEY: runtime},
            )
