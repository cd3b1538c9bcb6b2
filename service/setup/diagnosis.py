"""What is installed, what is missing, what to do."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError

from service.database import Database
from service.database.failures import first_line
from service.embedded.binaries import find_binaries
from service.embedded.home import prepare_home
from service.errors import StartupError
from service.schema.requirements import lacking
from service.settings import Settings
from service.setup.page import DIST

LEAST_FREE_GB = 2


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at; ``sentence`` says what to do when it is not good."""

    subject: str
    good: bool
    sentence: str


def diagnose(settings: Settings) -> list[Diagnosis]:
    """Look at everything that Plotwatch needs."""
    return [
        Diagnosis("Python", sys.version_info >= (3, 11), sys.version.split()[0]),
        _database(settings),
        _home(settings),
        _space(settings),
        _page(),
    ]


def _database(settings: Settings) -> Diagnosis:
    if settings.database_url is not None:
        return _server(Database(settings.database_url, 1))
    try:
        binaries = find_binaries()
    except StartupError as error:
        return Diagnosis("PostGIS", False, str(error))
    return Diagnosis("PostGIS", True, f"PostgreSQL {binaries.version} in {binaries.folder}")


def _server(database: Database) -> Diagnosis:
    place = database.url.render_as_string(hide_password=True)
    try:
        with database.engine.connect() as connection:
            sentences = lacking(connection)
    except OperationalError as error:
        return Diagnosis("Database", False, f"{place} does not answer: {first_line(error)}")
    finally:
        database.dispose()
    return Diagnosis("Database", not sentences, "\n".join([place, *sentences]))


def _home(settings: Settings) -> Diagnosis:
    try:
        return Diagnosis("Home", True, str(prepare_home(settings.home)))
    except StartupError as error:
        return Diagnosis("Home", False, str(error))


def _space(settings: Settings) -> Diagnosis:
    place = settings.home if settings.home.exists() else settings.home.absolute().parent
    free = shutil.disk_usage(place).free / 1e9
    advice = "" if free >= LEAST_FREE_GB else f"; at least {LEAST_FREE_GB} GB are needed"
    return Diagnosis("Space", free >= LEAST_FREE_GB, f"{free:.1f} GB free{advice}")


def _page() -> Diagnosis:
    built = (DIST / "index.html").exists()
    return Diagnosis("Page", built, "built" if built else "not built yet: 'plotwatch up' builds it")
