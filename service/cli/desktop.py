"""Commands for the analyst's desktop."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.cli.console import output
from service.cli.files import written
from service.settings import Settings


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(qgis)


def qgis(
    out: Annotated[Path, written(typer.Argument, "The project to write: OUT.qgz")],
    user: Annotated[str, typer.Option(help="The analyst who will open it")] = "qgis",
    http: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Reach the layers over HTTP at this address instead"),
    ] = None,
) -> None:
    """Write a QGIS project with every layer, styled, that opens without a question."""
    from service.processes.opening import join_home
    from service.qgis.writing import write_http_project, write_project

    with join_home(Settings()) as home:
        if http is None:
            made = write_project(home.runtime, out, user)
        else:
            made = write_http_project(home.runtime, out, user, http)
    if made:
        output.print(
            f"There was no account {user}: an analyst who sees every village was made.",
            highlight=False,
        )
    secret = "the database password" if http is None else "a personal token"
    output.print(
        f"{out} has been written. It holds {secret} of {user}: keep it to yourself.",
        highlight=False,
    )
