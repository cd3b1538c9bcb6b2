"""Distance and direction from a photo's position to the patch."""

from __future__ import annotations

import pytest
from pyproj import Geod
from shapely import MultiPolygon, box

from service.evidence.place import bearing_off, distance_to

GROUND = MultiPolygon([box(105.900, 29.350, 105.901, 29.351)])
GEOD = Geod(ellps="GRS80")


def test_within_the_ground_there_is_no_distance_and_every_direction_is_right() -> None:
    assert distance_to(GROUND, 105.9005, 29.3505) == 0.0
    assert bearing_off(GROUND, 105.9005, 29.3505, 200.0) == 0.0


@pytest.mark.parametrize("bearing", [0, 45, 90, 135, 180, 225, 270, 315])
def test_distance_is_that_on_the_ellipsoid(bearing: int) -> None:
    # From the nearest corner or edge outwards: 150 m must be 150 m in every direction.
    corners = {45: (105.901, 29.351), 135: (105.901, 29.35), 225: (105.9, 29.35),
               315: (105.9, 29.351)}  # fmt: skip
    edges = {0: (105.9005, 29.351), 90: (105.901, 29.3505), 180: (105.9005, 29.35),
             270: (105.9, 29.3505)}  # fmt: skip
    lon, lat, _ = GEOD.fwd(*(corners | edges)[bearing], bearing, 150.0)
    assert distance_to(GROUND, lon, lat) == pytest.approx(150.0, abs=0.05)


def test_a_camera_that_looks_at_the_patch_is_off_by_nothing() -> None:
    lon, lat, _ = GEOD.fwd(105.9005, 29.3505, 180, 300.0)
    assert bearing_off(GROUND, lon, lat, 0.0) == 0.0
    assert bearing_off(GROUND, lon, lat, 8.0) == 0.0


def test_a_camera_that_looks_away_is_off_by_the_angle_to_the_outline() -> None:
    lon, lat, _ = GEOD.fwd(105.9005, 29.3505, 180, 300.0)
    assert bearing_off(GROUND, lon, lat, 90.0) == pytest.approx(77, abs=3)
    assert bearing_off(GROUND, lon, lat, 180.0) == pytest.approx(167, abs=4)


def test_directions_across_north_are_compared_the_short_way() -> None:
    lon, lat, _ = GEOD.fwd(105.9005, 29.3505, 180, 1000.0)
    assert bearing_off(GROUND, lon, lat, 358.0) == 0.0
    assert bearing_off(GROUND, lon, lat, 350.0) == pytest.approx(7, abs=2)
