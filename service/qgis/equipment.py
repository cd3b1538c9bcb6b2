"""What QGIS finds in the database: land classes to choose from, styles, and the project."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
from psycopg import sql
from sqlalchemy import delete, insert, text
from sqlalchemy.orm import Session

from service import clock
from service.database.engine import driver_connection
from service.qgis.models import LandClass
from service.qgis.project import PROJECT_NAME, project_archive
from service.qgis.roles import READERS, VIEWS_SCHEMA, ensure_group_roles
from service.qgis.sources import Connection
from service.qgis.styles import STYLES, qml
from service.runtime import Runtime
from spatial.intake.fields.land_class import land_class_systems, recoverable_plantings
from spatial.words import Protection

PLANTING = "planting"
EQUIP_LOCK = 0x71676973


def equip(runtime: Runtime) -> None:
    """Bring land classes, group roles, styles and the stored project up to date."""
    with runtime.database.transaction() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": EQUIP_LOCK})
        store_land_classes(session)
        ensure_group_roles(session)
        store_styles(session)
        store_project(session, Connection.of(runtime.database.url))


def store_land_classes(session: Session) -> None:
    """Fill the table that edits are checked against, from the product's own data."""
    session.execute(delete(LandClass))
    session.execute(insert(LandClass), list(_land_classes()))


def _land_classes() -> Iterator[dict[str, str]]:
    for name, system in land_class_systems().items():
        for code in sorted(system.codes):
            protection = system.protection(code).value
            yield {"system": name, "code": code, "protection": protection}
    for mark in sorted(recoverable_plantings()):
        yield {"system": PLANTING, "code": mark, "protection": Protection.RECOVERABLE.value}


def store_styles(session: Session) -> None:
    """The default style of every view, as QGIS looks for it (type NULL, only ever in public)."""
    connection = driver_connection(session)
    connection.execute(
        "DELETE FROM public.layer_styles WHERE f_table_schema = %s AND owner = current_user"
        " AND f_table_catalog = current_database()",
        [VIEWS_SCHEMA],
    )
    for view, style in STYLES.items():
        connection.execute(
            "INSERT INTO public.layer_styles (f_table_catalog, f_table_schema, f_table_name,"
            " f_geometry_column, stylename, styleqml, useasdefault, description)"
            " VALUES (current_database(), %s, %s, 'geom', 'Plotwatch', %s::xml, true, 'Plotwatch')",
            [VIEWS_SCHEMA, view, qml(style, editable=view == "plots")],
        )
    connection.execute(
        sql.SQL("GRANT SELECT ON public.layer_styles TO {}").format(sql.Identifier(READERS))
    )


def store_project(session: Session, connection: Connection) -> None:
    """The project that analysts open from the database; each logs in by his own name."""
    stamp = {"last_modified_time": clock.now().isoformat(), "last_modified_user": "plotwatch"}
    session.execute(
        text(
            "INSERT INTO qgis.qgis_projects (name, metadata, content)"
            " VALUES (:name, CAST(:metadata AS jsonb), :content) ON CONFLICT (name)"
            " DO UPDATE SET metadata = excluded.metadata, content = excluded.content"
        ),
        {
            "name": PROJECT_NAME,
            "metadata": orjson.dumps(stamp).decode(),
            "content": project_archive(connection),
        },
    )
