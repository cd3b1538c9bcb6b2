"""Edits of plots by the service, through the same view and trigger that QGIS writes to.

So there is one set of checks, one history and one way to notice a conflict, whatever the door.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import orjson
import psycopg
from psycopg import sql
from sqlalchemy.orm import Session

from service.accounts.permissions import Action, require
from service.accounts.roles import Principal
from service.database.engine import driver_connection
from service.errors import Conflict, InvalidParameter, NotAllowed, NotFound
from spatial.messages import Message

EDITABLE = (
    "plot_no", "village_code", "land_class", "planting", "slope_grade", "ownership",
    "area_reported_m2",
)  # fmt: skip
"""Columns that an editor may set; all others follow from them or are ignored."""

Geometry = Mapping[str, Any]
"""A GeoJSON geometry in CRS84 longitude and latitude."""

Answer = TypeVar("Answer")


def add_plot(
    session: Session, principal: Principal, properties: Mapping[str, Any], geometry: Geometry | None
) -> int:
    """Add a plot to the version in force; returns its id. Columns not named are left empty.

    Raises:
        InvalidParameter: with the database's own sentence, when the plot cannot be.
        NotAllowed: when the caller may not edit, or not there.
    """
    values = {name: properties.get(name) for name in EDITABLE}
    statement = sql.SQL("INSERT INTO qgis.plots ({}, geom) VALUES ({}, {}) RETURNING id").format(
        _columns(values), _literals(values), _geometry(geometry)
    )

    def insert(connection: psycopg.Connection[Any]) -> int:
        row = connection.execute(statement).fetchone()
        assert row is not None
        return int(row[0])

    return _edit(session, principal, insert)


def change_plot(
    session: Session,
    principal: Principal,
    plot_id: int,
    properties: Mapping[str, Any],
    geometry: Geometry | None = None,
    *,
    seen_version: int | None = None,
) -> None:
    """Change the named columns of a plot, and its geometry when one is given.

    ``seen_version`` is the row version that the editor saw; without it the newest is taken.

    Raises:
        NotFound: when the version in force has no such plot.
        Conflict: when the plot has changed since ``seen_version``.
        InvalidParameter: with the database's own sentence, when the plot cannot be so.
        NotAllowed: when the caller may not edit, or not there.
    """
    token = sql.SQL("'v' || {}").format(
        sql.SQL("row_version") if seen_version is None else sql.Literal(seen_version)
    )
    changes = [sql.SQL("edit_token = {}").format(token)]
    for name in EDITABLE:
        if name in properties:
            changes.append(
                sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(properties[name]))
            )
    if geometry is not None:
        changes.append(sql.SQL("geom = {}").format(_geometry(geometry)))
    statement = sql.SQL("UPDATE qgis.plots SET {} WHERE id = {}").format(
        sql.SQL(", ").join(changes), sql.Literal(plot_id)
    )
    if _edit(session, principal, lambda connection: connection.execute(statement).rowcount) == 0:
        raise NotFound(NO_SUCH)


def remove_plot(session: Session, principal: Principal, plot_id: int) -> None:
    """Take a plot out of the version in force; its history keeps what it was.

    Raises:
        NotFound: when the version in force has no such plot.
        NotAllowed: when the caller may not edit, or not there.
    """
    statement = sql.SQL("DELETE FROM qgis.plots WHERE id = {}").format(sql.Literal(plot_id))
    if _edit(session, principal, lambda connection: connection.execute(statement).rowcount) == 0:
        raise NotFound(NO_SUCH)


NO_SUCH = Message("没有这个地块，或它已被删除。", "There is no such plot, or it was removed.")


def _edit(
    session: Session,
    principal: Principal,
    write: Callable[[psycopg.Connection[Any]], Answer],
) -> Answer:
    require(principal, Action.EDIT_PLOTS)
    connection = driver_connection(session)
    villages = sorted(principal.villages) if principal.bound_to_villages else []
    connection.execute(
        "SELECT set_config('plotwatch.actor', %s, true),"
        " set_config('plotwatch.villages', %s::text[]::text, true)",
        [principal.username, villages],
    )
    try:
        return write(connection)
    except psycopg.errors.SerializationFailure as error:
        raise Conflict(_said(error), code="edit-conflict") from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise NotAllowed(_said(error)) from error
    except (psycopg.errors.IntegrityError, psycopg.errors.DataError) as error:
        raise InvalidParameter("properties", _said(error)) from error
    except psycopg.errors.ObjectNotInPrerequisiteState as error:
        raise Conflict(_said(error)) from error
    except psycopg.errors.InternalError as error:
        # What PostGIS says of a geometry it cannot read.
        raise InvalidParameter("geometry", _said(error)) from error


def _said(error: psycopg.Error) -> Message:
    text = error.diag.message_primary or str(error)
    return Message(text, text)


def _columns(values: Mapping[str, Any]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in values)


def _literals(values: Mapping[str, Any]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Literal(value) for value in values.values())


def _geometry(geometry: Geometry | None) -> sql.Composable:
    if geometry is None:
        return sql.SQL("NULL")
    text = sql.Literal(orjson.dumps(dict(geometry)).decode())
    return sql.SQL("ST_SetSRID(ST_Multi(ST_GeomFromGeoJSON({})), 4490)").format(text)
