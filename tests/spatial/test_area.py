"""Areas against Karney's geodesic areas, which share no code with ours."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely import MultiPolygon, Point, Polygon

from spatial.area import (
    FLATTENING,
    MU_M2,
    SEMI_MAJOR_M,
    ellipsoidal_area,
    to_equal_area,
    to_mu,
)

GEOD = Geod(a=SEMI_MAJOR_M, f=FLATTENING)


def geodesic_area(geometry: shapely.Geometry, step: float) -> float:
    dense = shapely.segmentize(shapely.orient_polygons(geometry), step)
    area: float = GEOD.geometry_area_perimeter(dense)[0]
    return abs(area)


def areas(*geometry: shapely.Geometry | None) -> list[float]:
    return ellipsoidal_area(np.array(geometry, dtype=object)).tolist()


@pytest.mark.parametrize("latitude", [-52.0, -0.05, 18.2, 29.35, 41.0, 53.5])
def test_a_triangle_of_long_edges_agrees_with_geodesic_area(latitude: float) -> None:
    triangle = Polygon([(105.5, latitude), (105.57, latitude + 0.05), (105.52, latitude + 0.09)])
    assert areas(triangle)[0] == pytest.approx(geodesic_area(triangle, 1e-5), rel=1e-10)


def test_a_ring_with_a_hole_and_two_parts_agrees_with_geodesic_area() -> None:
    shell = shapely.box(105.5, 29.3, 105.6, 29.4)
    hole = Polygon([(105.52, 29.32), (105.58, 29.33), (105.54, 29.38)])
    island = Polygon([(105.7, 29.3), (105.75, 29.33), (105.71, 29.36)])
    geometry = MultiPolygon([Polygon(shell.exterior, [hole.exterior]), island])
    assert areas(geometry)[0] == pytest.approx(geodesic_area(geometry, 1e-5), rel=1e-10)


def test_a_plot_of_forty_by_fifty_metres_has_its_published_area() -> None:
    # 40 m × 50 m at E 35590300, N 3248400 of EPSG:4523, geodesic 1999.598 m².
    plot = Polygon(
        [
            (105.9298611908, 29.3498013129),
            (105.9302730445, 29.3497984417),
            (105.9302771418, 29.3502494764),
            (105.9298652864, 29.3502523475),
        ]
    )
    assert areas(plot)[0] == pytest.approx(1999.598, abs=1e-3)


def test_the_direction_of_a_ring_does_not_matter() -> None:
    triangle = Polygon([(105.5, 29.3), (105.51, 29.3), (105.5, 29.31)])
    first, second = areas(triangle, triangle.reverse())
    assert first == pytest.approx(second, rel=1e-13)


def test_the_parts_of_a_long_edged_polygon_add_up_to_it() -> None:
    triangle = Polygon([(105.5, 29.3), (105.6, 29.36), (105.46, 29.38)])
    blade = shapely.box(105.0, 29.0, 105.53, 31.0)
    parts = areas(shapely.intersection(triangle, blade), shapely.difference(triangle, blade))
    assert sum(parts) == pytest.approx(areas(triangle)[0], rel=1e-11)


def test_nothing_empty_or_without_surface_has_area() -> None:
    assert areas(None, Polygon(), MultiPolygon(), Point(105.5, 29.3)) == [0.0, 0.0, 0.0, 0.0]
    assert areas() == []


def test_each_area_stays_with_its_own_geometry() -> None:
    triangle = Polygon([(105.5, 29.3), (105.51, 29.3), (105.5, 29.31)])
    several = MultiPolygon([triangle, shapely.box(106.0, 29.3, 106.01, 29.31)])
    one, none, many, again = areas(triangle, None, several, triangle)
    assert (none, again) == (0.0, one)
    assert many == pytest.approx(one + areas(several.geoms[1])[0], rel=1e-12)


def test_the_plane_keeps_the_area_of_a_meridian_and_parallel_box() -> None:
    box = np.array([shapely.box(105.5, 29.3, 105.6, 29.4)], dtype=object)
    planar = shapely.area(to_equal_area(box))[0]
    assert planar == pytest.approx(ellipsoidal_area(box)[0], rel=1e-10)


@pytest.mark.parametrize(
    ("area", "mu"),
    [(0.0, 0.0), (MU_M2, 1.0), (1999.598, 3.0), (10.0 / 3 * 1.0001, 0.01), (96.66666, 0.14)],
)
def test_mu_are_rounded_to_two_decimals(area: float, mu: float) -> None:
    assert to_mu(area) == mu


@pytest.mark.parametrize(("area", "mu"), [(10.0, 0.02), (30.0, 0.05), (50.0, 0.08), (70.0, 0.11)])
def test_half_a_hundredth_of_a_mu_is_rounded_up(area: float, mu: float) -> None:
    assert to_mu(area) == mu


@given(st.integers(0, 10**9))
def test_mu_agree_with_decimal_arithmetic_for_any_area_in_square_centimetres(area: int) -> None:
    square_metres = area / 10_000
    exact = Decimal(repr(square_metres)) * 3 / 2000
    assert to_mu(square_metres) == float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
