"""Attributes that a new version takes over from the one in force: an export carries none."""

from __future__ import annotations

from psycopg import sql
from sqlalchemy.orm import Session

from service.database.engine import driver_connection
from service.layers.partitions import partition_name
from service.layers.versions import StagedVersion, current_version

KEYS = {"plot": ("village_code", "plot_no"), "zone": ("zone_no",)}
"""What a row is known by from version to version."""

# A number that stands twice says of neither row which one it was.
INHERIT = """
WITH known AS (
  SELECT {keys}, min(attributes::text)::jsonb AS attributes FROM {current}
   GROUP BY {keys} HAVING count(*) = 1)
UPDATE {staged} AS staged SET attributes = known.attributes || staged.attributes
  FROM known WHERE {same} AND known.attributes <> '{{}}'
"""


def inherit_attributes(session: Session, staged: StagedVersion) -> None:
    """Give staged rows the attributes of the rows of the same number that are in force."""
    current = current_version(session, staged.layer)
    keys = KEYS.get(staged.parent)
    if current is None or keys is None:
        return
    same = [
        sql.SQL("coalesce(known.{0}, '') = coalesce(staged.{0}, '')").format(sql.Identifier(key))
        for key in keys
    ]
    driver_connection(session).execute(
        sql.SQL(INHERIT).format(
            keys=sql.SQL(", ").join(map(sql.Identifier, keys)),
            current=sql.Identifier(partition_name(staged.parent, current.id)),
            staged=sql.Identifier(staged.table),
            same=sql.SQL(" AND ").join(same),
        )
    )
