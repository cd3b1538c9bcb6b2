"""Where and when the features of a collection are, kept until they change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, time

from service.features.access import Access, Admission
from service.features.extent import Box
from service.features.fragments import Fragment
from service.features.pages import type_tags
from service.features.selection import Selection, picked
from service.features.state import PublishedVersion, entity_tag
from service.features.types import FeatureType
from service.ogc.documents import Extent

REMEMBERED = 500
MARGIN = 1e-6
"""Degrees added around an extent, for coordinates are rounded when written."""


class Extents:
    """Extents by what decides them, so that an unchanged collection is not measured again."""

    def __init__(self) -> None:
        self._known: dict[str, Extent] = {}

    async def of(self, access: Access, admission: Admission, selection: Selection) -> Extent:
        """The extent of a collection as this caller may see it."""
        kind = selection.type
        versions = kind.current(admission.state)
        tag = entity_tag(type_tags(kind, versions, admission))
        if tag not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[tag] = await _measured(access, admission, selection, versions)
        return self._known[tag]


async def _measured(
    access: Access,
    admission: Admission,
    selection: Selection,
    versions: Sequence[PublishedVersion],
) -> Extent:
    kind = selection.type
    rows_picked = picked(selection, admission)
    if rows_picked is None:
        return Extent(None, None)
    whole = kind.base and kind.shown_whole(admission.principal)
    measure = _by_indexes(kind, versions) if whole else _by_rows(kind, rows_picked)
    query = Fragment(
        "SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box), first"
        f" FROM ({measure.text}) measured",
        measure.parameters,
    )
    west, south, east, north, start = (await access.reader.rows(query))[0]
    return Extent(_rounded((west, south, east, north)), _start(kind, versions, start))


def _by_indexes(kind: FeatureType, versions: Sequence[PublishedVersion]) -> Fragment:
    # The root of the spatial index knows the extent without reading a row.
    boxes = ", ".join(
        f"ST_EstimatedExtent(current_schema(), '{kind.table}_v{version.id}', 'geom')::geometry"
        for version in versions
    )
    return Fragment(f"SELECT ST_Collect(ARRAY[{boxes}])::box2d AS box, NULL::timestamptz AS first")


def _by_rows(kind: FeatureType, rows_picked: Fragment) -> Fragment:
    first = f"min({kind.period[0]})::timestamptz" if kind.period else "NULL::timestamptz"
    return Fragment(
        f"SELECT ST_Extent({kind.table}.geom) AS box, {first} AS first {rows_picked.text}",
        rows_picked.parameters,
    )


def _start(
    kind: FeatureType, versions: Sequence[PublishedVersion], first: datetime | None
) -> datetime | None:
    if kind.versioned and versions:
        return datetime.combine(versions[0].effective_on, time.min, UTC)
    return first


def _rounded(box: tuple[float | None, ...]) -> Box | None:
    west, south, east, north = box
    if west is None or south is None or east is None or north is None:
        return None
    digits = 10**6
    return (
        math.floor((west - MARGIN) * digits) / digits,
        math.floor((south - MARGIN) * digits) / digits,
        math.ceil((east + MARGIN) * digits) / digits,
        math.ceil((north + MARGIN) * digits) / digits,
    )
