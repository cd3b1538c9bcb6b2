"""Changes between two scenes, as polygons with a change group and a confidence.

Shift taken out, clouds and shadows left out, bands normalised class by class on what did not
change, magnitude by windows, an automatic threshold, clean-up, outlines on pixel edges smoothed
within a tolerance. Memory is bounded by a few bytes a pixel and a few windows, whatever the size of
the scenes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rasterio.features import sieve
from rasterio.windows import Window
from scipy.ndimage import binary_closing, maximum_filter
from skimage.filters import threshold_otsu

from spatial.imagery.change.magnitude import EDGE_PX, REACH_PX, inside_edges, magnitude
from spatial.imagery.change.normalisation import Normalisation, Values, normalisation
from spatial.imagery.change.obscured import Hidden, hidden_in
from spatial.imagery.change.options import DetectionOptions
from spatial.imagery.change.outlines import Outline, outlines
from spatial.imagery.change.pairing import BandNames, Pair, paired
from spatial.imagery.change.registration import Shift, shift_between
from spatial.imagery.change.survey import Mask, in_windows, survey
from spatial.imagery.files.inspection import inspect
from spatial.imagery.files.scenes import open_scene
from spatial.imagery.grids import Grid

Report = Callable[[float, str], None]
REGISTRATION_PX = 1024
REGISTRATION_WINDOWS = 3
"""Along each side of a large scene."""
LEAST_SHIFT_PX = 0.1
"""A shift below it is left alone: resampling would cost more than it mends."""
STEPS = 10.0
"""Magnitudes are kept as one byte: tenths of a standard deviation, up to 25.5."""
LEAST_MAGNITUDE = 3.0
"""Standard deviations that belong to a change or to its edge; the ground's own noise is below."""
LEAST_THRESHOLD = 4.0
"""A change is at least this many standard deviations; below it Otsu divides noise from noise."""


@dataclass(frozen=True, slots=True)
class Detection:
    """What was found, and what was done to find it."""

    outlines: list[Outline]
    shift: Shift
    threshold: float
    clear_share: float


def detect_changes(
    before: Path,
    after: Path,
    options: DetectionOptions | None = None,
    report: Report = lambda share, stage: None,
    names: tuple[BandNames, BandNames] = ((), ()),
) -> Detection:
    """Find what changed between two scenes of the same ground.

    ``names`` are those of the bands of each, where the files themselves do not say.

    Raises:
        RasterError: when either cannot be used, they have no ground or no band in common, or too
            little of it is clear.
    """
    options = options or DetectionOptions()
    with open_scene(before) as first, open_scene(after) as second:
        inspect(first, before)
        inspect(second, after)
        report(0.0, "registration")
        with paired(first, second, names=names) as pair:
            shift = _shift(pair)
        resampled = shift.is_certain and shift.length >= LEAST_SHIFT_PX
        with paired(first, second, shift if resampled else None, names) as pair:
            report(0.1, "normalisation")
            how, hidden = _normalised(pair)
            strength, clear_share = _strength(pair, how, hidden, report)
            threshold = threshold_of(strength)
            changed = _cleaned(strength, threshold, options, pair.grid)
            report(0.8, "outlines")
            found = outlines(pair, changed, strength, how, options, threshold * STEPS)
    report(1.0, "")
    return Detection(found, shift, threshold, clear_share)


def _shift(pair: Pair) -> Shift:
    """From windows all over the scenes: a shift is the same everywhere, but not all ground is
    clear, and some has nothing that could be told apart."""

    def parts() -> Iterator[tuple[Values, Values, Mask]]:
        for window in spread_out(pair.grid):
            before, after, clear = pair.read(window)
            yield before.mean(axis=0), after.mean(axis=0), clear

    return shift_between(parts())


def spread_out(grid: Grid) -> Iterator[Window]:
    """One window of the middle of small scenes, several evenly over large ones."""
    size, number = REGISTRATION_PX, 1
    if min(grid.rows, grid.columns) > REGISTRATION_PX * 2:
        size, number = REGISTRATION_PX // 2, REGISTRATION_WINDOWS
    for row in _places(grid.rows, size, number):
        for column in _places(grid.columns, size, number):
            yield Window(column, row, min(size, grid.columns), min(size, grid.rows))


def _places(length: int, size: int, number: int) -> list[int]:
    """Where windows begin so that they lie evenly along a side."""
    step = length / number
    return [max(0, int(step * (at + 0.5) - size / 2)) for at in range(number)]


def _normalised(pair: Pair) -> tuple[Normalisation, Hidden]:
    """How the scenes differ without change, and which ground one of them does not show."""
    look = survey(pair)
    how = normalisation(look.before, look.after)
    hidden = hidden_in(look, pair.names, how)
    if not hidden:
        return how, hidden
    seen = ~hidden.blocks[*look.blocks]
    return normalisation(look.before[:, seen], look.after[:, seen]), hidden


def _strength(
    pair: Pair, how: Normalisation, hidden: Hidden, report: Report
) -> tuple[NDArray[np.uint8], float]:
    """Change magnitude over the whole grid, one byte a pixel, 0 outside the edges of changes; the
    share of clear pixels."""
    grid = pair.grid
    strength = np.zeros((grid.rows, grid.columns), dtype=np.uint8)

    def work(window: Window, before: Values, after: Values, clear: Mask) -> int:
        grown = grid.grown(window, REACH_PX)
        clear = clear & ~hidden.pixels(grown)
        if not clear.any():
            return 0
        found = magnitude(before, after, clear, how)
        top, left = int(window.row_off - grown.row_off), int(window.col_off - grown.col_off)
        inner = (slice(top, top + int(window.height)), slice(left, left + int(window.width)))
        found[~held(found)] = 0
        strength[window.toslices()] = np.clip(found[inner] * STEPS, 0, 255)
        return int(clear[inner].sum())

    clear_pixels = done = 0
    for window, counted in in_windows(pair, REACH_PX, work):
        clear_pixels += counted
        done += int(window.height * window.width)
        report(0.2 + 0.6 * done / strength.size, "magnitude")
    return strength, clear_pixels / strength.size


def held(found: Values) -> Mask:
    """Pixels inside the edges of changes. Away from the edges everything above counts, however
    much stronger the change is beside it; slits between strong and weak are closed."""
    above = found >= LEAST_MAGNITUDE
    at_the_edge = maximum_filter(~above, EDGE_PX)
    held = above & (inside_edges(found) | ~at_the_edge)
    held |= above & binary_closing(held, np.ones((3, 3)))
    # What is below counts for the threshold, which looks at all magnitudes.
    return np.asarray(held | ~above)


def threshold_of(strength: NDArray[np.uint8]) -> float:
    """Otsu's threshold of the logarithm, with roots of the counts.

    Magnitudes are skewed, and change is rare: with the counts themselves one pixel more or less
    decides whether Otsu divides change from noise or noise from noise.
    """
    # Row by row: counting turns bytes into integers of eight.
    counts = np.zeros(256)
    for row in strength:
        counts += np.bincount(row, minlength=256)
    counts[0] = 0
    # One magnitude alone, as a scene of one value gives, has nothing to be told from.
    if np.count_nonzero(counts) < 2:
        return LEAST_THRESHOLD
    values = np.log1p(np.arange(256) / STEPS)
    return max(LEAST_THRESHOLD, float(np.expm1(threshold_otsu(hist=(np.sqrt(counts), values)))))


def _cleaned(
    strength: NDArray[np.uint8], threshold: float, options: DetectionOptions, grid: Grid
) -> Mask:
    """Where a change lies, without specks and pinholes."""
    least = max(2, int(0.5 * options.least_area_m2 / grid.pixel_m**2))
    changed = (strength >= threshold * STEPS).view(np.uint8)
    return np.asarray(sieve(changed, least)).view(np.bool_)
