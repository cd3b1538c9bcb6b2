"""An archive is a tar: a manifest, the database as ``pg_dump`` writes it, and every stored file."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import orjson
from sqlalchemy import text

from service import clock
from service.database.engine import SCHEMA
from service.embedded.binaries import find_binaries
from service.errors import Conflict, InvalidParameter, StartupError
from service.qgis.equipment import equip
from service.qgis.roles import VIEWS_SCHEMA
from service.runtime import Runtime
from service.schema.migrate import migrate, refuse_newer_revision, schema_revision
from service.schema.views import views_are_lost
from spatial.messages import Message

MANIFEST = "plotwatch.json"
DUMP = "database.dump"
SCHEMAS = (SCHEMA, VIEWS_SCHEMA)
FILES = "files/"
FORMAT = 1
VIEWS_MADE_ANEW = (
    "The archive was written by an older Plotwatch without the views that QGIS opens: "
    "views, edit checks, styles and the stored project have been made anew."
)

Report = Callable[[float, str], None]


def write_archive(runtime: Runtime, target: Path, report: Report) -> int:
    """Write database and files; the archive appears under its name only when it is whole.

    Returns its size in bytes. Files are content-addressed and never change, so that those
    written after the dump do no harm.
    """
    partial = target.with_name(target.name + ".partial")
    with tempfile.TemporaryDirectory() as folder, tarfile.open(partial, "w") as archive:
        report(0.05, "database")
        _add_bytes(archive, MANIFEST, orjson.dumps(_manifest(runtime)), clock.now())
        schemas = [f"--schema={schema}" for schema in SCHEMAS]
        dump = Path(folder) / DUMP
        _postgres_tool(runtime, "pg_dump", "-Fc", *schemas, "-f", str(dump))
        archive.add(dump, DUMP)
        hashes = list(runtime.files.hashes())
        for number, sha256 in enumerate(hashes, start=1):
            report(0.3 + 0.7 * number / len(hashes), "files")
            with runtime.files.local_path(sha256) as path:
                archive.add(path, FILES + sha256)
    partial.replace(target)
    report(1.0, "")
    return target.stat().st_size


def read_archive(runtime: Runtime, source: Path, report: Report) -> Sequence[str]:
    """Bring an archive into an empty database and the files' store.

    What belongs to the whole cluster is not in an archive: see ``service.qgis.roles``. Returns a
    sentence for each part that the archive should have held and that was made anew.

    Raises:
        InvalidParameter: when the file is not an archive of Plotwatch.
        Conflict: when the database already holds data.
        StartupError: when the archive is of a newer Plotwatch, or PostgreSQL refuses it.
    """
    with tempfile.TemporaryDirectory() as folder, _open(source) as archive:
        manifest = orjson.loads(_member(archive, MANIFEST).read())
        refuse_newer_revision(str(manifest["revision"]))
        _refuse_occupied(runtime)
        dump = Path(folder) / DUMP
        with dump.open("wb") as file:
            shutil.copyfileobj(_member(archive, DUMP), file)
        report(0.1, "files")
        _restore_files(runtime, archive, Path(folder), report)
        report(0.7, "database")
        with runtime.database.engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {', '.join(SCHEMAS)} CASCADE"))
        _postgres_tool(
            runtime, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner",
            "-d", runtime.database.dsn, str(dump),
        )  # fmt: skip
    with runtime.database.engine.connect() as connection:
        made_anew = [VIEWS_MADE_ANEW] if views_are_lost(connection) else []
    # It may be of an older Plotwatch.
    migrate(runtime.database)
    equip(runtime)
    report(1.0, "")
    return made_anew


def _manifest(runtime: Runtime) -> dict[str, object]:
    return {
        "format": FORMAT,
        "revision": schema_revision(runtime.database),
        "made_at": clock.now().isoformat(),
    }


def _refuse_occupied(runtime: Runtime) -> None:
    with runtime.database.reading() as session:
        occupied = session.execute(text("SELECT EXISTS (SELECT FROM import)")).scalar()
    if occupied:
        raise Conflict(
            Message(
                "目标数据库不是空的：请换一个新的 PLOTWATCH_HOME 再恢复。",
                "The database is not empty: restore into a new PLOTWATCH_HOME.",
            )
        )


def _restore_files(
    runtime: Runtime, archive: tarfile.TarFile, folder: Path, report: Report
) -> None:
    members = [member for member in archive.getmembers() if member.name.startswith(FILES)]
    for number, member in enumerate(members, start=1):
        report(0.1 + 0.6 * number / len(members), "files")
        copy = folder / "file"
        with copy.open("wb") as file:
            shutil.copyfileobj(_member(archive, member.name), file)
        stored = runtime.files.put_path(copy)
        if stored.sha256 != member.name.removeprefix(FILES):
            raise _damaged(member.name)


def _open(source: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(source, "r:")
    except (tarfile.TarError, OSError) as error:
        raise _damaged(source.name) from error


def _member(archive: tarfile.TarFile, name: str) -> io.BufferedIOBase:
    try:
        file = archive.extractfile(name)
    except KeyError as error:
        raise _damaged(name) from error
    if not isinstance(file, io.BufferedIOBase):
        raise _damaged(name)
    return file


def _damaged(name: str) -> InvalidParameter:
    return InvalidParameter(
        "file",
        Message(
            f"{name} 不是完整的 Plotwatch 备份，请换一份备份文件。",
            f"{name} is not a whole Plotwatch backup; use another one.",
        ),
    )


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes, at: datetime) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    member.mtime = int(at.timestamp())
    archive.addfile(member, io.BytesIO(content))


def _postgres_tool(runtime: Runtime, program: str, *arguments: str) -> None:
    url = runtime.database.url
    connection = {
        "PGHOST": url.host or "127.0.0.1",
        "PGPORT": str(url.port or 5432),
        "PGUSER": url.username or "",
        "PGPASSWORD": str(url.password or ""),
        "PGDATABASE": url.database or "",
    }
    done = subprocess.run(
        [find_binaries().path(program), *arguments],
        env={**os.environ, **connection},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise StartupError(f"{program} failed: {done.stderr[-1000:]}")
