"""The list of villages follows the boundaries in force."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

TOWNSHIP_DIGITS = 9

UPSERT = """
INSERT INTO village (code, name, township_code, valid_from)
SELECT DISTINCT ON (code) code, name, left(code, :digits), :day
  FROM village_boundary WHERE version_id = :version ORDER BY code, area_m2 DESC
ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name, valid_to = NULL
"""
END_MISSING = """
UPDATE village SET valid_to = :day
 WHERE valid_to IS NULL
   AND NOT EXISTS (SELECT FROM village_boundary AS boundary
                    WHERE boundary.version_id = :version AND boundary.code = village.code)
"""


def list_villages_of(session: Session, version_id: int, effective_on: date) -> None:
    """Add the villages of a published version, rename those known, end those it leaves out.

    A village is never removed: cases of the past still name it.
    """
    values = {"version": version_id, "day": effective_on, "digits": TOWNSHIP_DIGITS}
    session.execute(text(UPSERT), values)
    session.execute(text(END_MISSING), values)
