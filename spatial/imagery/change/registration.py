"""Co-registration: how far one scene is shifted against another, to a fraction of a pixel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from skimage.filters import sobel, window
from skimage.registration import phase_cross_correlation

from spatial.imagery.change.normalisation import Values

TILE_PX, LEAST_TILE_PX = 256, 32
PARTS_OF_A_PIXEL = 50
SMOOTHING_PX = 1.0
TILES_A_SIDE = 3
"""Of small scenes: fewer tiles could not agree."""
LEAST_CLEAR = 0.9
LEAST_TILES = 3
LARGEST_SHIFT_PX = 8.0


@dataclass(frozen=True, slots=True)
class Shift:
    """What has to be added to the second scene's row and column to meet the first, in pixels.

    ``spread`` is the median absolute deviation of the tiles' answers; ``tiles`` how many agreed.
    """

    rows: float
    columns: float
    spread: float
    tiles: int

    @property
    def length(self) -> float:
        """How far, in pixels."""
        return float(np.hypot(self.rows, self.columns))

    @property
    def is_certain(self) -> bool:
        """Whether enough tiles say the same for the shift to be applied."""
        agreed = self.tiles >= LEAST_TILES and self.spread < 0.5
        return agreed and self.length <= LARGEST_SHIFT_PX


def shift_between(parts: Iterable[tuple[Values, Values, NDArray[np.bool_]]]) -> Shift:
    """The shift of the second scene against the first, from parts of both: single bands
    (rows, columns) on one grid, and where they are clear.

    Edges are compared, not brightness, so that season and haze matter little; the median over
    tiles leaves out those whose content really changed.
    """
    answers = [offset for part in parts for offset in _offsets(*part)]
    if not answers:
        return Shift(0.0, 0.0, float("inf"), 0)
    found = np.array(answers)
    middle = np.median(found, axis=0)
    spread = float(np.median(np.abs(found - middle)))
    return Shift(float(middle[0]), float(middle[1]), spread, len(answers))


def _offsets(
    before: Values, after: Values, clear: NDArray[np.bool_]
) -> Iterator[NDArray[np.float64]]:
    if not clear.any():
        return
    filled = (np.where(clear, scene, scene[clear].mean()) for scene in (before, after))
    first, second = (sobel(gaussian_filter(scene, SMOOTHING_PX)) for scene in filled)
    for tile in _tiles(clear):
        # Without any edges there is nothing to compare.
        if first[tile].any() and second[tile].any():
            yield _offset(first[tile], second[tile])


def _offset(first: Values, second: Values) -> NDArray[np.float64]:
    # A tile's own borders do not move: faded out, or they would draw the answer towards nothing.
    # Amplitudes are kept, as whitening weighs noise and aliases like edges and does the same.
    fade = window("hann", first.shape)
    parts = ((tile - tile.mean()) * fade for tile in (first, second))
    return np.asarray(
        phase_cross_correlation(*parts, upsample_factor=PARTS_OF_A_PIXEL, normalization=None)[0]
    )


def _tiles(clear: NDArray[np.bool_]) -> Iterator[tuple[slice, slice]]:
    rows, columns = clear.shape
    size = max(LEAST_TILE_PX, min(TILE_PX, min(rows, columns) // TILES_A_SIDE))
    for row in range(0, rows - size + 1, size):
        for column in range(0, columns - size + 1, size):
            tile = (slice(row, row + size), slice(column, column + size))
            if clear[tile].mean() >= LEAST_CLEAR:
                yield tile
