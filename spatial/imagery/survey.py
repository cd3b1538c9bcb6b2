"""A first look over both scenes: pixels to learn from, and a small picture of each for clouds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from spatial.imagery.magnitude import smoothed_bands
from spatial.imagery.normalisation import Values
from spatial.imagery.pairing import Pair

WINDOW_PX = 512
STRIP_PX = 2048
"""GDAL keeps the blocks of three rows of windows of a strip, so that margins are decoded once."""
THREADS = 2
BLOCK_PX = 8
"""Clouds are looked for on means of blocks of this side, which see past fields and roofs."""
SAMPLES = 160_000
LOOKED_AT = 3_000_000
LEAST_SIDE_PX = 64

Mask = NDArray[np.bool_]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Survey:
    """``before`` and ``after``: smoothed samples (bands, pixels), and the block that each lies in
    (2, pixels); ``small_before`` and ``small_after``: means of blocks (bands, rows, columns), NaN
    where most of a block holds no data. Float32."""

    before: Values
    after: Values
    blocks: NDArray[np.int32]
    small_before: Values
    small_after: Values


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
    shape = (pair.bands, -(-pair.grid.rows // BLOCK_PX), -(-pair.grid.columns // BLOCK_PX))
    small = np.full((2, *shape), np.nan, dtype=np.float32)
    number = sum(1 for _ in pair.grid.windows(WINDOW_PX))
    side = max(LEAST_SIDE_PX, min(WINDOW_PX, int((LOOKED_AT / number) ** 0.5)))

    def work(
        window: Window, before: Values, after: Values, clear: Mask
    ) -> tuple[Values, Values, NDArray[np.int32]]:
        top, left = int(window.row_off) // BLOCK_PX, int(window.col_off) // BLOCK_PX
        for picture, scene in zip(small, (before, after), strict=True):
            means = block_means(scene, clear)
            picture[:, top : top + means.shape[1], left : left + means.shape[2]] = means
        random = np.random.default_rng((top, left))
        return _samples(window, before, after, clear, side, SAMPLES // number + 1, random)

    parts = [found for _, found in in_windows(pair, 0, work)]
    before, after, blocks = (np.concatenate(part, axis=1) for part in zip(*parts, strict=True))
    return Survey(before, after, blocks, small[0], small[1])


def block_means(scene: Values, clear: Mask) -> Values:
    """Means of blocks of ``BLOCK_PX``; NaN where less than half of a block is clear."""
    rows, columns = (-side % BLOCK_PX for side in clear.shape)
    known = np.pad(clear, ((0, rows), (0, columns)))
    values = np.pad(np.where(clear, scene, np.float32(0)), ((0, 0), (0, rows), (0, columns)))
    tall, wide = known.shape[0] // BLOCK_PX, known.shape[1] // BLOCK_PX
    counts = known.reshape(tall, BLOCK_PX, wide, BLOCK_PX).sum(axis=(1, 3))
    sums = values.reshape(-1, tall, BLOCK_PX, wide, BLOCK_PX).sum(axis=(2, 4))
    means = sums / np.maximum(counts, 1)
    means[:, counts < BLOCK_PX**2 / 2] = np.nan
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
    """Clear pixels from the middle of a window, smoothed as everything is that is compared."""
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
    return first, second, (place // BLOCK_PX).astype(np.int32)
