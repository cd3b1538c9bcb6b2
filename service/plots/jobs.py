"""What follows the publication of plots in the background."""

from __future__ import annotations

from procrastinate import JobContext

from service.jobs import queue, runtime_of
from service.plots.cells import sum_up_plots


@queue.task(name="plots.sum-up", pass_context=True)
def sum_up(context: JobContext, version_id: int) -> None:
    """Sum a new version up before anybody looks at a wide tile of it and has to wait."""
    with runtime_of(context).database.transaction() as session:
        sum_up_plots(session, version_id)
