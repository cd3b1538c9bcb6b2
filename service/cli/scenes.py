"""Scenes in the terminal: taken in and waited for."""

from __future__ import annotations

import time
from typing import TypeVar

from rich.table import Table

from service.cli.console import output, print_problem, progress_bar
from service.processes.supervisor import Supervisor
from service.runtime import Runtime
from service.scenes.models import Scene, Work
from service.scenes.statuses import WorkStatus

LOOK_EVERY_SECONDS = 0.2
Row = TypeVar("Row", bound=Work)


def wait_for(
    runtime: Runtime, workers: Supervisor, kind: type[Row], number: int, title: str
) -> Row:
    """Wait for work on scenes to end, with a bar on the terminal."""
    with progress_bar(title) as report:
        while True:
            with runtime.database.reading() as session:
                row = session.get_one(kind, number)
            report(row.progress, row.stage)
            if WorkStatus(row.status).final:
                return row
            workers.tend()
            time.sleep(LOOK_EVERY_SECONDS)


def print_scenes(scenes: list[Scene]) -> None:
    """What became of scenes, one a line, and why those were refused that were."""
    table = Table(
        "编号 id", "影像 scene", "日期 taken", "传感器 sensor", "波段 bands", "状态 status"
    )
    for scene in scenes:
        bands = ", ".join(scene.bands)
        row = (str(scene.id), scene.filename, scene.taken_on.isoformat(), scene.sensor or "")
        table.add_row(*row, bands, scene.status)
    output.print(table)
    for scene in scenes:
        print_problem(scene.problem)
