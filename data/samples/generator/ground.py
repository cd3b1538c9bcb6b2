"""The ground that patches are laid on: its classes, where they are, and how deep."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize
from rasterio.transform import from_origin
from scipy import ndimage
from shapely.geometry.base import BaseGeometry

from .landuse import CROPLAND
from .model import ORIGIN, SIZE_M, Plots

CELL_M = 5.0
FARMLAND = ("P1", "P2", "P3")
CLASSES = (*FARMLAND, "P4", "P0")

Distances = NDArray[np.float64]


class Ground:
    """Classes of ground: P1 permanent basic farmland, P2 high-standard farmland, P3 other
    cropland, P4 recoverable, P0 none; by layer first, then by land class."""

    def __init__(self, plots: Plots) -> None:
        of_plots = np.full(len(plots), "P0", dtype=object)
        of_plots[plots.planting == "JKHF"] = "P4"
        of_plots[np.isin(plots.land_class, CROPLAND)] = "P3"
        of_plots[plots.project >= 0] = "P2"
        of_plots[plots.permanent] = "P1"
        self.of_plots = of_plots
        self._plots = plots
        self._tree = shapely.STRtree(plots.geometry)
        self._plot_numbers = _plot_numbers(plots)
        self._distances: dict[tuple[tuple[str, ...], bool], Distances] = {}

    def areas(self, shape: BaseGeometry) -> dict[str, float]:
        """Planar area of a shape on each class, m²."""
        near = self._tree.query(shape, predicate="intersects")
        cut = shapely.area(shapely.intersection(self._plots.geometry[near], shape))
        return {name: float(cut[self.of_plots[near] == name].sum()) for name in CLASSES}

    def farmland(self, shape: BaseGeometry) -> float:
        """Planar area of a shape on farmland, m²."""
        areas = self.areas(shape)
        return sum(areas[name] for name in FARMLAND)

    def neighbours(self, shape: BaseGeometry) -> NDArray[np.intp]:
        """Positions of the plots that touch a plot's shape."""
        return self._tree.query(shape, predicate="touches")

    def land_class_at(self, shape: BaseGeometry) -> str:
        """The land class of the plot that a shape mostly lies on."""
        near = self._tree.query(shape)
        cut = shapely.area(shapely.intersection(self._plots.geometry[near], shape))
        return str(self._plots.land_class[near[int(np.argmax(cut))]])

    def depth(self, names: tuple[str, ...]) -> Distances:
        """For cells on these classes (or land classes): metres to the nearest other ground."""
        return self._distance(names, inside=True)

    def distance(self, names: tuple[str, ...]) -> Distances:
        """Metres from each cell to the nearest ground of these classes."""
        return self._distance(names, inside=False)

    def cell_centres(
        self, rows: NDArray[np.intp], columns: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Easting and northing of cells of the distance grids."""
        x = ORIGIN[0] + (columns.astype(np.float64) + 0.5) * CELL_M
        y = ORIGIN[1] + SIZE_M[1] - (rows.astype(np.float64) + 0.5) * CELL_M
        return x, y

    def _distance(self, names: tuple[str, ...], inside: bool) -> Distances:
        if (names, inside) not in self._distances:
            plots = self._plots
            chosen = np.isin(self.of_plots, names) | np.isin(plots.land_class, names)
            mask = np.concatenate([[False], chosen])[self._plot_numbers]
            distance = ndimage.distance_transform_edt(mask if inside else ~mask)
            self._distances[(names, inside)] = np.asarray(distance) * CELL_M
        return self._distances[(names, inside)]


def _plot_numbers(plots: Plots) -> NDArray[np.int32]:
    """For each cell the number of its plot from one, zero outside the township."""
    return np.asarray(
        rasterize(
            zip(plots.geometry, range(1, len(plots) + 1), strict=True),
            out_shape=(int(SIZE_M[1] / CELL_M), int(SIZE_M[0] / CELL_M)),
            transform=from_origin(ORIGIN[0], ORIGIN[1] + SIZE_M[1], CELL_M, CELL_M),
            dtype="int32",
        )
    )
