"""Which bands of a scene make a picture, and how their values become bytes."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader

from spatial.imagery.change.normalisation import Values

PERCENTILES = (2.0, 98.0)
NATURAL_PERCENTILES = (0.5, 99.5)
HEADROOM = 0.08
"""A picture of few roofs among fields keeps them: they are what it is looked at for."""
LEAST_WIDTH = 1.2
"""Of a part, as a multiple of the scene's between its percentiles: fields alone stay fields."""
GAMMA = 1.4
"""Brightens what lies between: one bright roof would leave the fields around it in the dark."""
BRIGHTNESS = np.round(np.linspace(0, 1, 1024) ** (1 / GAMMA) * 255).astype(np.uint8)
"""Looked up, because a power of every pixel takes longer than all else of a picture."""
EVERY = 3
Stretch = Sequence[tuple[float, float]]
"""Low and high of each band."""


class Combination(StrEnum):
    """What a picture of a scene shows."""

    TRUE = "true"
    FALSE = "false"
    """Near infrared, red and green: vegetation is red."""
    NDVI = "ndvi"


BANDS = {
    Combination.TRUE: ("red", "green", "blue"),
    Combination.FALSE: ("near_infrared", "red", "green"),
    Combination.NDVI: ("near_infrared", "red"),
}


def band_numbers(names: Sequence[str], combination: Combination) -> tuple[int, ...] | None:
    """The numbers (from 1) of the bands that a combination shows; None when one is missing.

    True colour can always be shown: by the first band in grey where no colours are known.
    """
    wanted = BANDS[combination]
    if set(wanted) <= set(names):
        return tuple(names.index(name) + 1 for name in wanted)
    return (1, 1, 1) if combination is Combination.TRUE else None


def stretch_of(
    scenes: Sequence[tuple[Values, NDArray[np.bool_]]],
    percentiles: tuple[float, float] = PERCENTILES,
) -> list[tuple[float, float]]:
    """Low and high of each band, taken over the clear pixels of all scenes together."""
    stretch = []
    for band in range(len(scenes[0][0])):
        values = np.concatenate([pixels[band][clear] for pixels, clear in scenes])
        if not len(values):
            stretch.append((0.0, 1.0))
            continue
        low, high = np.percentile(values, percentiles)
        stretch.append((float(low), float(max(high, low + 1e-6))))
    return stretch


def natural_stretch(
    scenes: Sequence[tuple[Values, NDArray[np.bool_]]], usual: Sequence[Stretch] = ()
) -> Stretch:
    """Low and high of each band, as far apart in all of them.

    Bands stretched each to its own width make gaudy colours where one of them hardly varies. Every
    few pixels are enough to know the widths. ``usual``: how each whole scene is stretched, of which
    a part keeps the colours: some fields alone would turn pink or blue against each other.
    """
    few = [(pixels[:, ::EVERY, ::EVERY], clear[::EVERY, ::EVERY]) for pixels, clear in scenes]
    stretch = stretch_of(few, NATURAL_PERCENTILES)
    own = evened([(low, high + HEADROOM * (high - low)) for low, high in stretch])
    return _balanced(own, usual) if usual else own


def evened(stretch: Stretch) -> list[tuple[float, float]]:
    """The same middles, and the largest of the widths for all."""
    width = max(high - low for low, high in stretch)
    return _around([(low + high) / 2 for low, high in stretch], width)


def _balanced(own: Stretch, usual: Sequence[Stretch]) -> Stretch:
    """Between the brightness of the part and of the whole scenes, in the latter's colours."""
    parts = np.array(own)
    wholes = np.array([evened(stretch) for stretch in usual])
    middles = wholes.mean(axis=(0, 2))
    brighter = float((parts.mean(axis=1) - middles).mean()) / 2
    width = float(np.ptp(parts, axis=1).max())
    least = LEAST_WIDTH * float(np.ptp(wholes, axis=2).max())
    return _around([float(middle) + brighter for middle in middles], max(width, least))


def _around(middles: Sequence[float], width: float) -> list[tuple[float, float]]:
    return [(middle - width / 2, middle + width / 2) for middle in middles]


def to_bytes(pixels: Values, stretch: Stretch) -> NDArray[np.uint8]:
    """Pixels (bands, rows, columns) as bytes, clipped to the stretch and brightened."""
    low, high = np.array(stretch, dtype=np.float32).T[:, :, None, None]
    place = np.nan_to_num((pixels - low) * ((len(BRIGHTNESS) - 1) / (high - low)))
    return np.asarray(BRIGHTNESS[np.clip(place, 0, len(BRIGHTNESS) - 1).astype(np.uint16)])


def whole_stretch(dataset: DatasetReader, look_px: int = 512) -> list[tuple[float, float]]:
    """Low and high of each band of an open scene, from a small version of it."""
    step = max(1.0, max(dataset.shape) / look_px)
    shape = tuple(max(1, round(side / step)) for side in dataset.shape)
    pixels = dataset.read(out_shape=(dataset.count, *shape), out_dtype="float32")
    clear = dataset.dataset_mask(out_shape=shape) > 0
    return stretch_of([(pixels, clear & np.isfinite(pixels).all(axis=0))])
