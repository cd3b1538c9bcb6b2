"""GeoPackages looked at before GDAL opens them: plain tables only, nothing of theirs is run."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from spatial.errors import SourceError
from spatial.messages import Message

_WAL_MARK = b"\x02\x02"
_ROLLBACK_MARK = b"\x01\x01"
_MARK_AT = 18
_SCHEMA_LIMIT = 10_000
_STEPS_BETWEEN_LOOKS = 100_000
_MOST_LOOKS = 200
_OTHER_SQLITE = Message(
    "文件是 SQLite 数据库，但不是 GeoPackage（可能是 SuperMap 的 UDBX、SpatiaLite 或 MBTiles）。"
    "请导出为 GeoPackage 或 shapefile 后上传。",
    "The file is an SQLite database, but no GeoPackage (perhaps SuperMap's UDBX, SpatiaLite or "
    "MBTiles). Export it as GeoPackage or shapefile.",
)


def safe_geopackage(
    path: Path, workspace: Path, write_ahead: Path | None = None
) -> tuple[Path, frozenset[str]]:
    """A GeoPackage fit to be opened, and the tables that may be read from it.

    Views are left out, because reading one runs what it holds; triggers run on writing only, and
    the file is opened read-only. A file in write-ahead mode is copied, because SQLite would write
    beside it, and ``write_ahead``, the log that was sent beside it, goes into the copy: a program
    that has the file open leaves there what it wrote last. Raises ``SourceError``.
    """
    with path.open("rb") as file:
        file.seek(_MARK_AT)
        mark = file.read(2)
    try:
        if mark == _WAL_MARK:
            path = _out_of_wal(path, workspace, write_ahead)
        with closing(sqlite3.connect(_address(path), uri=True)) as database:
            return path, _tables(database, path)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise SourceError(
            Message(
                "文件不是完好的 GeoPackage（SQLite 无法读取其目录）。请重新导出后上传。",
                "The file is no sound GeoPackage (SQLite cannot read its catalogue). Export it "
                "again and upload.",
            ),
            file=path.name,
        ) from error


def _tables(database: sqlite3.Connection, path: Path) -> frozenset[str]:
    looks = 0

    def stop_when_long() -> bool:
        nonlocal looks
        looks += 1
        return looks > _MOST_LOOKS

    database.set_progress_handler(stop_when_long, _STEPS_BETWEEN_LOOKS)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    query = "SELECT lower(name), sql FROM sqlite_schema WHERE type = 'table' LIMIT ?"
    rows = database.execute(query, (_SCHEMA_LIMIT,)).fetchall()
    plain = {name for name, sql in rows if not str(sql).lower().startswith("create virtual")}
    if not {"gpkg_contents", "gpkg_geometry_columns"} <= plain:
        raise SourceError(_OTHER_SQLITE, code="sqlite-no-geopackage", file=path.name)
    return frozenset(plain)


def _address(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"


def _out_of_wal(path: Path, workspace: Path, write_ahead: Path | None) -> Path:
    # Files of one archive are numbered folder by folder.
    copy = workspace / f"{path.parent.name}-{path.name[:40]}-copy.gpkg"
    shutil.copyfile(path, copy)
    if write_ahead is not None:
        shutil.copyfile(write_ahead, f"{copy}-wal")
        with closing(sqlite3.connect(copy)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with copy.open("r+b") as file:
        file.seek(_MARK_AT)
        file.write(_ROLLBACK_MARK)
    return copy
