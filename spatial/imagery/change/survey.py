"""A first look over both scenes: pixels to learn from, and a small picture of each for clouds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from spatial.imagery.change.magnitude import smoothed_bands
from spatial.imagery.change.normalisation import Values
from spatial.imagery.change.pairing import Pair
from spatial.imagery.grids import Grid

WINDOW_PX = 512
STRIP_PX = 2048
"""GDAL keeps the blocks of three rows of windows of a strip, so that margins are decoded once."""
THREADS = 2
BLOCK_M = 16.0
LEAST_BLOCK_PX, USUAL_BLOCK_PX = 2, 8
MOST_BLOCKS = 2_000_000
"""Clouds are looked for on means of blocks about so wide, which see past fields and roofs; of
large scenes on larger ones, so that memory is bounded."""
SAMPLES = 160_000
LOOKED_AT = 3_000_000
LEAST_SIDE_PX = 64

Mask = NDArray[np.bool_]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Survey:
    """``before`` and ``after``: smoothed samples (bands, pixels), and the block that each lies in
    (2, pixels); ``small_before`` and ``small_after``: means of blocks (bands, rows, columns) of
    ``block_px`` pixels a side, NaN where most of a block holds no data. Float32."""

    before: Values
    after: Values
    blocks: NDArray[np.int32]
    small_before: Values
    small_after: Values
    block_px: int


def in_windows(
    pair: Pair, margin: int, work: Callable[[Window, Values, Values, Mask], Result]
) -> Iterator[tuple[Window, Result]]:
    """Work on windows, grown by a margin, on both cores.

    GDAL reads one window at a time; the arithmetic of those before runs beside it.
    """
    waiting: list[tuple[Window, Future[Result]]] = []
    with ThreadPoolExecutor(THREADS) as pool:
        for window in pair.grid.windows_in_strips(WINDOW_PX, STRIP_PX):
            read = pair.read(pair.grid.grown(window, margin))
            waiting.append((window, pool.submit(work, window, *read)))
            if len(waiting) > THREADS:
                done, task = waiting.pop(0)
                yield done, task.result()
        for done, task in waiting:
            yield done, task.result()


def survey(pair: Pair) -> Survey:
    """Look over a pair once, window by window."""
    block = block_side(pair.grid)
    shape = (pair.bands, -(-pair.grid.rows // block), -(-pair.grid.columns // block))
    small = np.full((2, *shape), np.nan, dtype=np.float32)
    number = sum(1 for _ in pair.grid.windows(WINDOW_PX))
    side = max(LEAST_SIDE_PX, min(WINDOW_PX, int((LOOKED_AT / number) ** 0.5)))

    def work(
        window: Window, before: Values, after: Values, clear: Mask
    ) -> tuple[Values, Values, NDArray[np.int32]]:
        top, left = int(window.row_off) // block, int(window.col_off) // block
        for picture, scene in zip(small, (before, after), strict=True):
            means = block_means(scene, clear, block)
            picture[:, top : top + means.shape[1], left : left + means.shape[2]] = means
        random = np.random.default_rng((top, left))
        first, second, place = _samples(
            window, before, after, clear, side, SAMPLES // number + 1, random
        )
        return first, second, place // block

    parts = [found for _, found in in_windows(pair, 0, work)]
    before, after, blocks = (np.concatenate(part, axis=1) for part in zip(*parts, strict=True))
    return Survey(before, after, blocks, small[0], small[1], block)


def block_side(grid: Grid) -> int:
    """The side of blocks in pixels: a power of two, which windows are multiples of."""
    side = LEAST_BLOCK_PX
    while side < USUAL_BLOCK_PX and side * grid.pixel_m < BLOCK_M:
        side *= 2
    while grid.rows * grid.columns > MOST_BLOCKS * side**2:
        side *= 2
    return side


def block_means(scene: Values, clear: Mask, block: int) -> Values:
    """Means of blocks of so many pixels a side; NaN where less than half of one is clear."""
    rows, columns = (-side % block for side in clear.shape)
    known = np.pad(clear, ((0, rows), (0, columns)))
    values = np.pad(np.where(clear, scene, np.float32(0)), ((0, 0), (0, rows), (0, columns)))
    tall, wide = known.shape[0] // block, known.shape[1] // block
    counts = known.reshape(tall, block, wide, block).sum(axis=(1, 3))
    sums = values.reshape(-1, tall, block, wide, block).sum(axis=(2, 4))
    means = sums / np.maximum(counts, 1)
    means[:, counts < block**2 / 2] = np.nan
    return np.asarray(means, dtype=np.float32)


def _samples(
    window: Window,
    before: Values,
    after: Values,
    clear: Mask,
    side: int,
    number: int,
    random: np.random.Generator,
) -> tuple[Values, Values, NDArray[np.int32]]:
    """Clear pixels from the middle of a window, smoothed as everything is that is compared, and
    the grid's row and column of each."""
    top, left = (max(0, (length - side) // 2) for length in clear.shape)
    middle = (slice(top, top + side), slice(left, left + side))
    known = clear[middle]
    rows, columns = np.nonzero(known)
    chosen = random.choice(len(rows), min(number, len(rows)), replace=False)
    at = (slice(None), rows[chosen], columns[chosen])
    first, second = (smoothed_bands(s[:, *middle], known)[at] for s in (before, after))
    place = np.stack(
        [rows[chosen] + top + int(window.row_off), columns[chosen] + left + int(window.col_off)]
    )
    return first, second, place.astype(np.int32)
