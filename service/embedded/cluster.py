"""Make, start and stop the private cluster of one home."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg

from service.embedded.binaries import Binaries, find_binaries
from service.embedded.identity import Identity
from service.errors import StartupError
from service.settings import Settings

OWNER = "plotwatch"
DATABASE = "plotwatch"

# Durable: fsync, full_page_writes and synchronous_commit stay at their defaults (on). The WAL is
# kept minimal because nothing replicates from a private cluster; it spares bulk loads into fresh
# tables a second copy, and those tables are synced to disk before their transaction commits.
CONFIGURATION = """
listen_addresses = '127.0.0.1'
password_encryption = 'scram-sha-256'
max_connections = 100
shared_buffers = '256MB'
work_mem = '16MB'
maintenance_work_mem = '256MB'
max_wal_size = '4GB'
wal_level = minimal
max_wal_senders = 0
wal_compression = on
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
unix_socket_permissions = 0700
"""
ACCESS = """
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""


class Cluster:
    """The PostgreSQL cluster of one home; the caller holds the home's lock."""

    def __init__(
        self, home: Path, password: str, configuration: str = "", binaries: Binaries | None = None
    ) -> None:
        """``configuration`` is appended to ``postgresql.conf`` when the cluster is made."""
        self.home = home
        self.password = password
        self.configuration = CONFIGURATION + configuration
        self.identity = Identity.choose()
        self.binaries = binaries or find_binaries()
        self.data = data_folder(home, self.identity)
        self.log = self.data.parent / "postgres.log"

    def start(self) -> str:
        """Start the cluster, making it first when needed; returns its libpq URL.

        A server left running by a killed owner of this home is taken over.

        Raises:
            StartupError: with the end of the server's log when it does not start.
        """
        if not (self.data / "PG_VERSION").exists():
            self._make()
        self._check_version()
        if not self.is_running():
            self._launch()
        self._make_database()
        return cluster_database_url(self.home, self.password)

    def is_running(self) -> bool:
        """Whether a server runs on this data folder."""
        return self._control("status", check=False).returncode == 0

    def seems_dead(self) -> bool:
        """Whether the server's process is gone; costs next to nothing, to be asked often."""
        try:
            os.kill(int((self.data / "postmaster.pid").read_text().partition("\n")[0]), 0)
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return True
        except PermissionError:
            # It is there and another user's.
            return False
        return False

    def stop(self) -> None:
        """Stop the server, ending open connections; waits until it is down."""
        self._control("stop", "-m", "fast", "-w", "-t", "60", check=False)

    def _make(self) -> None:
        fresh = self.data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700, parents=True)
        self.identity.own(fresh.parent)
        self.identity.own(fresh)
        with tempfile.NamedTemporaryFile("w", suffix=".pw") as secret:
            secret.write(self.password)
            secret.flush()
            self.identity.own(Path(secret.name))
            self._run(
                "initdb", "-D", str(fresh), "-U", OWNER, "-E", "UTF8", "--locale=C.UTF-8",
                "--auth=scram-sha-256", f"--pwfile={secret.name}", "--data-checksums", "-N",
            )  # fmt: skip
        with (fresh / "postgresql.conf").open("a") as file:
            file.write(self.configuration)
        (fresh / "pg_hba.conf").write_text(ACCESS)
        self._run("initdb", "-D", str(fresh), "--sync-only")
        fresh.rename(self.data)

    def _check_version(self) -> None:
        made_by = int((self.data / "PG_VERSION").read_text())
        if made_by == self.binaries.version:
            return
        raise StartupError(
            f"The database in {self.data} was made by PostgreSQL {made_by}, but this system has "
            f"{self.binaries.version}. Install PostgreSQL {made_by} with PostGIS, run "
            "'plotwatch backup', and restore into a new home."
        )

    def _launch(self) -> None:
        sockets = socket_folder(self.data)
        sockets.mkdir(mode=0o700, exist_ok=True)
        self.identity.own(sockets)
        if sockets.stat().st_uid != self.data.stat().st_uid:
            raise StartupError(f"{sockets} belongs to somebody else; remove it and start again.")
        port = self._port()
        options = f"-p {port} -k {sockets}"
        started = self._control("start", "-w", "-t", "120", "-l", str(self.log), "-o", options,
                                check=False)  # fmt: skip
        if started.returncode != 0:
            tail = self.log.read_text(errors="replace")[-1500:] if self.log.exists() else ""
            raise StartupError(f"The embedded database did not start:\n{started.stderr}{tail}")
        port_file(self.home).write_text(str(port))

    def _port(self) -> int:
        """The port used last time when it is free, so that QGIS projects stay valid."""
        known = port_file(self.home)
        wanted = int(known.read_text()) if known.exists() else 0
        for candidate in (wanted, 0):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", candidate))
                except OSError:
                    continue
                return int(probe.getsockname()[1])
        raise StartupError("No free port on 127.0.0.1 for the embedded database.")

    def _make_database(self) -> None:
        url = cluster_database_url(self.home, self.password, database="postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if row.fetchone() is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _control(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self._run("pg_ctl", "-D", str(self.data), *arguments, check=check)

    def _run(
        self, program: str, *arguments: str, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        # Output goes to a file: pg_ctl's server would inherit a pipe and never close it.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [self.binaries.path(program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
                check=False,
                start_new_session=True,
                **self.identity.process_options,
            )
            output.seek(0)
            text = output.read()
        if check and done.returncode != 0:
            raise StartupError(f"{program} failed: {text[-1500:]}")
        return subprocess.CompletedProcess(done.args, done.returncode, "", text)


def data_folder(home: Path, identity: Identity) -> Path:
    """Where the cluster lives: in the home, unless the server's user cannot reach it there.

    Root's own folder is closed to the ``postgres`` user on most systems; then the cluster stands
    under ``/var/lib/plotwatch``, named after the home.
    """
    if identity.can_reach(home):
        return home / "postgres" / "data"
    name = f"{home.name.strip('.')}-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"
    outside = Path("/var/lib/plotwatch") / name
    outside.mkdir(parents=True, exist_ok=True)
    (home / "postgres-location.txt").write_text(f"{outside}\n")
    return outside / "data"


def socket_folder(data: Path) -> Path:
    """A folder for the socket with a path short enough for the kernel (107 bytes)."""
    beside = data.parent / "socket"
    if len(str(beside)) < 80:
        return beside
    digest = hashlib.sha256(str(data).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"plotwatch-{digest}"


def port_file(home: Path) -> Path:
    """The file that remembers the port of the embedded database."""
    return home / "database-port"


def cluster_database_url(home: Path, password: str, database: str = DATABASE) -> str:
    """The libpq URL of a home's embedded database."""
    port = port_file(home).read_text().strip()
    return f"postgresql://{OWNER}:{quote(password)}@127.0.0.1:{port}/{database}"


def embedded_password(settings: Settings) -> str:
    """The password of the cluster's owner, kept in the home's secrets."""
    return settings.secret("database-password")
