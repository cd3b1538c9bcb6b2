"""What analysts see, made anew where a database has lost it.

Archives that an older Plotwatch wrote hold the tables alone, and homes into which it restored one
have lost their views.
"""

from __future__ import annotations

from importlib.resources import files

from sqlalchemy import Connection, text

# As migrations make it, in their order; safe to repeat.
SOURCES = ("views", "editing", "projects")
LOST = """
SELECT to_regclass('plot_edit') IS NOT NULL AND to_regclass('qgis.plots') IS NULL
"""


def views_are_lost(connection: Connection) -> bool:
    """Whether the database's revision has views for analysts, and the database has none."""
    return bool(connection.execute(text(LOST)).scalar_one())


def restore_views(connection: Connection) -> None:
    """Make schema ``qgis`` with views, checks of edits and the place of projects."""
    folder = files("migrations") / "sql" / "qgis"
    # The driver's own cursor: what the files say has percent signs that are no placeholders.
    cursor = connection.connection.cursor()
    for name in SOURCES:
        cursor.execute((folder / f"{name}.sql").read_text())
