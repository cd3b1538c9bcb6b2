"""The main job on the fictitious sample township, in one command."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from service.cli.console import errors, figures_table, output
from service.cli.running import DEFAULT_PORT, supervise
from service.errors import StartupError
from service.processes.opening import OpenHome
from service.processes.supervisor import Supervisor
from service.settings import Settings
from spatial.words import Category, LayerName

SAMPLES = Path(__file__).parent.parent.parent / "data" / "samples"
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class SampleFile:
    """One file of the samples and what it is imported as."""

    path: Path
    layer: LayerName
    effective_on: date | None


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(demo)


def demo(
    port: Annotated[int, typer.Option(min=1, max=65535)] = DEFAULT_PORT,
    serve: Annotated[bool, typer.Option("--serve/--no-serve")] = True,
) -> None:
    """Load the sample township, raise cases from its patches, print them, and serve."""
    from service.accounts.links import login_link
    from service.processes.opening import first_account, own_home
    from service.processes.server import refuse_taken_port
    from service.setup.packages import ensure_postgis
    from service.setup.page import ensure_page

    settings = Settings()
    files = sample_files(SAMPLES)
    if serve:
        refuse_taken_port(HOST, port)
    if settings.database_url is None:
        ensure_postgis()
    ensure_page()
    with own_home(settings) as home:
        password = first_account(home.runtime)
        with Supervisor([["worker"]], home.environment) as workers:
            load_samples(home, workers, files)
            load_scenes(home, workers, sample_scenes(SAMPLES))
        output.print(cases_by_village(home))
        if password:
            output.print(f"User [bold]admin[/], password [bold]{password}[/] (shown once)")
        if serve:
            link = login_link(home.runtime, "admin", f"http://{HOST}:{port}")
            supervise(home, HOST, port, f"One-time login: {link}")


def sample_files(folder: Path) -> list[SampleFile]:
    """The samples in the order to load them, as their manifest lists them.

    Raises:
        StartupError: when they are not there (an installed package has none).
    """
    manifest = folder / "manifest.toml"
    if not manifest.exists():
        raise StartupError(f"The samples are not in {folder}; run the demo from a checkout.")
    entries = tomllib.loads(manifest.read_text())["file"]
    return [
        SampleFile(folder / entry["path"], LayerName(entry["layer"]), entry.get("effective_on"))
        for entry in entries
    ]


def load_samples(home: OpenHome, workers: Supervisor, files: list[SampleFile]) -> None:
    """Import every sample through the same path as any upload.

    Raises:
        StartupError: when one is not published.
    """
    from service.cli.receipts import import_with_progress, print_receipt
    from service.imports.submitting import ImportOptions

    for file in files:
        options = ImportOptions(effective_on=file.effective_on)
        job = import_with_progress(home.runtime, workers, file.path, file.layer, options)
        if job.status != "published":
            print_receipt(job)
            raise StartupError(f"{file.path.name} was not published.")
        counts = " ".join(f"{name} {count}" for name, count in job.counts.items() if count)
        errors.print(f"  {file.layer.label.zh} {file.path.name}: {counts}", highlight=False)


def sample_scenes(folder: Path) -> list[Path]:
    """The sample's scenes, as its manifest lists them."""
    listed = tomllib.loads((folder / "manifest.toml").read_text())
    return [folder / entry["path"] for entry in listed.get("scene", ())]


def load_scenes(home: OpenHome, workers: Supervisor, files: list[Path]) -> None:
    """Take every scene in as any upload, so that the cases have their pictures.

    Raises:
        StartupError: when one is not ready.
    """
    from service.cli.scenes import wait_for
    from service.scenes.arriving import Arrival, SceneWish
    from service.scenes.models import Scene
    from service.scenes.taking_in import take_in

    sent = [Arrival(file, file.name, movable=False) for file in files]
    admitted = [take_in(home.runtime, one, SceneWish(), account_id=None)[0] for one in sent]
    for one in admitted:
        title = f"影像 {one.scene.filename}"
        scene = wait_for(home.runtime, workers, Scene, one.scene.id, title)
        if scene.status != "ready":
            raise StartupError(f"{one.scene.filename} was not taken in.")


def cases_by_village(home: OpenHome) -> Table:
    """A table of cases by village and category."""
    from service.accounts.roles import SYSTEM
    from service.cases.figures.summaries import village_figures
    from service.cases.filters import CaseFilters

    with home.runtime.database.reading() as session:
        villages, _ = village_figures(session, SYSTEM, CaseFilters())
    table = figures_table(
        "村 village", "类别 category", figures=("件 cases", "疑似面积 suspect (亩)")
    )
    for village in villages:
        for category, figures in village["by_category"].items():
            label = Category(category).label
            counts = str(figures["cases"]), f"{figures['suspect_mu']:.2f}"
            table.add_row(village["name"], f"{label.zh} {label.en}", *counts)
    return table
