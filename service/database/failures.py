"""What a failure of the database or of the disk means to those who wait for it."""

from __future__ import annotations

import errno

import psycopg
import sqlalchemy.exc


def first_line(error: sqlalchemy.exc.DBAPIError) -> str:
    """What the driver says of a failure, in one line."""
    return str(error.orig).strip().splitlines()[0]


def database_is_away(error: BaseException) -> bool:
    """Whether the database cannot be reached, or went away at work."""
    cause = error.orig if isinstance(error, sqlalchemy.exc.DBAPIError) else error
    return isinstance(cause, psycopg.OperationalError)


def out_of_space(error: BaseException) -> bool:
    """Whether a disk, the database's or the files' own, is full."""
    cause = error.orig if isinstance(error, sqlalchemy.exc.DBAPIError) else error
    if isinstance(cause, OSError):
        return cause.errno == errno.ENOSPC
    return isinstance(cause, psycopg.errors.DiskFull)
