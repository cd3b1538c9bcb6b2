"""Find a PostgreSQL with PostGIS among the places where systems put it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from service.errors import StartupError

SUPPORTED = range(15, 19)
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/opt/homebrew/bin",
    "/usr/local/pgsql/bin",
    "/usr/local/bin",
    "/usr/bin",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """The folder of one PostgreSQL installation and its major version."""

    folder: Path
    version: int

    def path(self, name: str) -> str:
        """The full path of one program, such as ``pg_ctl``."""
        return str(self.folder / name)


def find_binaries() -> Binaries:
    """The newest supported installation that has PostGIS.

    Raises:
        StartupError: with the command that installs what is missing.
    """
    found = list(installations())
    with_postgis = [binaries for binaries in found if has_postgis(binaries)]
    if with_postgis:
        return max(with_postgis, key=lambda binaries: binaries.version)
    if found:
        version = max(binaries.version for binaries in found)
        raise StartupError(
            f"PostgreSQL {version} is here but PostGIS is not. "
            f"Install it: apt-get install postgresql-{version}-postgis-3 "
            "(Homebrew: brew install postgis), or set PLOTWATCH_DATABASE_URL."
        )
    raise StartupError(
        "No PostgreSQL 15 to 18 was found. Install one: apt-get install postgresql postgis "
        "postgresql-postgis (Homebrew: brew install postgis), or set PLOTWATCH_DATABASE_URL."
    )


def installations() -> Iterator[Binaries]:
    """Every supported server installation in the usual places and on the path."""
    folders: dict[Path, None] = {}
    for pattern in PLACES:
        for folder in sorted(Path("/").glob(pattern.lstrip("/"))):
            folders[folder] = None
    on_path = shutil.which("postgres")
    if on_path:
        folders[Path(on_path).resolve().parent] = None
    for folder in folders:
        if all((folder / name).exists() for name in ("postgres", "initdb", "pg_ctl")):
            version = major_version(folder / "postgres")
            if version in SUPPORTED:
                yield Binaries(folder, version)


def major_version(program: Path) -> int:
    """The major version a ``postgres`` program reports; 0 when it does not run."""
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"(\d+)(?:\.\d+)?", answer.stdout)
    return int(match.group(1)) if match else 0


def has_postgis(binaries: Binaries) -> bool:
    """Whether the installation's extension folder holds PostGIS."""
    config = binaries.folder / "pg_config"
    folders = [Path(f"/usr/share/postgresql/{binaries.version}")]
    if config.exists():
        answer = subprocess.run([config, "--sharedir"], capture_output=True, text=True, check=False)
        folders.append(Path(answer.stdout.strip()))
    return any((folder / "extension" / "postgis.control").exists() for folder in folders)
