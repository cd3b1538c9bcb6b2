"""Open a home: its lock, its database, its schema, its first account."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from service.accounts.directory import add_account, find_account
from service.accounts.passwords import generate_password
from service.accounts.roles import Role
from service.database import Database
from service.database.failures import first_line
from service.embedded import Cluster, HomeInUse, HomeLock, cluster_database_url, prepare_home
from service.embedded.cluster import embedded_password
from service.errors import StartupError
from service.qgis.equipment import equip
from service.runtime import Runtime
from service.schema import migrate
from service.settings import Settings

log = structlog.get_logger()

ADMIN = "admin"
WAIT_SECONDS = 120.0
REVIVAL_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class OpenHome:
    """A home that can be worked with. ``served`` when a running Plotwatch owns it.

    ``cluster``: the home's own database, for its owner.
    """

    runtime: Runtime
    served: bool = False
    cluster: Cluster | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a child process needs to work on the same home and database."""
        return {
            "PLOTWATCH_HOME": str(self.runtime.settings.home),
            "PLOTWATCH_DATABASE_URL": self.runtime.database.dsn,
        }

    def revive_database(self) -> None:
        """Start the home's own database again when it has died: all of it, not one connection.

        Raises:
            StartupError: when it does not start, or not where the children look for it.
        """
        if self.cluster is None or not self.cluster.seems_dead() or self.cluster.is_running():
            return
        log.warning("the database ended and is started again")
        url = make_url(_started_again(self.cluster))
        if url.port != self.runtime.database.url.port:
            raise StartupError("The port of the database was taken while it was down; start again.")


def _started_again(cluster: Cluster) -> str:
    """Its URL; the dead server's last connections may still be at work and stand in the way."""
    give_up = time.monotonic() + REVIVAL_SECONDS
    while True:
        try:
            return cluster.start()
        except StartupError:
            if time.monotonic() > give_up:
                raise
        time.sleep(1.0)


@contextmanager
def own_home(settings: Settings, patience: float = 0.0) -> Iterator[OpenHome]:
    """Own the home for the length of a ``with`` block, its database started and migrated.

    With ``PLOTWATCH_DATABASE_URL`` the database is somebody else's and only connected to. A short
    command that owns the home is waited for, up to ``patience`` seconds.

    Raises:
        HomeInUse: when another process owns it.
        StartupError: when the home, the database or the schema cannot be used.
    """
    settings = settings.model_copy(update={"home": prepare_home(settings.home)})
    if settings.database_url is not None:
        yield OpenHome(migrated_runtime(settings, settings.database_url))
        return
    with _locked(settings.home, patience):
        cluster = Cluster(settings.home, embedded_password(settings))
        url = cluster.start()
        try:
            yield OpenHome(migrated_runtime(settings, url), cluster=cluster)
        finally:
            serving_file(settings.home).unlink(missing_ok=True)
            cluster.stop()


@contextmanager
def _locked(home: Path, patience: float) -> Iterator[None]:
    give_up = time.monotonic() + patience
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(HomeLock(home))
                break
            except HomeInUse as error:
                if serves(home, error.owner) or time.monotonic() > give_up:
                    raise
            time.sleep(0.5)
        yield


@contextmanager
def join_home(settings: Settings) -> Iterator[OpenHome]:
    """Use the home beside whoever serves it; own it when nobody does.

    Another short command is waited for.
    """
    give_up = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            with own_home(settings) as home:
                yield home
                return
        except HomeInUse as error:
            home_folder = settings.home.resolve()
            if serves(home_folder, error.owner):
                settings = settings.model_copy(update={"home": home_folder})
                url = cluster_database_url(home_folder, embedded_password(settings))
                yield OpenHome(Runtime.connect(settings, url), served=True)
                return
            if time.monotonic() > give_up:
                raise
            time.sleep(0.5)


def migrated_runtime(settings: Settings, url: str) -> Runtime:
    """A runtime on a database brought to this program's schema.

    Raises:
        StartupError: when the database does not answer, is not ready, or is of a newer Plotwatch.
    """
    try:
        migrate(Database(url, 1))
    except OperationalError as error:
        place = make_url(url).render_as_string(hide_password=True)
        raise StartupError(f"The database {place} does not answer: {first_line(error)}") from error
    runtime = Runtime.connect(settings, url)
    equip(runtime)
    return runtime


def first_account(runtime: Runtime) -> str | None:
    """Make the account ``admin`` unless there is one; returns a password that was generated."""
    configured = runtime.settings.admin_password
    with runtime.database.transaction() as session:
        if find_account(session, ADMIN) is not None:
            return None
        password = configured or generate_password()
        add_account(session, ADMIN, Role.ADMIN, password)
    return None if configured else password


def serving_file(home: Path) -> Path:
    """The file that says which process serves the home."""
    return home / "serving.pid"


def serves(home: Path, owner: int) -> bool:
    """Whether the home's owner runs the whole service, not only a short command."""
    try:
        return owner != 0 and serving_file(home).read_text() == str(owner)
    except FileNotFoundError:
        return False


def connected_runtime(settings: Settings) -> Runtime:
    """A runtime on the database of the settings, or on the one that this home's owner runs.

    Raises:
        StartupError: when the home's database is not running.
    """
    if settings.database_url is not None:
        return Runtime.connect(settings, settings.database_url)
    settings = settings.model_copy(update={"home": prepare_home(settings.home)})
    try:
        with HomeLock(settings.home):
            pass
    except HomeInUse:
        url = cluster_database_url(settings.home, embedded_password(settings))
        return Runtime.connect(settings, url)
    raise StartupError(
        "No database is running for this home. Use 'plotwatch up', or set PLOTWATCH_DATABASE_URL."
    )
