"""Commands on imagery."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from service.cli.console import output, progress_bar
from service.settings import Settings

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]

scene = typer.Typer(help="Scenes: images of the ground.", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(detect)
    scene.command("add")(add_scene)
    app.add_typer(scene, name="scene")


def add_scene(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    taken_on: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="When the file does not say"),
    ] = None,
    sensor: Annotated[str | None, typer.Option(help="Such as GF-2")] = None,
    bands: Annotated[str | None, typer.Option(help="In order, such as blue,green,red,nir")] = None,
    note: Annotated[str | None, typer.Option()] = None,
) -> None:
    """Take a GeoTIFF, JPEG 2000 or a zip of them in and wait. Exit code 0 ready, 1 refused."""
    from service.cli.scenes import print_scenes, wait_for
    from service.processes.opening import join_home
    from service.processes.supervisor import Supervisor
    from service.scenes.arriving import Arrival, SceneWish, named_bands
    from service.scenes.models import Scene
    from service.scenes.taking_in import take_in

    wish = SceneWish(_day(taken_on), sensor, note, named_bands(bands))
    with join_home(Settings()) as home:
        sent = Arrival(file, file.name, movable=False)
        admitted = take_in(home.runtime, sent, wish, account_id=None)
        # A served home has workers of its own.
        children = [] if home.served else [["worker"]]
        with Supervisor(children, home.environment) as workers:
            scenes = [
                wait_for(home.runtime, workers, Scene, one.scene.id, one.scene.filename)
                for one in admitted
            ]
    print_scenes(scenes)
    if any(one.status != "ready" for one in scenes):
        raise typer.Exit(1)


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
