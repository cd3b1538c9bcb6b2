"""Figures of ground in one scene: indices, cloud and nodata, weighted by exact pixel coverage."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from affine import Affine
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window, from_bounds
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from spatial.crs import STORAGE_CRS
from spatial.errors import RasterError
from spatial.imagery.change.normalisation import Values
from spatial.imagery.clouds import Clouds
from spatial.imagery.files.failures import BROKEN
from spatial.imagery.files.scenes import open_scene
from spatial.imagery.indices import INDICES, index

LARGEST_PX = 2_000_000
"""Larger ground is read in larger pixels, so that memory is bounded."""
GAP_PX, RING_PX = 2.0, 10.0
"""The surroundings of some ground begin and end so far from it."""
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Figures:
    """What a scene shows of some ground.

    ``indices``: the mean of each over clear ground, None where bands are missing or nothing is
    clear. ``cloud_share`` and ``nodata_share``: of the whole ground, 0 to 1; cloud is None where
    nothing tells. ``pixels``: how many pixels the ground covers, parts counted as such.
    """

    indices: dict[str, float | None]
    cloud_share: float | None
    nodata_share: float
    pixels: float

    @property
    def hidden_share(self) -> float:
        """The share of the ground that the scene does not show."""
        return self.nodata_share + (self.cloud_share or 0.0)


@dataclass(frozen=True, slots=True)
class _View:
    """A part of a scene: pixels (bands, rows, columns), where they show ground, where cloud."""

    values: Values
    clear: NDArray[np.bool_]
    cloud: NDArray[np.bool_] | None
    transform: Affine


def ground_figures(
    path: Path,
    names: Sequence[str],
    grounds: Sequence[BaseGeometry],
    clouds: Clouds | None = None,
) -> list[Figures]:
    """Figures of each ground (EPSG:4490 degrees), and last of what surrounds the first.

    ``names`` are those of the scene's bands; ``clouds`` are the scene's, where they are known.

    Raises:
        RasterError: when the scene cannot be read.
    """
    with open_scene(path) as dataset:
        local = _in_scene(grounds, dataset)
        pixel = float(dataset.res[0])
        first = local[0]
        ring = first.buffer(RING_PX * pixel).difference(first.buffer(GAP_PX * pixel))
        local.append(ring)
        bounds = shapely.union_all(np.array(local, dtype=object)).bounds
        view = _view(dataset, bounds, clouds)
    if view is None:
        return [_nothing(ground, pixel) for ground in local]
    layers = {name: index(name, view.values, names) for name in INDICES}
    return [
        _figures(view, layers, ground, weights)
        for ground, weights in zip(local, _coverage(view, local), strict=True)
    ]


def _in_scene(grounds: Sequence[BaseGeometry], dataset: DatasetReader) -> list[BaseGeometry]:
    to_scene = Transformer.from_crs(STORAGE_CRS, dataset.crs.to_wkt(), always_xy=True)
    return [
        shapely.transform(ground, lambda xy: np.column_stack(to_scene.transform(*xy.T)))
        for ground in grounds
    ]


def _view(
    dataset: DatasetReader, bounds: tuple[float, float, float, float], clouds: Clouds | None
) -> _View | None:
    whole = Window(0, 0, dataset.width, dataset.height)
    wanted = from_bounds(*bounds, transform=dataset.transform).round_offsets()
    left, top = int(wanted.col_off), int(wanted.row_off)
    right = math.ceil(wanted.col_off + wanted.width) + 1
    bottom = math.ceil(wanted.row_off + wanted.height) + 1
    left, top = max(left, 0), max(top, 0)
    right, bottom = min(right, int(whole.width)), min(bottom, int(whole.height))
    if right <= left or bottom <= top:
        return None
    window = Window(left, top, right - left, bottom - top)
    step = max(1.0, math.sqrt(window.width * window.height / LARGEST_PX))
    shape = (max(1, round(window.height / step)), max(1, round(window.width / step)))
    try:
        values = dataset.read(window=window, out_shape=(dataset.count, *shape), out_dtype="float32")
        clear = dataset.dataset_mask(window=window, out_shape=shape) > 0
    except RasterioError as error:
        raise RasterError(BROKEN, code="image-broken") from error
    clear &= np.isfinite(values).all(axis=0)
    scale = Affine.scale(window.width / shape[1], window.height / shape[0])
    transform = dataset.transform @ Affine.translation(left, top) @ scale
    cloud = None if clouds is None else clear & clouds.on(dataset.crs, transform, shape)
    return _View(values, clear, cloud, transform)


def _coverage(
    view: _View, grounds: Sequence[BaseGeometry]
) -> list[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """For each ground the cells that it touches, and how much of each it covers (0 to 1)."""
    rows, columns = view.clear.shape
    left, top = view.transform.c, view.transform.f
    right, bottom = view.transform @ (columns, rows)
    cells = NumPyRasterSource(np.zeros((rows, columns), "uint8"), left, bottom, right, top)
    features = [
        {"type": "Feature", "geometry": mapping(ground), "properties": {}} for ground in grounds
    ]
    found = exact_extract(cells, features, ["cell_id", "coverage"])
    return [(one["properties"]["cell_id"], one["properties"]["coverage"]) for one in found]


def _figures(
    view: _View,
    layers: dict[str, Values | None],
    ground: BaseGeometry,
    covered: tuple[NDArray[np.int64], NDArray[np.float64]],
) -> Figures:
    cells, weights = covered
    total = ground.area / abs(view.transform.a * view.transform.e)
    clear = view.clear.ravel()[cells]
    seen = float(weights[clear].sum())
    cloudy = np.zeros_like(clear) if view.cloud is None else view.cloud.ravel()[cells]
    usable = clear & ~cloudy
    return Figures(
        indices={
            name: None if layer is None else _mean(layer.ravel()[cells], weights, usable)
            for name, layer in layers.items()
        },
        cloud_share=None if view.cloud is None else _share(float(weights[cloudy].sum()), total),
        nodata_share=_share(max(total - seen, 0.0), total),
        pixels=round(total, 2),
    )


def _mean(values: Values, weights: NDArray[np.float64], usable: NDArray[np.bool_]) -> float | None:
    usable = usable & np.isfinite(values)
    total = float(weights[usable].sum())
    if total <= 0:
        return None
    return round(float((values[usable] * weights[usable]).sum()) / total, DIGITS)


def _share(part: float, total: float) -> float:
    return round(min(part / total, 1.0), DIGITS) if total > 0 else 0.0


def _nothing(ground: BaseGeometry, pixel: float) -> Figures:
    return Figures(dict.fromkeys(INDICES), None, 1.0, round(ground.area / pixel**2, 2))
