"""Staged patches: a batch beside the patches known so far, compared and taken over by number."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.orm import Session

from service import clock
from service.database.engine import driver_connection
from service.patches.rows import (
    HASHED_COLUMNS,
    OF_SOFTWARE,
    PATCH_COLUMNS,
    SAME_PLACE_DEGREES,
)
from spatial.overlay.sameness import same_outline

STAGED_PATCHES = "staged_patch"
ROWS_AT_ONCE = 500
SAME_PLACE = 10.0**-SAME_PLACE_DEGREES

WORDS = tuple(name for name in HASHED_COLUMNS if name != "area_reported_m2")
_OF_SENDERS = """(SELECT coalesce(jsonb_object_agg(key, value), '{{}}')
         FROM jsonb_each({0}.attributes) WHERE lower(key) <> ALL(:of_software))"""
# The same number twice in one file: the first stands. Twice the same content is one sighting.
REPEATED = """
SELECT source_row, patch_no, first_row, content_hash = first_hash
  FROM (SELECT source_row, patch_no, content_hash,
               first_value(source_row) OVER same AS first_row,
               first_value(content_hash) OVER same AS first_hash
          FROM staged_patch WINDOW same AS (PARTITION BY patch_no ORDER BY source_row)) AS rows
 WHERE source_row <> first_row ORDER BY source_row
"""
# Driven from the batch: OFFSET 0 keeps the planner from beginning with all patches known.
KNOWN = """
SELECT staged.source_row, known.id, known.content_hash = staged.content_hash
  FROM staged_patch AS staged
 CROSS JOIN LATERAL (
       SELECT id, content_hash FROM patch WHERE patch_no = staged.patch_no OFFSET 0) AS known
 ORDER BY source_row
"""
KEEP_REVISIONS = """
INSERT INTO patch_revision (patch_id, revision, batch_id, content, geom, replaced_at)
SELECT id, revision, batch_id,
       to_jsonb(patch) - ARRAY['id', 'geom', 'revision', 'batch_id'], geom, :now
  FROM patch WHERE id = ANY(:changed)
"""
CHANGED_COLUMNS = [name for name in PATCH_COLUMNS if name != "patch_no"]
UPDATE_PATCHES = f"""
UPDATE patch
   SET {", ".join(f"{name} = staged.{name}" for name in CHANGED_COLUMNS)},
       batch_id = :batch, revision = revision + 1, outcome = NULL, updated_at = :now
  FROM staged_patch AS staged
 WHERE patch.id = ANY(:changed) AND patch.patch_no = staged.patch_no
"""  # noqa: S608 - the names are constants of this program
INSERT_PATCHES = f"""
INSERT INTO patch ({", ".join(PATCH_COLUMNS)}, batch_id, first_batch_id, revision,
                   created_at, updated_at)
SELECT {", ".join(PATCH_COLUMNS)}, :batch, :batch, 1, :now, :now
  FROM staged_patch AS staged
 WHERE NOT EXISTS (SELECT FROM patch WHERE patch.patch_no = staged.patch_no OFFSET 0)
 ORDER BY source_row
"""  # noqa: S608


# What an export leaves out is as it was; what it carries beside its own columns is new.
KEEP_ATTRIBUTES = """
UPDATE staged_patch AS staged SET attributes = patch.attributes || staged.attributes
  FROM patch WHERE patch.patch_no = staged.patch_no
"""
# Equal in all that a patch says, so that only the noise of a projection or of rounding, or a hash
# over attributes that were left out, tells the two apart.
SAYING_THE_SAME = f"""
SELECT staged.source_row, ST_AsBinary(patch.geom), ST_AsBinary(staged.geom)
  FROM staged_patch AS staged JOIN patch USING (patch_no)
 WHERE patch.content_hash <> staged.content_hash
   AND {" AND ".join(f"patch.{n} IS NOT DISTINCT FROM staged.{n}" for n in WORDS)}
   AND coalesce(abs(patch.area_reported_m2 - staged.area_reported_m2) < 0.01,
                patch.area_reported_m2 IS NULL AND staged.area_reported_m2 IS NULL)
   AND {_OF_SENDERS.format("patch")} = {_OF_SENDERS.format("staged")}
"""  # noqa: S608
TAKE_FOR_THE_SAME = """
UPDATE staged_patch AS staged SET content_hash = patch.content_hash
  FROM patch WHERE patch.patch_no = staged.patch_no AND staged.source_row = ANY(:rows)
"""


@dataclass(frozen=True, slots=True)
class RepeatedPatch:
    """A row whose number an earlier row of the same file has; ``same`` when it says the same."""

    row: int
    patch_no: str
    first_row: int
    same: bool


@dataclass(frozen=True, slots=True)
class TakenPatches:
    """The input rows that met a patch already known."""

    unchanged: tuple[int, ...]
    updated: tuple[int, ...]


def create_staged_patches(session: Session) -> None:
    """Make the table that a batch is copied into; it ends with the session's transaction."""
    driver_connection(session).execute(
        sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM patch LIMIT 0").format(
            sql.Identifier(STAGED_PATCHES),
            sql.SQL(", ").join(map(sql.Identifier, PATCH_COLUMNS)),
        )
    )


def drop_repeated_patches(session: Session) -> list[RepeatedPatch]:
    """Take rows that repeat a number of their own file out of the batch; returns them.

    From then on a number stands once, and rows are found by it.
    """
    repeated = [RepeatedPatch(*row) for row in session.execute(text(REPEATED))]
    session.execute(
        text("DELETE FROM staged_patch WHERE source_row = ANY(:rows)"),
        {"rows": [patch.row for patch in repeated]},
    )
    session.execute(text("CREATE UNIQUE INDEX ON staged_patch (patch_no)"))
    return repeated


def keep_attributes(session: Session) -> None:
    """Give the staged patches of an export the attributes that the patches have and it lacks."""
    session.execute(text(KEEP_ATTRIBUTES))


def settle_noise(session: Session) -> None:
    """Take staged patches for unchanged that say the same of the same outline.

    Digests round, and what lies near a half is rounded either way; an outline is compared here as
    what it is: the same when no vertex is farther off than the digits that digests keep.
    """
    pairs = session.execute(
        text(SAYING_THE_SAME),
        {"of_software": sorted(OF_SOFTWARE)},
        execution_options={"yield_per": ROWS_AT_ONCE},
    )
    same = [
        row
        for row, earlier, later in pairs
        if same_outline(shapely.from_wkb(earlier), shapely.from_wkb(later), SAME_PLACE)
    ]
    session.execute(text(TAKE_FOR_THE_SAME), {"rows": same})


def take_staged_patches(session: Session, batch_id: int) -> TakenPatches:
    """Make the staged patches the patches: new ones added, changed ones replaced.

    What a changed patch was before is kept as a revision; an unchanged one stays in its batch.
    """
    known = session.execute(text(KNOWN)).all()
    changed = [patch_id for _, patch_id, same in known if not same]
    values = {"changed": changed, "batch": batch_id, "now": clock.now()}
    session.execute(text(KEEP_REVISIONS), values)
    session.execute(text(UPDATE_PATCHES), values)
    session.execute(text(INSERT_PATCHES), values)
    return TakenPatches(
        unchanged=tuple(row for row, _, same in known if same),
        updated=tuple(row for row, _, same in known if not same),
    )
