"""Small grounds for tests, drawn in metres around a corner near E 105.9, N 29.35."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from spatial.overlay.model import Ground, Patches, Plots, Villages, Zones

CORNER = np.array([105.9, 29.35])
# Metres to degrees there, from the ellipsoid's radii of curvature.
METRE = np.array([1 / 97_099.0, 1 / 110_852.0])
DAY = "2026-04-02"


def place(geometry: shapely.Geometry) -> shapely.Geometry:
    """A geometry drawn in metres east and north of the corner, in degrees."""
    return shapely.transform(geometry, lambda metres: CORNER + metres * METRE)


def rectangle(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    """A rectangle drawn in metres, in degrees."""
    return place(shapely.box(west, south, east, north))


def objects(items: Sequence[Any]) -> np.ndarray:
    """A one-dimensional object array, also of sequences and geometries."""
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def days(items: Sequence[str | None]) -> np.ndarray:
    """Dates from ISO text; None is unknown."""
    return np.array([item or "NaT" for item in items], dtype="datetime64[D]")


def make_patches(
    *geometry: shapely.Geometry, group: str = "building", day: str | None = DAY
) -> Patches:
    """Patches of one group and date."""
    return Patches(
        ids=np.arange(1, len(geometry) + 1),
        geometry=objects(geometry),
        change_group=objects([group] * len(geometry)),
        after_date=days([day] * len(geometry)),
    )


def make_plots(*rows: tuple[str, shapely.Geometry]) -> Plots:
    """Plots of (protection, geometry)."""
    return Plots(
        ids=np.arange(1, len(rows) + 1),
        geometry=objects([row[1] for row in rows]),
        protection=objects([row[0] for row in rows]),
    )


def make_zones(*rows: tuple[Any, ...]) -> Zones:
    """Zones of (kind, geometry[, document number[, first day[, last day]]])."""
    full = [(*row, *(None,) * (5 - len(row))) for row in rows]
    return Zones(
        ids=np.arange(1, len(rows) + 1),
        geometry=objects([row[1] for row in full]),
        kind=objects([row[0] for row in full]),
        document_no=objects([row[2] for row in full]),
        valid_from=days([row[3] for row in full]),
        valid_to=days([row[4] for row in full]),
        use=objects([None] * len(rows)),
    )


def make_villages(*rows: tuple[str, str, shapely.Geometry]) -> Villages:
    """Villages of (code, name, geometry)."""
    return Villages(
        codes=objects([row[0] for row in rows]),
        names=objects([row[1] for row in rows]),
        geometry=objects([row[2] for row in rows]),
    )


def make_ground(
    plots: Plots | None = None, zones: Zones | None = None, villages: Villages | None = None
) -> Ground:
    """A ground; layers not given are empty."""
    return Ground(
        plots=plots or make_plots(),
        zones=zones or make_zones(),
        villages=villages or make_villages(),
    )
