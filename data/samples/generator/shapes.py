"""Shapes that are drawn: rectangles, rounded patches, smoothed lines."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry


def smooth(values: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    """A Gaussian running mean along the first axis, its ends mirrored flat."""
    return np.asarray(ndimage.gaussian_filter1d(values, sigma, axis=0, mode="nearest"))


def smooth_line(points: NDArray[np.float64], sigma: float, tolerance: float) -> LineString:
    """A line through (n, 2) points, smoothed between its fixed ends."""
    smoothed = smooth(points, sigma)
    smoothed[[0, -1]] = points[[0, -1]]
    line = LineString(smoothed).simplify(tolerance)
    assert isinstance(line, LineString)
    return line


def oriented_rectangle(
    centre: Point, width: float, depth: float, heading: tuple[float, float]
) -> Polygon:
    """A rectangle whose width lies along ``heading`` (any length)."""
    length = (heading[0] ** 2 + heading[1] ** 2) ** 0.5
    ux, uy = heading[0] / length * width / 2, heading[1] / length * width / 2
    vx, vy = -heading[1] / length * depth / 2, heading[0] / length * depth / 2
    corners = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return Polygon([(centre.x + a * ux + b * vx, centre.y + a * uy + b * vy) for a, b in corners])


def blob(random: np.random.Generator, centre: Point, area: float, longer: float = 1.3) -> Polygon:
    """A smooth rounded shape of exactly ``area``, up to ``longer`` times as long as wide."""
    bumps = np.tile(random.uniform(0.75, 1.25, 7), 3)
    radius = smooth(np.interp(np.linspace(0, 20, 72), np.arange(21), bumps), 3.0)
    circle = shapely.get_coordinates(Point(0, 0).buffer(1.0, quad_segs=6))[:-1]
    around = circle * radius[24 : 24 + len(circle), None]
    stretch = float(random.uniform(1.0, longer))
    along = random.uniform(-1.0, 1.0, 2)
    along /= (along * along).sum() ** 0.5
    turned = np.column_stack(
        [
            around[:, 0] * stretch * along[0] - around[:, 1] * along[1],
            around[:, 0] * stretch * along[1] + around[:, 1] * along[0],
        ]
    )
    scale = (area / Polygon(turned).area) ** 0.5
    return Polygon(turned * scale + (centre.x, centre.y))


def moved(shape: Polygon, dx: float, dy: float) -> Polygon:
    """The shape moved by metres."""
    return Polygon(shapely.get_coordinates(shape.exterior) + np.array([dx, dy]))


def largest_polygon(geometry: BaseGeometry) -> Polygon:
    """The largest polygon of a geometry.

    Raises:
        ValueError: when there is none.
    """
    parts = [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon)]
    return max(parts, key=lambda part: part.area)


def to_millimetres(shape: BaseGeometry) -> Polygon:
    """A polygon with its coordinates rounded to the millimetre, in canonical ring order.

    Raises:
        ValueError: when the shape is not one valid polygon.
    """
    rounded = shapely.normalize(shapely.transform(shape, lambda points: np.round(points, 3)))
    if not isinstance(rounded, Polygon) or not rounded.is_valid:
        raise ValueError(f"not one valid polygon: {shape.geom_type}")
    return rounded
