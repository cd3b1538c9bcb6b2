"""Edits of plots by the service, through the same view and trigger that QGIS writes to.

So there is one set of checks, one history and one way to notice a conflict, whatever the door.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import psycopg
import shapely
from psycopg import sql
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from service.accounts.permissions import Action, require
from service.accounts.roles import Principal
from service.database.base import STORAGE_SRID
from service.database.engine import driver_connection
from service.errors import Conflict, InvalidParameter, NotAllowed, NotFound
from service.plots.edit_faults import member_at_fault
from service.plots.edited_values import EDITABLE, Value, empty_values
from spatial.messages import Message

EDIT_CONFLICT = "edit-conflict"
NO_SUCH = Message("没有这个地块，或它已被删除。", "There is no such plot, or it was removed.")
REMOVED_LATE = Message(
    "地块已被他人修改，没有删除。请刷新图层后再操作。",
    "The plot was changed by another and is not removed; reload it first.",
)
CHANGED_LATE = Message(
    "地块已被他人修改，请刷新图层后再编辑。", "The plot was changed by another; reload it first."
)
NO_OUTLINE = Message("地块没有图形，请画出边界后再保存。", "A plot needs an outline.")

Answer = TypeVar("Answer")


def add_plot(
    session: Session, principal: Principal, values: Mapping[str, Value], outline: BaseGeometry
) -> int:
    """Add a plot to the version in force; returns its id. Columns not named are left empty.

    ``outline`` is in EPSG:4490 degrees, longitude first.

    Raises:
        InvalidParameter: with the database's own sentence, when the plot cannot be.
        NotAllowed: when the caller may not edit, or not there.
    """
    names = sql.SQL(", ").join(map(sql.Identifier, EDITABLE))
    whole = empty_values() | dict(values)
    literals = sql.SQL(", ").join(sql.Literal(whole[name]) for name in EDITABLE)
    statement = sql.SQL("INSERT INTO qgis.plots ({}, geom) VALUES ({}, {}) RETURNING id").format(
        names, literals, _geometry(outline)
    )

    def insert(connection: psycopg.Connection[Any]) -> int:
        row = connection.execute(statement).fetchone()
        assert row is not None
        return int(row[0])

    return _edit(session, principal, insert, sent=_sent(values, outline))


def change_plot(
    session: Session,
    principal: Principal,
    plot_id: int,
    values: Mapping[str, Value],
    outline: BaseGeometry | None = None,
    *,
    seen_version: int | None = None,
    own_edits_agree: bool = False,
) -> None:
    """Change the named columns of a plot, and its outline when one is given.

    ``seen_version`` is the row version that the editor saw; without it the newest is taken.
    With ``own_edits_agree`` the editor's own edits since then are no conflict.

    Raises:
        NotFound: when the version in force has no such plot that the caller may see.
        Conflict: when the plot has changed since ``seen_version``.
        InvalidParameter: with the database's own sentence, when the plot cannot be so.
        NotAllowed: when the caller may not edit, or not there.
    """
    seen = _seen(principal, seen_version, own_edits_agree)
    if not values and outline is None:
        compare = partial(_compared, plot_id=plot_id, seen=seen)
        _edit(session, principal, compare, plot_id)
        return
    changes = [sql.SQL("edit_token = 'v' || {}").format(seen)]
    changes += [
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value))
        for name, value in values.items()
    ]
    if outline is not None:
        changes.append(sql.SQL("geom = {}").format(_geometry(outline)))
    statement = sql.SQL("UPDATE qgis.plots SET {} WHERE id = {}").format(
        sql.SQL(", ").join(changes), sql.Literal(plot_id)
    )

    def update(connection: psycopg.Connection[Any]) -> int:
        return connection.execute(statement).rowcount

    if _edit(session, principal, update, plot_id, _sent(values, outline)) == 0:
        raise NotFound(NO_SUCH)


def is_outline_of(session: Session, plot_id: int, outline: BaseGeometry, tolerance: float) -> bool:
    """Whether an outline is a plot's own, each coordinate within ``tolerance`` degrees."""
    statement = "SELECT ST_AsBinary(geom) FROM qgis.plots WHERE id = %s"
    row = driver_connection(session).execute(statement, [plot_id]).fetchone()
    if row is None:
        return False
    stored = shapely.from_wkb(bytes(row[0]))
    given = shapely.MultiPolygon([outline]) if isinstance(outline, shapely.Polygon) else outline
    return bool(shapely.equals_exact(stored, given, tolerance))


def _compared(connection: psycopg.Connection[Any], plot_id: int, seen: sql.Composable) -> None:
    """An edit that changes nothing leaves no version behind; it still may come too late."""
    statement = sql.SQL("SELECT row_version = {} FROM qgis.plots WHERE id = {}").format(
        seen, sql.Literal(plot_id)
    )
    row = connection.execute(statement).fetchone()
    if row is None:
        raise NotFound(NO_SUCH)
    if not row[0]:
        raise Conflict(CHANGED_LATE, code=EDIT_CONFLICT)


def _seen(principal: Principal, version: int | None, own_edits_agree: bool) -> sql.Composable:
    """SQL for the row version that an edit names; the trigger compares it with the row's."""
    if version is None:
        return sql.SQL("row_version")
    if not own_edits_agree:
        return sql.Literal(version)
    return sql.SQL(
        "CASE WHEN row_version >= {version} AND NOT EXISTS ("
        "SELECT FROM plot_edit AS edit WHERE edit.plot_id = plots.id"
        " AND edit.row_version >= {version} AND edit.actor <> {actor})"
        " THEN row_version ELSE {version} END"
    ).format(version=sql.Literal(version), actor=sql.Literal(principal.username))


def remove_plot(
    session: Session, principal: Principal, plot_id: int, *, seen_version: int | None = None
) -> None:
    """Take a plot out of the version in force; its history keeps what it was.

    Raises:
        NotFound: when the version in force has no such plot that the caller may see.
        Conflict: when the plot has changed since ``seen_version``.
        NotAllowed: when the caller may not edit, or not there.
    """
    found = "SELECT row_version FROM qgis.plots WHERE id = %s"
    statement = "DELETE FROM qgis.plots WHERE id = %s AND row_version = %s"

    def delete(connection: psycopg.Connection[Any]) -> None:
        row = connection.execute(found, [plot_id]).fetchone()
        if row is None:
            raise NotFound(NO_SUCH)
        version = row[0] if seen_version is None else seen_version
        if connection.execute(statement, [plot_id, version]).rowcount == 0:
            raise Conflict(REMOVED_LATE, code=EDIT_CONFLICT)

    _edit(session, principal, delete, plot_id)


def _edit(
    session: Session,
    principal: Principal,
    write: Callable[[psycopg.Connection[Any]], Answer],
    plot_id: int | None = None,
    sent: Collection[str] = (),
) -> Answer:
    """Write as the caller; ``plot_id`` is the plot that there has to be.

    ``sent``: the members that say something, of which a refusal names the one at fault.
    """
    require(principal, Action.EDIT_PLOTS)
    connection = driver_connection(session)
    villages = sorted(principal.villages) if principal.bound_to_villages else []
    connection.execute(
        "SELECT set_config('plotwatch.actor', %s, true),"
        " set_config('plotwatch.villages', %s::text[]::text, true)",
        [principal.username, villages],
    )
    if plot_id is not None and villages:
        _refuse_unseen(connection, plot_id, villages)
    try:
        return write(connection)
    except psycopg.errors.SerializationFailure as error:
        raise Conflict(_said(error), code=EDIT_CONFLICT) from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise NotAllowed(_said(error)) from error
    except (psycopg.errors.IntegrityError, psycopg.errors.DataError) as error:
        raise InvalidParameter(member_at_fault(error, sent), _said(error)) from error
    except psycopg.errors.ObjectNotInPrerequisiteState as error:
        raise Conflict(_said(error)) from error
    except psycopg.errors.InternalError as error:
        # What PostGIS says of a geometry it cannot read.
        raise InvalidParameter("geometry", _said(error)) from error


def _sent(values: Mapping[str, Value], outline: BaseGeometry | None) -> Collection[str]:
    named = {name for name, value in values.items() if value is not None}
    return named if outline is None else named | {"geometry"}


def _refuse_unseen(
    connection: psycopg.Connection[Any], plot_id: int, villages: Sequence[str]
) -> None:
    """Ground that is not the caller's is told like none: its number and version are not his."""
    statement = "SELECT 1 FROM qgis.plots WHERE id = %s AND village_code = ANY (%s)"
    if connection.execute(statement, [plot_id, villages]).fetchone() is None:
        raise NotFound(NO_SUCH)


def _said(error: psycopg.Error) -> Message:
    """The database's own sentence; the trigger gives the English one as its detail.

    The detail of a constraint of a table would be the whole row.
    """
    text = error.diag.message_primary or str(error)
    english = None if error.diag.table_name else error.diag.message_detail
    return Message(text, english or text)


def _geometry(outline: BaseGeometry) -> sql.Composable:
    # Hexadecimal digits only; the server reads them as a geometry.
    placed = shapely.set_srid(outline, STORAGE_SRID)
    text = sql.Literal(shapely.to_wkb(placed, hex=True, include_srid=True))
    return sql.SQL("ST_Multi({}::geometry)").format(text)
