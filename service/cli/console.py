"""How the terminal is written to: results on standard output, everything else on the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from spatial.messages import Message

output = Console()
errors = Console(stderr=True)

Report = Callable[[float, str], None]
"""Takes the share done (0 to 1) and the name of what is being done."""


def figures_table(*columns: str, figures: Sequence[str]) -> Table:
    """A table whose last columns hold numbers."""
    table = Table(*columns)
    for heading in figures:
        table.add_column(heading, justify="right")
    return table


def print_problem(problem: Mapping[str, Any] | None) -> None:
    """Why an import or work on scenes came to nothing, in both languages."""
    if problem:
        output.print(problem["detail"], style="red", markup=False)
        output.print(problem["detail_en"], markup=False)


def print_remark(remark: Message) -> None:
    """Something a person should know of beside the result, in both languages."""
    errors.print(remark.zh, style="yellow", markup=False)
    errors.print(remark.en, markup=False)


@contextmanager
def progress_bar(title: str) -> Iterator[Report]:
    """A bar on standard error for the length of a ``with`` block."""
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[stage]}"),
        TimeElapsedColumn(),
        console=errors,
    ) as progress:
        task = progress.add_task(title, total=1.0, stage="")

        def report(share: float, stage: str) -> None:
            progress.update(task, completed=share, stage=stage)

        yield report
