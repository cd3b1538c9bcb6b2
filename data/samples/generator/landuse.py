"""What grows where: a land class for every plot, and the layers that protect cropland."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from .features import Features
from .fields import ORCHARD, WOOD, FieldMap
from .model import ORIGIN, Plots
from .terrain import Terrain, noise

Geometries = NDArray[np.object_]
Texts = NDArray[np.object_]

FEATURE_KEY = 10_000_000
SLOPE_GRADES = (0.035, 0.105, 0.268, 0.466)
"""Rise over run at 2, 6, 15 and 25 degrees, the limits of GDPDJB."""

CROPLAND = ("0101", "0103")


def assign(
    random: np.random.Generator,
    terrain: Terrain,
    fields: FieldMap,
    features: Features,
    polygons: Geometries,
    village: NDArray[np.int64],
    key: NDArray[np.int64],
) -> Plots:
    """Plots with their attributes, in EPSG:4523, ordered by village and from north to south."""
    inner = shapely.point_on_surface(polygons)
    x, y = shapely.get_x(inner), shapely.get_y(inner)
    slope = terrain.at(terrain.slope, x, y).astype(float)
    land_class = _land_class(random, terrain, fields, features, key, x, y)
    cropland = np.isin(land_class, CROPLAND)
    recoverable = np.isin(land_class, ("0201K", "0307K", "1104K"))
    planting = np.full(len(polygons), "", dtype=object)
    planting[cropland] = "LS"
    planting[cropland & (random.random(len(polygons)) < 0.12)] = "FLS"
    planting[recoverable] = "JKHF"
    grade = np.full(len(polygons), "", dtype=object)
    grade[cropland] = (np.searchsorted(SLOPE_GRADES, slope[cropland]) + 1).astype(str)
    permanent = _permanent(random, terrain, land_class, slope, x, y)
    order = np.lexsort((x, -np.floor(y / 120.0), village))
    return Plots(
        geometry=_projected(polygons[order]),
        village=village[order],
        land_class=land_class[order],
        planting=planting[order],
        slope_grade=grade[order],
        elevation=np.round(terrain.at(terrain.elevation, x, y).astype(float), 1)[order],
        permanent=permanent[order],
        project=_projects(land_class, village, x, y)[order],
    )


def _land_class(
    random: np.random.Generator,
    terrain: Terrain,
    fields: FieldMap,
    features: Features,
    key: NDArray[np.int64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
) -> Texts:
    cover = terrain.at(fields.cover, x, y)
    slope = terrain.at(terrain.slope, x, y).astype(float)
    wet = terrain.at(terrain.river_distance, x, y).astype(float)
    patchy = terrain.at(noise(random, 260.0, 2), x, y).astype(float)
    chance = random.random(len(x))
    land_class = np.where((slope < 0.115) & (wet < 620.0), "0101", "0103").astype(object)
    land_class[patchy + chance * 0.4 > 0.82] = "0201K"
    land_class[(patchy < -0.55) & (chance < 0.4)] = "0201"
    land_class[(slope > 0.2) & (chance > 0.9)] = "0404"
    land_class[(slope > 0.17) & (chance < 0.05)] = "0307K"
    land_class[(cover == ORCHARD) & (chance < 0.45)] = "0201"
    land_class[(cover == ORCHARD) & (chance >= 0.45) & (chance < 0.62)] = "0307"
    land_class[(cover == ORCHARD) & (chance >= 0.62) & (chance < 0.72)] = "0202"
    land_class[cover == WOOD] = "0301"
    land_class[(cover == WOOD) & (chance > 0.86)] = "0305"
    drawn = key >= FEATURE_KEY
    land_class[drawn] = features.land_class[key[drawn] - FEATURE_KEY]
    ponds = np.flatnonzero(land_class == "1104")
    land_class[ponds[::9]] = "1104K"
    return land_class


def _permanent(
    random: np.random.Generator,
    terrain: Terrain,
    land_class: Texts,
    slope: NDArray[np.float64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Cropland in wide areas that noise draws, and some convertible orchard among it: what is
    protected is a matter of the layer, not of the land class."""
    area = terrain.at(noise(random, 800.0, 2), x, y).astype(float)
    worth = area - 0.8 * slope
    inside = worth > np.quantile(worth[np.isin(land_class, CROPLAND)], 0.36)
    orchard = (land_class == "0201K") & (random.random(len(x)) < 0.5)
    return np.asarray(inside & (np.isin(land_class, CROPLAND) | orchard))


def _projects(
    land_class: Texts,
    village: NDArray[np.int64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
) -> NDArray[np.int64]:
    """High-standard farmland: the cropland around one place in each of five villages."""
    project = np.full(len(x), -1, dtype=np.int64)
    cropland = np.isin(land_class, CROPLAND)
    points = np.column_stack([x, y])
    for number in range(5):
        mine = np.flatnonzero(cropland & (village == number))
        crowd = cKDTree(points[mine]).query_ball_point(points[mine], 230.0, return_length=True)
        middle = points[mine[int(np.argmax(crowd))]]
        near = np.sqrt(((points[mine] - middle) ** 2).sum(axis=1)) < 260.0
        project[mine[near]] = number
    return project


def _projected(geometry: Geometries) -> Geometries:
    shift = np.array(ORIGIN)
    moved = shapely.transform(geometry, lambda points: np.round(points + shift, 3))
    return np.asarray(shapely.normalize(moved))
