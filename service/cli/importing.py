"""Commands that take files in: into the service, or through the same pipeline into a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.cli.console import errors, figures_table, output, print_remark, progress_bar
from service.cli.files import ExistingFile, text_of, written
from service.errors import InvalidParameter
from service.settings import Settings
from spatial.messages import Message
from spatial.words import LayerName, ZoneKind

Crs = Annotated[str | None, typer.Option(help="EPSG:N, when the file does not say")]
Encoding = Annotated[str | None, typer.Option(help="Text encoding, when the file lies")]
Profile = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="TOML file naming the fields")
]
SourceLayer = Annotated[
    str | None, typer.Option(help="The layer meant, when the file holds several")
]
Plots = Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Land-use polygons")]
Result = Annotated[Path, written(typer.Option, "Result: .gpkg, .geojson, .parquet or .xlsx")]
ZONE_HELP = f"KIND=FILE; repeatable. Kinds: {', '.join(ZoneKind)}"


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command("import")(import_file)
    app.command()(screen)


def import_file(
    file: ExistingFile,
    layer: Annotated[LayerName, typer.Option(help="What the file is published as")],
    crs: Crs = None,
    encoding: Encoding = None,
    profile: Profile = None,
    source_layer: SourceLayer = None,
) -> None:
    """Import a file and wait; prints the receipt. Exit code 0 published, 1 rejected."""
    from service.cli.receipts import import_with_progress, print_receipt
    from service.imports.submitting import ImportOptions
    from service.processes.opening import join_home
    from service.processes.supervisor import Supervisor

    options = ImportOptions(
        crs=crs, encoding=encoding, profile=text_of(profile), source_layer=source_layer
    )
    with join_home(Settings()) as home:
        # A served home has workers of its own.
        children = [] if home.served else [["worker"]]
        with Supervisor(children, home.environment) as workers:
            outcome = import_with_progress(home.runtime, workers, file, layer, options)
        print_receipt(outcome)
    if outcome.status != "published":
        raise typer.Exit(1)


def screen(
    patches: ExistingFile,
    plots: Plots,
    out: Result,
    villages: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Village outlines; they also confirm CRSs"),
    ] = None,
    zone: Annotated[list[str] | None, typer.Option(help=ZONE_HELP)] = None,
    crs: Annotated[
        str | None, typer.Option(help="EPSG:N of the patches, when their file does not say")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Text encoding of the patches, when their file lies")
    ] = None,
    profile: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="TOML file naming the fields of the patches"
        ),
    ] = None,
    source_layer: SourceLayer = None,
) -> None:
    """Overlay and classify files without a database; writes cases to a file."""
    from spatial.area import to_mu
    from spatial.intake.model import ReadOptions
    from spatial.screening.files import screen_files

    options = ReadOptions(
        crs=crs, encoding=encoding, profile=text_of(profile), source_layer=source_layer
    )
    remarks: list[Message] = []
    with progress_bar("screen") as report:
        summary = screen_files(
            patches,
            plots,
            out,
            villages=villages,
            zones=zone_files(zone or ()),
            options=options,
            report=report,
            tell=remarks.append,
        )
    table = figures_table(
        "村 village", "类别 category", figures=("处 findings", "疑似面积 suspect (亩)")
    )
    for line in summary:
        category = f"{line.category.zh} {line.category.en}"
        table.add_row(line.village, category, str(line.findings), f"{line.suspect_mu:.2f}")
    table.add_section()
    total = to_mu(sum(line.suspect_m2 for line in summary))
    table.add_row("合计 total", "", str(sum(line.findings for line in summary)), f"{total:.2f}")
    output.print(table)
    for remark in remarks:
        print_remark(remark)
    errors.print(f"plotwatch: {out} has been written", markup=False)


def zone_files(arguments: tuple[str, ...] | list[str]) -> list[tuple[ZoneKind, Path]]:
    """Read ``KIND=FILE`` arguments.

    Raises:
        InvalidParameter: for an unknown kind, or a file that is not there.
    """
    files = []
    for argument in arguments:
        kind, _, name = argument.partition("=")
        if kind not in set(ZoneKind) or not Path(name).is_file():
            kinds = ", ".join(ZoneKind)
            raise InvalidParameter(
                "zone",
                Message(
                    f"--zone {argument} 无效：应为 类型=文件，类型为 {kinds} 之一。",
                    f"--zone {argument} is not KIND=FILE with a kind among {kinds}.",
                ),
            )
        files.append((ZoneKind(kind), Path(name)))
    return files
