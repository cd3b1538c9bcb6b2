"""Commands that keep what is there: backup, restore, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.cli.console import errors, output, progress_bar
from service.cli.files import ExistingFile, written
from service.settings import Settings


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(backup)
    app.command()(restore)
    app.command()(verify)


def backup(file: Annotated[Path, written(typer.Argument, "The archive to write")]) -> None:
    """Write the whole state, database and files, to one archive."""
    from service.keeping.archive import write_archive
    from service.processes.opening import join_home

    with join_home(Settings()) as home, progress_bar("backup") as report:
        size = write_archive(home.runtime, file, report)
    output.print(f"{file}: {size / 1e6:.1f} MB")


def restore(file: ExistingFile) -> None:
    """Bring the state of an archive into an empty home or database."""
    from service.keeping.archive import read_archive
    from service.processes.opening import own_home
    from service.qgis.roles import logins_to_renew

    with own_home(Settings()) as home:
        with progress_bar("restore") as report:
            made_anew = read_archive(home.runtime, file, report)
        with home.runtime.database.reading() as session:
            logins = logins_to_renew(session)
    output.print(f"{file} has been restored.")
    for sentence in made_anew:
        output.print(sentence, highlight=False)
    for login in logins:
        output.print(
            f"The database password of {login} is in no archive: plotwatch qgis {login}.qgz "
            f"--user {login} makes a new one.",
            highlight=False,
        )


def verify() -> None:
    """Check the hash chain of every case's history, and that all evidence is as handed in."""
    from service.cases.history import verify as verify_history
    from service.evidence.checking import broken_files
    from service.processes.opening import join_home

    with join_home(Settings()) as home, home.runtime.database.reading() as session:
        broken = [str(link) for link in verify_history(session)]
        broken += broken_files(session, home.runtime.files)
    for sentence in broken:
        errors.print(sentence, style="red", markup=False)
    if broken:
        raise typer.Exit(1)
    output.print("Every history is unbroken, every piece of evidence as it was handed in.")
