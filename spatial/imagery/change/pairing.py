"""Two scenes on one grid: read window by window, whatever their size, CRS and resolution."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.transform import from_origin
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform_bounds
from rasterio.windows import Window

from spatial.errors import RasterError
from spatial.imagery.bands import BY_WAVELENGTH, names_of
from spatial.imagery.change.aligned import Reader, WarpedReader, shifted_reader
from spatial.imagery.change.normalisation import Values
from spatial.imagery.change.registration import Shift
from spatial.imagery.files.failures import BROKEN
from spatial.imagery.grids import Grid, pixel_width_m
from spatial.messages import Message

BandNames = Sequence[str]
"""The names of a scene's bands; empty where only the file knows them."""
FINER = 0.75
"""Pixels smaller than this share of the grid's are averaged, others interpolated between."""
NO_BANDS = Message(
    "两景影像没有相同的波段（{before}；{after}），无法比较。请换一对影像，或在上传时注明波段。",
    "The scenes have no band in common ({before}; {after}) and cannot be compared; take another "
    "pair, or name the bands when sending them.",
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two scenes that can be read on one grid. ``names``: the bands that both have, by
    wavelength; ``first`` and ``second``: their numbers in each."""

    grid: Grid
    before: Reader
    after: Reader
    names: tuple[str, ...]
    first: tuple[int, ...]
    second: tuple[int, ...]

    @property
    def bands(self) -> int:
        """How many bands they have in common."""
        return len(self.names)

    def read(self, window: Window) -> tuple[Values, Values, NDArray[np.bool_]]:
        """Both scenes in a window, (bands, rows, columns), and where both hold data.

        Raises:
            RasterError: when the pixels of one cannot be read.
        """
        try:
            first, known = self.before.read(self.first, window)
            second, clear = self.after.read(self.second, window)
        except RasterioError as error:
            raise RasterError(BROKEN, code="image-broken") from error
        clear = clear & known
        for scene in (first, second):
            # One sum says whether a band is finite everywhere, as most are.
            if not np.isfinite(scene.sum()):
                clear &= np.isfinite(scene).all(axis=0)
        return first, second, clear


def common_bands(
    before: BandNames, after: BandNames
) -> tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]:
    """The bands that two scenes have in common, by wavelength, and their numbers in each.

    Raises:
        RasterError: when there are none.
    """
    places = {name: at for at, name in enumerate(BY_WAVELENGTH)}
    shared = [name for name in dict.fromkeys(before) if name in after and name != "alpha"]
    if not shared:
        said = NO_BANDS.format(before=", ".join(before), after=", ".join(after))
        raise RasterError(said, code="no-common-bands")
    names = tuple(sorted(shared, key=lambda name: places.get(name, len(places))))
    first, second = (tuple(list(of).index(name) + 1 for name in names) for of in (before, after))
    return names, first, second


def common_grid(before: DatasetReader, after: DatasetReader) -> Grid:
    """The ground both scenes show, on the coarser one's pixels, in its CRS.

    Raises:
        RasterError: when they show no ground in common.
    """
    coarse, fine = (
        (before, after) if pixel_width_m(before) >= pixel_width_m(after) else (after, before)
    )
    west, south, east, north = transform_bounds(fine.crs, coarse.crs, *fine.bounds)
    left, bottom, right, top = coarse.bounds
    west, east = max(west, left), min(east, right)
    south, north = max(south, bottom), min(north, top)
    width, height = coarse.res
    # Whole pixels of the coarser scene, so that it is not resampled at all.
    first_column = np.ceil((west - left) / width - 1e-6)
    first_row = np.ceil((top - north) / height - 1e-6)
    columns = int((east - left) / width + 1e-6 - first_column)
    rows = int((top - south) / height + 1e-6 - first_row)
    if columns < 1 or rows < 1:
        raise RasterError(
            Message(
                "两景影像没有重叠范围，请换一对覆盖同一地区的影像。",
                "The scenes show no ground in common; take a pair of the same place.",
            ),
            code="scenes-apart",
        )
    origin = (left + first_column * width, top - first_row * height)
    return Grid(coarse.crs, from_origin(*origin, width, height), rows, columns)


@contextmanager
def paired(
    before: DatasetReader,
    after: DatasetReader,
    shift: Shift | None = None,
    names: tuple[BandNames, BandNames] = ((), ()),
) -> Iterator[Pair]:
    """Two open scenes on their common grid; ``shift`` is taken out of the second one.

    ``names`` are those of the bands of each, where the files themselves do not say.

    Raises:
        RasterError: when they have no ground or no band in common.
    """
    bands = common_bands(
        *(given or names_of(one) for given, one in zip(names, (before, after), strict=True))
    )
    grid = common_grid(before, after)
    moved = Affine.identity()
    if shift is not None:
        moved = Affine.translation(shift.columns * grid.transform.a, shift.rows * grid.transform.e)
    with ExitStack() as stack:
        first = _on_grid(stack, before, grid, Affine.identity())
        second = _on_grid(stack, after, grid, moved)
        yield Pair(grid, first, second, *bands)


def _on_grid(stack: ExitStack, dataset: DatasetReader, grid: Grid, moved: Affine) -> Reader:
    straight = shifted_reader(dataset, grid, moved)
    if straight is not None:
        return straight
    finer = pixel_width_m(dataset) < FINER * grid.pixel_m
    warped = WarpedVRT(
        dataset,
        src_transform=moved @ dataset.transform,
        crs=grid.crs,
        transform=grid.transform,
        width=grid.columns,
        height=grid.rows,
        resampling=Resampling.average if finer else Resampling.bilinear,
    )
    return WarpedReader(stack.enter_context(warped))
