"""Patches on their way to the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from service.database.arrays import number_array
from service.database.engine import driver_connection
from spatial.overlay.model import Days, Patches

METRES_PER_DEGREE = 110_000.0
"""Less than any degree of latitude has, so that boxes grow by a little more than asked."""

PATCHES_OF_IDS = """
    SELECT id, patch_no, batch_id, revision, change_group, after_date, geom
    FROM patch WHERE id = ANY(%s::bigint[])
"""

# PostGIS sorts geometries along a Hilbert curve: neighbours come one after the other.
PATCHES_BY_PLACE = "SELECT id FROM patch WHERE id = ANY(%s::bigint[]) ORDER BY geom, id"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPatches:
    """Patches with what the kernel does not need: their numbers, batches and dates."""

    patches: Patches
    numbers: Sequence[str]
    batches: Sequence[int]
    revisions: Sequence[int]
    after_dates: Sequence[date | None]

    def __len__(self) -> int:
        return len(self.patches)


def by_place(session: Session, ids: Sequence[int]) -> list[int]:
    """The ids of patches, neighbours close to one another."""
    rows = driver_connection(session).execute(PATCHES_BY_PLACE, (number_array(np.array(ids)),))
    return [patch_id for (patch_id,) in rows]


def load_patches(session: Session, ids: Sequence[int]) -> LoadedPatches:
    """The patches of these ids, in their order."""
    with driver_connection(session).cursor(binary=True) as cursor:
        rows = cursor.execute(PATCHES_OF_IDS, (number_array(np.array(ids)),)).fetchall()
    place = {patch_id: number for number, patch_id in enumerate(ids)}
    rows.sort(key=lambda row: place[row[0]])
    after_dates = [row[5] for row in rows]
    return LoadedPatches(
        patches=Patches(
            ids=np.array([row[0] for row in rows], dtype=np.int64),
            geometry=shapely.from_wkb(objects(row[6] for row in rows)),
            change_group=objects(row[4] for row in rows),
            after_date=days(after_dates),
        ),
        numbers=[row[1] for row in rows],
        batches=[row[2] for row in rows],
        revisions=[row[3] for row in rows],
        after_dates=after_dates,
    )


def grown_boxes(geometry: NDArray[np.object_], metres: float) -> NDArray[np.float64]:
    """Bounding boxes (west, south, east, north; degrees) grown by at least ``metres``."""
    west, south, east, north = shapely.bounds(geometry).T
    up = metres / METRES_PER_DEGREE
    shrink = np.cos(np.radians(np.minimum(np.maximum(abs(south), abs(north)) + up, 89.0)))
    side = up / shrink
    boxes: NDArray[np.float64] = np.column_stack((west - side, south - up, east + side, north + up))
    return boxes


def objects(values: Any) -> NDArray[np.object_]:
    """Any values as a one-dimensional object array."""
    listed = list(values)
    array = np.empty(len(listed), dtype=np.object_)
    array[:] = listed
    return array


def days(values: Sequence[date | None]) -> Days:
    """Dates as ``datetime64[D]``; unknown ones are NaT."""
    return np.array(values, dtype="datetime64[D]")
