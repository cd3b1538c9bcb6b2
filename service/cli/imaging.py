"""Commands on imagery."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from service.cli.console import output, print_problem, progress_bar
from service.cli.files import ExistingFile, written
from service.settings import Settings

UNSAID = "When neither the file nor its name says"
DAY = typer.Option(formats=["%Y-%m-%d"], help=UNSAID)

scene = typer.Typer(help="Scenes: images of the ground.", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(detect)
    scene.command("add")(add_scene)
    app.add_typer(scene, name="scene")


def add_scene(
    file: ExistingFile,
    taken_on: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help=UNSAID),
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
    before: Annotated[str, typer.Argument(help="A file, or the id of a scene")],
    after: Annotated[str, typer.Argument(help="A file, or the id of a scene")],
    out: Annotated[Path | None, written(typer.Option, "The patches of files: .gpkg")] = None,
    before_date: Annotated[datetime | None, DAY] = None,
    after_date: Annotated[datetime | None, DAY] = None,
    least_area: Annotated[float, typer.Option(help="m²; smaller changes are left out")] = 200.0,
) -> None:
    """Find what changed between two scenes: patches of files, or an import of scenes (自检)."""
    if before.isdecimal() and after.isdecimal() and out is None:
        _detect_and_import(int(before), int(after), least_area)
        return
    for name in (before, after):
        if not Path(name).is_file():
            raise typer.BadParameter(f"{name} is not a file; two ids of scenes need no --out")
    if out is None or out.suffix.lower() != ".gpkg":
        raise typer.BadParameter("files need --out PATCHES.gpkg")
    from spatial.imagery.change.detection import detect_changes
    from spatial.imagery.change.options import DetectionOptions
    from spatial.imagery.change.writing import write_patches

    days = _days((Path(before), before_date), (Path(after), after_date))
    options = DetectionOptions(least_area_m2=least_area)
    with progress_bar("detect") as report:
        found = detect_changes(Path(before), Path(after), options, report)
    write_patches(out, found.outlines, *days)
    shift = found.shift
    output.print(
        f"{len(found.outlines)} 处疑似变化 changes · 有效 clear {found.clear_share:.0%} · "
        f"错位 shift {shift.rows:+.2f}, {shift.columns:+.2f} px"
        f"{'' if shift.is_certain else '（不确定 uncertain）'} · "
        f"阈值 threshold {found.threshold:.1f}",
        highlight=False,
    )


def _days(*scenes: tuple[Path, datetime | None]) -> list[date | None]:
    """The days of two files: as they are given, or as the files say; refused in the wrong order."""
    from service.errors import InvalidParameter
    from spatial.imagery.files.naming import WRONG_ORDER, day_taken
    from spatial.imagery.files.scenes import open_scene

    days = []
    for path, given in scenes:
        with open_scene(path) as dataset:
            days.append(_day(given) or day_taken(dataset, path.name))
    before, after = days
    if before and after and before >= after:
        said = WRONG_ORDER.format(before=before, after=after)
        raise InvalidParameter("after", said, code="scene-order")
    return days


def _detect_and_import(before: int, after: int, least_area: float) -> None:
    """Compare two scenes of the service and import what has changed; prints the receipt."""
    from service.accounts.roles import SYSTEM
    from service.cli.receipts import follow_import, print_receipt
    from service.cli.scenes import wait_for
    from service.processes.opening import join_home
    from service.processes.supervisor import Supervisor
    from service.scenes.detecting import Pairing
    from service.scenes.models import SceneDetection
    from service.scenes.submitting import ask_for_detection

    with join_home(Settings()) as home:
        pairing = Pairing(before, after, least_area)
        asked, _ = ask_for_detection(home.runtime, SYSTEM, pairing)
        children = [] if home.served else [["worker"]]
        with Supervisor(children, home.environment) as workers:
            title = f"{before} → {after}"
            done = wait_for(home.runtime, workers, SceneDetection, asked.id, title)
            if done.status != "ready":
                print_problem(done.problem)
                raise typer.Exit(1)
            output.print(f"{done.found['changes']} 处疑似变化 changes", highlight=False)
            if done.import_id is None:
                return
            outcome = follow_import(home.runtime, workers, done.import_id, title)
        print_receipt(outcome)
    if outcome.status != "published":
        raise typer.Exit(1)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
