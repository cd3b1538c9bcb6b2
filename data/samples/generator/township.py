"""One township: terrain, fields and features brought together into plots with land classes."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize
from rasterio.transform import from_origin

from . import landuse
from .features import Features, make_features
from .fields import OUTSIDE, FieldMap, make_fields
from .model import VILLAGES, Plots, Township, Villages
from .network import absorb_slivers, dissolve, faces_of, smooth_arcs
from .terrain import CELL_M, make_terrain

Geometries = NDArray[np.object_]

FEATURE_KEY = 10_000_000
VILLAGE_KEY = 1_000_000_000


def make_township(seed: int) -> Township:
    """A township of about 3,000 plots; the same seed gives the same one."""
    random = np.random.default_rng(seed)
    terrain = make_terrain(random)
    fields = make_fields(random, terrain)
    arcs = smooth_arcs(fields.label)
    features = make_features(random, terrain, fields, arcs)
    faces, village, key = _faces(fields, features, arcs)
    for _ in range(3):
        key, village = absorb_slivers(faces, key, village, key >= FEATURE_KEY)
        faces, keys = dissolve(faces, key + village * VILLAGE_KEY)
        village, key = np.divmod(keys, VILLAGE_KEY)
    plots = landuse.assign(random, terrain, fields, features, faces, village, key)
    return Township(
        seed=seed,
        villages=_villages(plots),
        plots=plots,
        elevation=terrain.elevation,
        cell_m=CELL_M,
    )


def _faces(
    fields: FieldMap, features: Features, arcs: Geometries
) -> tuple[Geometries, NDArray[np.int64], NDArray[np.int64]]:
    """Faces of the whole network inside the township, their village, and the number of the
    field or (from ``FEATURE_KEY``) the feature they belong to."""
    lines = np.concatenate([arcs, shapely.boundary(features.geometry)])
    faces = faces_of(lines)
    label = _most_cells(faces, fields.label)
    inside = label != OUTSIDE
    faces, label = faces[inside], label[inside]
    owner = np.full(int(fields.label.max()) + 1, -1, dtype=np.int64)
    owner[fields.label.ravel()] = fields.village.ravel()
    key = label.copy()
    tree = shapely.STRtree(features.geometry)
    face, feature = tree.query(shapely.point_on_surface(faces), predicate="within")
    key[face] = FEATURE_KEY + feature
    return faces, owner[label], key


def _most_cells(faces: Geometries, label: NDArray[np.int64]) -> NDArray[np.int64]:
    """The label that most cells of each face carry; smoothing moves boundaries by a cell or so,
    and a face too small for a cell takes the label under its middle."""
    rows, columns = label.shape
    transform = from_origin(0.0, rows * CELL_M, CELL_M, CELL_M)
    number = rasterize(
        zip(faces, range(1, len(faces) + 1), strict=True),
        out_shape=label.shape,
        transform=transform,
        dtype="int32",
    )
    middle = shapely.point_on_surface(faces)
    row = np.clip((rows - shapely.get_y(middle) / CELL_M).astype(int), 0, rows - 1)
    column = np.clip((shapely.get_x(middle) / CELL_M).astype(int), 0, columns - 1)
    most = label[row, column]
    many = int(label.max()) + 1
    pairs, cells = np.unique(number.astype(np.int64) * many + label, return_counts=True)
    face, found = np.divmod(pairs[np.argsort(cells, kind="stable")], many)
    most[face[face > 0] - 1] = found[face > 0]
    return np.asarray(most)


def _villages(plots: Plots) -> Villages:
    outlines = [
        shapely.coverage_union_all(plots.geometry[plots.village == number])
        for number in range(len(VILLAGES))
    ]
    return Villages(
        codes=np.array([code for code, _ in VILLAGES], dtype=object),
        names=np.array([name for _, name in VILLAGES], dtype=object),
        geometry=np.array(outlines, dtype=object),
    )
