"""Commands that run the service or look at its surroundings."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from service.cli.console import errors, output
from service.processes.opening import OpenHome
from service.settings import Settings

DEFAULT_PORT = 8000

Host = Annotated[str, typer.Option(help="Address to listen on")]
Port = Annotated[int, typer.Option(help="Port to listen on", min=1, max=65535)]


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(up)
    app.command()(serve)
    app.command()(worker)
    app.command()(migrate)
    app.command()(doctor)


def up(host: Host = "127.0.0.1", port: Port = DEFAULT_PORT) -> None:
    """Start everything on the persistent home; Ctrl-C stops all of it."""
    from service.processes.opening import WAIT_SECONDS, first_account, own_home
    from service.processes.server import refuse_taken_port
    from service.setup.packages import ensure_postgis
    from service.setup.page import ensure_page

    settings = Settings()
    refuse_taken_port(host, port)
    if settings.database_url is None:
        ensure_postgis()
    ensure_page()
    with own_home(settings, WAIT_SECONDS) as home:
        password = first_account(home.runtime)
        if password:
            output.print(f"User [bold]admin[/], password [bold]{password}[/] (shown once)")
        supervise(home, host, port)


def supervise(home: OpenHome, host: str, port: int, welcome: str = "") -> None:
    """Run the server and the workers on an open home until Ctrl-C."""
    from service.processes.opening import serving_file
    from service.processes.server import wait_until_up
    from service.processes.supervisor import Supervisor

    settings = home.runtime.settings
    children = [["serve", "--host", host, "--port", str(port)], *[["worker"]] * settings.workers]
    with Supervisor(children, home.environment, home.revive_database) as supervisor:
        if wait_until_up(host, port):
            serving_file(settings.home).write_text(str(os.getpid()))
            output.print(f"Plotwatch answers at [link]http://{host}:{port}/[/]  (Ctrl-C stops it)")
            if welcome:
                output.print(welcome, soft_wrap=True)
        supervisor.run_until_stopped()
    errors.print("plotwatch: stopped")


def serve(host: Host = "127.0.0.1", port: Port = DEFAULT_PORT) -> None:
    """Run the HTTP server alone, on a database that is already there."""
    from service.processes.opening import connected_runtime
    from service.processes.parent import end_with_parent
    from service.processes.server import run_server

    end_with_parent()
    run_server(connected_runtime(Settings()), host, port)


def worker() -> None:
    """Run a worker for background jobs alone, on a database that is already there."""
    from service.processes.opening import connected_runtime
    from service.processes.parent import end_with_parent
    from service.worker import run_worker

    end_with_parent()
    run_worker(connected_runtime(Settings()))


def migrate() -> None:
    """Bring the database to this program's schema, and make the first account."""
    from service.processes.opening import first_account, join_home

    with join_home(Settings()) as home:
        password = first_account(home.runtime)
        if password:
            output.print(f"User [bold]admin[/], password [bold]{password}[/] (shown once)")
    output.print("The schema is up to date.")


def doctor() -> None:
    """Say what is installed, what is missing, and what to do about it."""
    from service.setup.diagnosis import diagnose

    findings = diagnose(Settings())
    for finding in findings:
        mark = "[green]ok[/]     " if finding.good else "[red]missing[/]"
        output.print(f"{mark} {finding.subject}: {finding.sentence}")
    if not all(finding.good for finding in findings):
        raise typer.Exit(3)
