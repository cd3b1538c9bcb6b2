"""Sightings that a person has answered by declaring their case void: nobody is asked again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy.orm import Session

from service.cases.life.voiding import VOID
from service.cases.raising.joining import Held
from service.cases.raising.neighbours import sightings_of
from service.cases.raising.sameness import Thresholds, same_ground_as_earlier
from service.cases.raising.sightings import Sighting
from service.database.arrays import number_array
from service.database.engine import driver_connection

VOID_CASES_OF_PATCHES = f"""
    SELECT id FROM suspect_case
    WHERE id = ANY(ARRAY(SELECT case_id FROM case_sighting WHERE patch_id = ANY(%s::bigint[])))
        AND voided_at IS NOT NULL AND facts ? '{VOID}'
"""  # noqa: S608  (a constant of this program)


def still_asking(
    session: Session,
    found: Sequence[Sighting],
    held: Sequence[Held],
    thresholds: Thresholds,
) -> list[Sighting]:
    """The sightings without those that a person declared void: the same patch on the same ground.

    A patch that moved, and another patch on the ground, ask anew; ``held``: those that a case
    that stands has already go on as they are.
    """
    standing = {one.sighting.key for one in held}
    asked = [sighting for sighting in found if sighting.key not in standing]
    void = _void_sightings(session, asked)
    pairs = same_ground_as_earlier(asked, void, thresholds, across_villages=True)
    answered = {asked[new].key for new, old in pairs if asked[new].patch_id == void[old].patch_id}
    return [sighting for sighting in found if sighting.key not in answered]


def _void_sightings(session: Session, asked: Sequence[Sighting]) -> list[Sighting]:
    patches = number_array(np.array([sighting.patch_id for sighting in asked], dtype=np.int64))
    rows = driver_connection(session).execute(VOID_CASES_OF_PATCHES.encode(), (patches,))
    return [one.sighting for one in sightings_of(session, [case_id for (case_id,) in rows])]
