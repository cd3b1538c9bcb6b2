"""Partitions of layer tables: filled as tables of their own, then attached.

A table that is made, filled and indexed in one transaction needs no write-ahead log of its rows
on the embedded cluster (``wal_level = minimal``), and its rows can be frozen as they arrive.
"""

from __future__ import annotations

from psycopg import sql
from sqlalchemy.orm import Session

from service.database.engine import driver_connection

INDEX_DEFINITIONS = """
SELECT regexp_replace(pg_get_indexdef(indexrelid), '^CREATE .*?INDEX .*? USING ', 'USING '),
       indisprimary
  FROM pg_index WHERE indrelid = to_regclass(%s) ORDER BY indexrelid
"""


def partition_name(parent: str, version_id: int) -> str:
    """The table that holds one version of a layer: ``plot_v7``."""
    return f"{parent}_v{version_id}"


def create_partition_table(session: Session, parent: str, version_id: int) -> str:
    """Make an empty table that can become the partition of a version; returns its name.

    It has no indexes yet, and a check that spares the attachment a scan.
    """
    name = partition_name(parent, version_id)
    connection = driver_connection(session)
    connection.execute(
        sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)").format(
            sql.Identifier(name), sql.Identifier(parent)
        )
    )
    connection.execute(
        sql.SQL("ALTER TABLE {} ADD CONSTRAINT one_version CHECK (version_id = {})").format(
            sql.Identifier(name), sql.Literal(version_id)
        )
    )
    return name


def index_partition(session: Session, parent: str, version_id: int) -> None:
    """Give a filled partition table the indexes of its parent, and the planner its statistics."""
    name = partition_name(parent, version_id)
    connection = driver_connection(session)
    for definition, primary in connection.execute(INDEX_DEFINITIONS, [parent]).fetchall():
        connection.execute(_index_statement(name, definition, primary))
    connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(name)))


def attach_partition(session: Session, parent: str, version_id: int) -> None:
    """Make a filled and indexed table the partition of its version; readers are not blocked."""
    name = sql.Identifier(partition_name(parent, version_id))
    connection = driver_connection(session)
    connection.execute(
        sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES IN ({})").format(
            sql.Identifier(parent), name, sql.Literal(version_id)
        )
    )
    connection.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT one_version").format(name))


def _index_statement(table: str, definition: str, primary: bool) -> sql.Composed:
    if primary:
        columns = sql.SQL(definition.removeprefix("USING btree "))
        return sql.SQL("ALTER TABLE {} ADD PRIMARY KEY {}").format(sql.Identifier(table), columns)
    return sql.SQL("CREATE INDEX ON {} {}").format(
        sql.Identifier(table),
        sql.SQL(definition),
    )
