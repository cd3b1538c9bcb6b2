"""Distances in local planes against geodesic ones."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import Geod
from shapely import MultiPolygon, Polygon

from spatial.area import FLATTENING, SEMI_MAJOR_M, ellipsoidal_area
from spatial.overlay.planes import is_dust, local_planes, perimeter_m, shrink_and_grow
from tests.spatial.overlay.building import objects, rectangle

GEOD = Geod(a=SEMI_MAJOR_M, f=FLATTENING)


def quadrangle(latitude: float, size: float = 0.002) -> Polygon:
    west = 105.9
    return Polygon(
        [
            (west, latitude),
            (west + size, latitude + 0.3 * size),
            (west + 0.8 * size, latitude + size),
            (west - 0.2 * size, latitude + 0.7 * size),
        ]
    )


@pytest.mark.parametrize("latitude", [-40.0, 0.0, 18.0, 29.35, 53.5])
def test_a_perimeter_agrees_with_the_geodesic_one(latitude: float) -> None:
    outline = quadrangle(latitude)
    expected = abs(GEOD.geometry_area_perimeter(outline)[1])
    assert perimeter_m(objects([outline]))[0] == pytest.approx(expected, rel=1e-4)


def test_holes_and_parts_have_their_share_of_the_perimeter() -> None:
    shell, hole = rectangle(0, 0, 100, 100), rectangle(40, 40, 60, 60)
    geometry = MultiPolygon([Polygon(shell.exterior, [hole.exterior]), rectangle(200, 0, 210, 10)])
    assert perimeter_m(objects([geometry]))[0] == pytest.approx(400 + 80 + 40, rel=1e-3)


def test_a_plane_brings_coordinates_back() -> None:
    outlines = objects([quadrangle(29.35), quadrangle(53.5)])
    planes = local_planes(outlines)
    again = planes.to_degrees(planes.to_metres(outlines))
    assert np.abs(shapely.get_coordinates(again) - shapely.get_coordinates(outlines)).max() < 1e-13


@pytest.mark.parametrize("latitude", [0.0, 29.35, 53.5])
def test_growing_moves_the_outline_by_the_distance_everywhere(latitude: float) -> None:
    outline = quadrangle(latitude)
    shrunk, grown = shrink_and_grow(objects([outline]), 2.0)
    area, low, high = (
        float(ellipsoidal_area(shape)[0]) for shape in (objects([outline]), shrunk, grown)
    )
    # Growing adds a strip and a circle of corners, drawn as an octagon; shrinking takes a strip.
    perimeter = abs(GEOD.geometry_area_perimeter(outline)[1])
    assert high == pytest.approx(area + 2 * perimeter + np.pi * 4, abs=1.5)
    assert low == pytest.approx(area - 2 * perimeter, abs=30)
    assert shapely.covers(grown[0], outline)
    assert shapely.covers(outline, shrunk[0])


def test_growing_by_nothing_gives_the_outline_itself() -> None:
    outlines = objects([quadrangle(29.35)])
    shrunk, grown = shrink_and_grow(outlines, 0)
    assert shrunk[0] is outlines[0]
    assert grown[0] is outlines[0]


@pytest.mark.parametrize(
    ("shape", "dust"),
    [
        (rectangle(0, 0, 2.2, 2.2), True),
        (rectangle(0, 0, 2.3, 2.3), False),
        (rectangle(0, 0, 0.49, 1000), True),
        (rectangle(0, 0, 0.51, 1000), False),
        (Polygon(), True),
    ],
)
def test_dust_is_small_or_thin(shape: shapely.Geometry, dust: bool) -> None:
    shapes = objects([shape])
    assert is_dust(shapes, ellipsoidal_area(shapes), 5.0, 0.5).tolist() == [dust]
