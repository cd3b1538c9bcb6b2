"""Change detection in plain NumPy: the detector's steps on whole arrays, one after the other.

    python -m benchmarks.plain_detection BEFORE AFTER

What ``spatial.imagery`` is compared with. What does not go over all pixels (fitting the lines,
clouds on the small pictures, outlines) is the detector's own; everything that does is written here
as one would without windows and threads. Both scenes have to lie on the same pixels.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.features import sieve
from rasterio.windows import Window
from scipy.ndimage import gaussian_filter, shift

from spatial.imagery.change.detection import LEAST_SHIFT_PX, STEPS, held, spread_out, threshold_of
from spatial.imagery.change.magnitude import SHIFT_PX, SMOOTHING_PX
from spatial.imagery.change.normalisation import Normalisation, Values, normalisation
from spatial.imagery.change.obscured import hidden_in
from spatial.imagery.change.options import DetectionOptions
from spatial.imagery.change.outlines import Outline, outlines
from spatial.imagery.change.pairing import Pair
from spatial.imagery.change.registration import shift_between
from spatial.imagery.change.survey import SAMPLES, Survey, block_means, block_side
from spatial.imagery.grids import Grid

NAMES = ("blue", "green", "red", "near_infrared")


@dataclass(frozen=True, slots=True)
class Held:
    """A scene in memory."""

    values: Values
    clear: NDArray[np.bool_]

    def read(self, bands: Sequence[int], window: Window) -> tuple[Values, NDArray[np.bool_]]:
        """A part of it."""
        part = window.toslices()
        return self.values[:, *part], self.clear[part]


def detect(before: Path, after: Path, options: DetectionOptions) -> list[Outline]:
    """The changes between two scenes on the same pixels."""
    with rasterio.open(before) as first, rasterio.open(after) as second:
        grid = Grid(first.crs, first.transform, *first.shape)
        x, y = (scene.read(out_dtype="float32") for scene in (first, second))
        clear = (first.dataset_mask() > 0) & (second.dataset_mask() > 0)
    slices = [window.toslices() for window in spread_out(grid)]
    apart = shift_between((x[:, *s].mean(axis=0), y[:, *s].mean(axis=0), clear[s]) for s in slices)
    if apart.is_certain and apart.length >= LEAST_SHIFT_PX:
        y = np.stack([shift(band, (apart.rows, apart.columns), order=1) for band in y])
    smooth_x, smooth_y = (
        np.stack([gaussian_filter(band, SMOOTHING_PX) for band in scene]) for scene in (x, y)
    )
    chosen = np.random.default_rng(0).choice(np.flatnonzero(clear), SAMPLES, replace=False)
    rows, columns = np.unravel_index(chosen, clear.shape)
    block = block_side(grid)
    look = Survey(
        smooth_x[:, rows, columns], smooth_y[:, rows, columns],
        (np.stack([rows, columns]) // block).astype(np.int32),
        *(block_means(scene, clear, block) for scene in (x, y)), block,
    )  # fmt: skip
    how = normalisation(look.before, look.after)
    hidden = hidden_in(look, NAMES, how)
    if hidden:
        seen = ~hidden.blocks[*look.blocks]
        how = normalisation(look.before[:, seen], look.after[:, seen])
    clear &= ~hidden.pixels(Window(0, 0, grid.columns, grid.rows))
    strength = magnitude(smooth_x, smooth_y, clear, how)
    strength[~held(strength)] = 0
    tenths = np.clip(strength * STEPS, 0, 255).astype(np.uint8)
    threshold = threshold_of(tenths)
    least = max(2, int(0.5 * options.least_area_m2 / abs(grid.transform.a * grid.transform.e)))
    changed = sieve((tenths >= threshold * STEPS).astype(np.uint8), least).astype(bool)
    numbers = tuple(range(1, len(x) + 1))
    pair = Pair(grid, Held(x, clear), Held(y, clear), NAMES, numbers, numbers)
    return outlines(pair, changed, tenths, how, options, threshold * STEPS)


def magnitude(x: Values, y: Values, clear: NDArray[np.bool_], how: Normalisation) -> Values:
    """As ``spatial.imagery.change.magnitude``, of scenes that are smoothed already."""
    expected, variance = expected_of(x, how)
    squares = np.zeros(clear.shape, dtype=np.float32)
    for was, now, uncertain in zip(expected, y, variance, strict=True):
        slopes = [sum(part**2 for part in np.gradient(band)) for band in (was, now)]
        squares += (now - was) ** 2 / (uncertain + SHIFT_PX**2 * np.minimum(*slopes))
    squares[~clear] = 0
    return np.sqrt(squares / len(x))


def expected_of(x: Values, how: Normalisation) -> tuple[Values, Values]:
    """As ``Normalisation.expected``; class by class, as all classes at once would fill memory."""
    most = np.full(x.shape[1:], -np.inf, dtype=np.float32)
    for pull, bias in zip(how.pull, how.bias, strict=True):
        np.maximum(most, np.tensordot(pull, x, 1) + bias, out=most)
    total = np.zeros_like(most)
    shown, squares, variance = (np.zeros_like(x) for _ in range(3))
    for number in range(len(how.bias)):
        share = np.exp(np.tensordot(how.pull[number], x, 1) + how.bias[number] - most)
        total += share
        line = np.tensordot(how.slopes[number], x, 1) + how.offsets[number][:, None, None] - x
        shown += share * line
        squares += share * line**2
        variance += share * how.variances[number][:, None, None]
    shown /= total
    variance = variance / total + np.maximum(squares / total - shown**2, 0)
    return shown + x, variance


def main() -> None:
    before, after = map(Path, sys.argv[1:])
    print(len(detect(before, after, DetectionOptions(least_area_m2=2000))))


if __name__ == "__main__":
    main()
