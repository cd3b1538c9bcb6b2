"""How a photo's position lies to a patch: how far, and whether the camera looked at it."""

from __future__ import annotations

from pyproj import Geod
from shapely import MultiPolygon, Point
from shapely.affinity import scale
from shapely.ops import nearest_points

CGCS2000 = Geod(a=6378137.0, rf=298.257222101)


def distance_to(ground: MultiPolygon, lon: float, lat: float) -> float:
    """Metres on the CGCS2000 ellipsoid from a position to the ground, 0 within it.

    ``ground``, ``lon`` and ``lat`` are degrees of EPSG:4490.
    """
    here = Point(lon, lat)
    if ground.covers(here):
        return 0.0
    # A degree of longitude is shorter than one of latitude; nearest is meant on the ground.
    width = CGCS2000.line_length([lon, lon + 1e-3], [lat, lat])
    height = CGCS2000.line_length([lon, lon], [lat, lat + 1e-3])
    ratio = width / height
    flat = scale(ground, xfact=ratio, yfact=1.0, origin=(lon, lat))
    nearest, _ = nearest_points(flat, here)
    there_lon = lon + (nearest.x - lon) / ratio if ratio else lon
    return float(CGCS2000.line_length([lon, there_lon], [lat, nearest.y]))


def bearing_off(ground: MultiPolygon, lon: float, lat: float, azimuth: float) -> float:
    """Degrees (0 to 180) between where the camera looked and where the ground lies.

    The ground lies between the directions of its outline as seen from the position: a camera
    that looks anywhere between them is off by 0. Within the ground it always is.
    """
    here = Point(lon, lat)
    if ground.covers(here):
        return 0.0
    centre = ground.representative_point()
    towards = CGCS2000.inv(lon, lat, centre.x, centre.y)[0]
    corners = [corner for part in ground.geoms for corner in part.exterior.coords]
    bearings = [CGCS2000.inv(lon, lat, corner[0], corner[1])[0] for corner in corners]
    # Seen relative to the middle, the outline spreads to the left and to the right.
    spread = [turn(towards, bearing) for bearing in bearings]
    looks = turn(towards, azimuth)
    return max(0.0, looks - max(spread), min(spread) - looks)


def turn(start: float, end: float) -> float:
    """The angle from one bearing to another, -180 to 180 degrees."""
    return (end - start + 180.0) % 360.0 - 180.0
