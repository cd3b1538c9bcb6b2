"""Commands on imagery."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from service.cli.console import output, progress_bar

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(detect)


def detect(
    before: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    after: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option(help="The patches to write: .gpkg")],
    before_date: Day = None,
    after_date: Day = None,
    least_area: Annotated[float, typer.Option(help="m²; smaller changes are left out")] = 200.0,
) -> None:
    """Find what changed between two scenes and write it as patches for an import (自检)."""
    from spatial.imagery.detection import DetectionOptions, detect_changes
    from spatial.imagery.writing import write_patches

    with progress_bar("detect") as report:
        found = detect_changes(before, after, DetectionOptions(least_area_m2=least_area), report)
    write_patches(out, found.outlines, _day(before_date), _day(after_date))
    shift = found.shift
    output.print(
        f"{len(found.outlines)} 处疑似变化 changes · 有效 clear {found.clear_share:.0%} · "
        f"错位 shift {shift.rows:+.2f}, {shift.columns:+.2f} px"
        f"{'' if shift.is_certain else '（不确定 uncertain）'} · "
        f"阈值 threshold {found.threshold:.1f}",
        highlight=False,
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
