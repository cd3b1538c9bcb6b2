"""Changes between two scenes, as polygons with a change group and a confidence.

Shift taken out, bands normalised on what did not change, magnitude by windows, an automatic
threshold, clean-up, outlines on pixel edges smoothed within a tolerance. Memory is bounded by one
byte a pixel and a few windows, whatever the size of the scenes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window
from skimage.filters import apply_hysteresis_threshold, threshold_otsu
from skimage.morphology import remove_small_holes, remove_small_objects

from spatial.imagery.clouds import GROWN_PX, SHADOW_REACH_PX, cloud_and_shadow
from spatial.imagery.magnitude import NEIGHBOURHOOD_PX, REACH_PX, magnitude
from spatial.imagery.normalisation import Normalisation, Values, normalisation
from spatial.imagery.outlines import Outline, outlines
from spatial.imagery.pairing import Pair, paired
from spatial.imagery.registration import Shift, shift_between
from spatial.imagery.scenes import open_scene

Report = Callable[[float, str], None]
SAMPLES_A_WINDOW = 20_000
REGISTRATION_PX = 1024
THREADS = 2
LEAST_SHIFT_PX = 0.1
"""A shift below it is left alone: resampling would cost more than it mends."""
STEPS = 20.0
"""Magnitudes are kept as one byte: twentieths of a standard deviation, up to 12.75."""
LEAST_THRESHOLD = 2.5
"""A change is at least this many standard deviations; below it Otsu divides noise from noise."""
CORE_SHARE = 1.35
"""A patch must hold some pixels this many times above the threshold."""


@dataclass(frozen=True, slots=True)
class DetectionOptions:
    """``least_area_m2``: patches below it are left out; ``tolerance_px``: how far an outline may
    leave the pixels' edges."""

    least_area_m2: float = 200.0
    tolerance_px: float = 0.75


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
) -> Detection:
    """Find what changed between two scenes of the same ground.

    Raises:
        RasterError: when either cannot be used, they show no ground in common, or too little of
            it is clear.
    """
    options = options or DetectionOptions()
    with open_scene(before) as first, open_scene(after) as second:
        report(0.0, "registration")
        with paired(first, second) as pair:
            shift = _shift(pair)
        resampled = shift.is_certain and shift.length >= LEAST_SHIFT_PX
        with paired(first, second, shift if resampled else None) as pair:
            report(0.1, "normalisation")
            how = normalisation(*_samples(pair))
            around = NEIGHBOURHOOD_PX if resampled else 1
            strength, clear_share = _strength(pair, how, around, report)
            threshold = _threshold(strength)
            changed = _cleaned(strength, threshold, options, pair)
            report(0.8, "outlines")
            found = outlines(pair, changed, strength, how, options, threshold * STEPS)
    report(1.0, "")
    return Detection(found, shift, threshold, clear_share)


def _shift(pair: Pair) -> Shift:
    """From the middle of the scenes: a shift is the same everywhere."""
    size = REGISTRATION_PX
    row, column = max(0, (pair.grid.rows - size) // 2), max(0, (pair.grid.columns - size) // 2)
    window = Window(column, row, min(size, pair.grid.columns), min(size, pair.grid.rows))
    before, after, clear = pair.read(window)
    clear = _clear(before, after, clear)
    return shift_between(before.mean(axis=0), after.mean(axis=0), clear)


def _samples(pair: Pair) -> tuple[Values, Values]:
    """Clear pixels from all over the scenes, the same number of each window."""
    random = np.random.default_rng(0)
    parts = []
    for before, after, clear in _windows(pair, 0):
        rows, columns = np.nonzero(clear)
        if len(rows):
            chosen = random.choice(len(rows), min(SAMPLES_A_WINDOW, len(rows)), replace=False)
            at = (rows[chosen], columns[chosen])
            parts.append((before[:, at[0], at[1]], after[:, at[0], at[1]]))
    if not parts:
        empty = np.zeros((pair.bands, 0), dtype=np.float32)
        return empty, empty
    return (
        np.concatenate([part[0] for part in parts], axis=1),
        np.concatenate([part[1] for part in parts], axis=1),
    )


def _windows(pair: Pair, margin: int) -> Iterator[tuple[Values, Values, NDArray[np.bool_]]]:
    for window in pair.grid.windows():
        before, after, clear = pair.read(pair.grid.grown(window, margin))
        yield before, after, _clear(before, after, clear)


def _clear(before: Values, after: Values, clear: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return clear & ~cloud_and_shadow(before, clear) & ~cloud_and_shadow(after, clear)


def _strength(
    pair: Pair, how: Normalisation, around: int, report: Report
) -> tuple[NDArray[np.uint8], float]:
    """Change magnitude over the whole grid, one byte a pixel; the share of clear pixels."""
    strength = np.zeros((pair.grid.rows, pair.grid.columns), dtype=np.uint8)
    margin = REACH_PX + SHADOW_REACH_PX + GROWN_PX
    windows = list(pair.grid.windows())
    counted = 0

    def work(item: tuple[Window, Values, Values, NDArray[np.bool_]]) -> int:
        window, before, after, clear = item
        clear = _clear(before, after, clear)
        grown = pair.grid.grown(window, margin)
        found = magnitude(before, after, clear, how, around)
        top, left = int(window.row_off - grown.row_off), int(window.col_off - grown.col_off)
        inner = (slice(top, top + int(window.height)), slice(left, left + int(window.width)))
        strength[window.toslices()] = np.clip(found[inner] * STEPS, 0, 255)
        return int(clear[inner].sum())

    # GDAL reads one window at a time; the arithmetic of the one before runs beside it.
    with ThreadPoolExecutor(THREADS) as pool:
        pending = []
        for number, window in enumerate(windows):
            pending.append(pool.submit(work, (window, *pair.read(pair.grid.grown(window, margin)))))
            if len(pending) > THREADS:
                counted += pending.pop(0).result()
            report(0.2 + 0.5 * number / len(windows), "magnitude")
        counted += sum(task.result() for task in pending)
    return strength, counted / strength.size


def _threshold(strength: NDArray[np.uint8]) -> float:
    """Otsu's threshold of the logarithm: change is rare, and its magnitudes are skewed."""
    counts = np.bincount(strength.ravel(), minlength=256).astype(float)
    counts[0] = 0
    if not counts.any():
        return LEAST_THRESHOLD
    values = np.log1p(np.arange(256) / STEPS)
    return max(LEAST_THRESHOLD, float(np.expm1(threshold_otsu(hist=(counts, values)))))


def _cleaned(
    strength: NDArray[np.uint8], threshold: float, options: DetectionOptions, pair: Pair
) -> NDArray[np.bool_]:
    core = min(255.0, threshold * CORE_SHARE * STEPS)
    changed = apply_hysteresis_threshold(strength, threshold * STEPS, core)
    pixel = abs(pair.grid.transform.a * pair.grid.transform.e)
    if pair.grid.crs.is_geographic:
        pixel *= 111_320.0**2
    least = max(2, int(0.5 * options.least_area_m2 / pixel))
    changed = remove_small_objects(changed, max_size=least)
    return np.asarray(remove_small_holes(changed, max_size=least))
