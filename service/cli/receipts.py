"""Imports in the terminal: a bar while they run, and what became of the rows."""

from __future__ import annotations

import time
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from service.cli.console import output, print_problem, progress_bar
from service.imports.models import Import
from service.imports.statuses import ImportStatus
from service.imports.submitting import ImportOptions, submit
from service.processes.supervisor import Supervisor
from service.runtime import Runtime
from spatial.words import LayerName

LOOK_EVERY_SECONDS = 0.2
PROBLEMS_SHOWN = 10


def import_with_progress(
    runtime: Runtime,
    workers: Supervisor,
    file: Path,
    layer: LayerName,
    options: ImportOptions,
) -> Import:
    """Submit a file and wait for a worker to finish it, with a bar on the terminal."""
    submission = submit(runtime, file, layer, options, account_id=None, source="command")
    return follow_import(runtime, workers, submission.import_id, f"{layer.label.zh} {file.name}")


def follow_import(runtime: Runtime, workers: Supervisor, import_id: int, title: str) -> Import:
    """Wait for a worker to finish an import, with a bar on the terminal."""
    with progress_bar(title) as report:
        while True:
            with runtime.database.reading() as session:
                job = session.get_one(Import, import_id)
            report(job.progress, job.stage)
            if ImportStatus(job.status).final:
                return job
            workers.tend()
            time.sleep(LOOK_EVERY_SECONDS)


def print_receipt(job: Import) -> None:
    """What was decided, counted and refused."""
    table = Table("项目 item", "值 value", "依据 how")
    table.add_row("状态 status", job.status, "")
    for name, count in job.counts.items():
        table.add_row(name, str(count), "")
    for decision in job.decisions:
        table.add_row(decision["name"], escape(str(decision["value"])), escape(decision["how"]))
    output.print(table)
    print_problem(job.problem)
    for finding in job.findings[:PROBLEMS_SHOWN]:
        output.print(f"· {finding['detail']}", markup=False)
