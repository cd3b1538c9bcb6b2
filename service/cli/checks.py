"""The command that checks the repository: format, lint, types, tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import typer

from service.cli.console import errors
from service.errors import StartupError

ROOT = Path(__file__).parent.parent.parent


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    settings = {"allow_extra_args": True, "ignore_unknown_options": True}
    app.command(context_settings=settings)(test)


def test(context: typer.Context) -> None:
    """Install what the tests need and run them all; arguments go to pytest.

    Without arguments format, lint and types are checked first, then the tests run on all cores;
    the browser's story, which wants a machine to itself, is ``plotwatch test -m browser``.
    """
    from service.setup.packages import ensure_postgis
    from service.setup.page import ensure_page
    from service.setup.qgis import ensure_newer_qgis
    from service.setup.testing import ensure_test_packages

    if not (ROOT / "tests").exists():
        raise StartupError("The tests are not part of the installed package; use a checkout.")
    ensure_postgis()
    ensure_test_packages()
    ensure_newer_qgis()
    ensure_page()
    checks = {"tests": ["pytest", *context.args]} if context.args else EVERYTHING
    failed = [name for name, arguments in checks.items() if not _run(arguments)]
    if failed:
        errors.print(f"plotwatch: failed: {', '.join(failed)}", style="red")
        raise typer.Exit(1)


# A file's tests share a database template, so that they stay together in one process.
PARALLEL = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"]
EVERYTHING = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "tests": ["pytest", "-m", "not browser", *PARALLEL],
}


def _run(arguments: list[str]) -> bool:
    errors.print(f"plotwatch: {' '.join(arguments)}", style="bold")
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, check=False)
    return done.returncode == 0
