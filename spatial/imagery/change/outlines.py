"""From changed pixels to polygons: smoothed outlines, areas, a change group with a confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.features import geometry_mask, shapes
from rasterio.windows import Window, from_bounds
from shapely import MultiPolygon, Polygon
from shapely.geometry import shape

from spatial.area import ellipsoidal_area
from spatial.crs import STORAGE_CRS
from spatial.imagery.change.groups import change_group
from spatial.imagery.change.normalisation import Normalisation
from spatial.imagery.change.options import DetectionOptions
from spatial.imagery.change.pairing import Pair
from spatial.imagery.grids import Grid
from spatial.words import ChangeGroup

LARGEST_JUDGED_PX = 1024
"""Side of the window from which a change is judged: memory does not depend on its extent."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One change: its ground (EPSG:4490), area in m², what it may be and how sure that is (0–1)."""

    ground: MultiPolygon
    area_m2: float
    group: ChangeGroup
    confidence: float


def outlines(
    pair: Pair,
    changed: NDArray[np.bool_],
    strength: NDArray[np.uint8],
    how: Normalisation,
    options: DetectionOptions,
    threshold: float,
) -> list[Outline]:
    """Polygons of connected changed pixels, largest first.

    ``strength`` and ``threshold`` are in the same units.
    """
    tolerance = options.tolerance_px * abs(pair.grid.transform.a)
    to_storage = Transformer.from_crs(pair.grid.crs, STORAGE_CRS, always_xy=True)

    def project(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_storage.transform(points[:, 0], points[:, 1]))

    found = []
    pixels = changed.view(np.uint8)
    for geometry, _ in shapes(pixels, mask=changed, transform=pair.grid.transform):
        rough = cast("Polygon", shape(geometry))
        smooth = smoothed(rough, tolerance)
        ground = shapely.transform(smooth, project)
        area = float(ellipsoidal_area(np.array([ground], dtype=object))[0])
        if area < options.least_area_m2:
            continue
        group, confidence = _judged(pair, rough, strength, how, threshold)
        found.append(Outline(_multi(ground), area, group, confidence))
    return sorted(found, key=lambda outline: -outline.area_m2)


def smoothed(rough: Polygon, tolerance: float) -> Polygon | MultiPolygon:
    """An outline without its stairs: simplified within the tolerance, its area kept.

    Cutting stairs takes as much as it gives on the whole; what is left is put right by a buffer.
    """
    smooth = shapely.make_valid(shapely.simplify(rough, tolerance))
    if smooth.is_empty or smooth.length == 0:
        return rough
    step = (rough.area - smooth.area) / smooth.length
    corrected = shapely.buffer(smooth, step, join_style="mitre") if step else smooth
    return corrected if isinstance(corrected, Polygon | MultiPolygon) else rough


def _judged(
    pair: Pair,
    rough: Polygon,
    strength: NDArray[np.uint8],
    how: Normalisation,
    threshold: float,
) -> tuple[ChangeGroup, float]:
    window = _window_of(rough, pair.grid)
    inside = geometry_mask(
        [rough],
        (int(window.height), int(window.width)),
        pair.grid.transform @ pair.grid.transform.translation(window.col_off, window.row_off),
        invert=True,
        all_touched=False,
    )
    before, after, clear = pair.read(window)
    inside &= clear
    if not inside.any():
        return ChangeGroup.UNKNOWN, 0.0
    # Both scenes in the second one's light, so that only the change is left between them.
    shown, _ = how.expected(before[:, inside])
    group, certainty = change_group(
        shown.mean(axis=1), after[:, inside].mean(axis=1), pair.names, how.spread
    )
    margin = float(strength[window.toslices()][inside].mean()) / threshold
    return group, round(certainty * min(1.0, margin / 2), 2)


def _window_of(rough: Polygon, grid: Grid) -> Window:
    """The pixels of an outline; of a very large one those around a point inside it."""
    west, south, east, north = rough.bounds
    most = LARGEST_JUDGED_PX * abs(grid.transform.a)
    if max(east - west, north - south) > most:
        middle = rough.representative_point()
        west, east = max(west, middle.x - most / 2), min(east, middle.x + most / 2)
        south, north = max(south, middle.y - most / 2), min(north, middle.y + most / 2)
    window = from_bounds(west, south, east, north, transform=grid.transform).round_offsets()
    return window.round_lengths(op="ceil").intersection(Window(0, 0, grid.columns, grid.rows))


def _multi(ground: Polygon | MultiPolygon) -> MultiPolygon:
    return ground if isinstance(ground, MultiPolygon) else MultiPolygon([ground])
