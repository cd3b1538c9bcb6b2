"""Clouds and their shadows between two scenes: what brightens or darkens a wide stretch at once.

The scenes are compared as small pictures of block means. A cloud is bright and white with soft
edges: from its thick parts it is followed outwards as long as all visible bands are brighter than
the other scene lets expect. A shadow is darker in every band and lies within reach of a cloud. New
roofs and sites are bright as well, but their edges are sharp.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rasterio.windows import Window
from scipy.ndimage import (
    binary_dilation,
    binary_erosion,
    binary_propagation,
    distance_transform_edt,
    label,
    uniform_filter,
)

from spatial.imagery.bands import BY_WAVELENGTH
from spatial.imagery.change.normalisation import Normalisation, Values, normalisation
from spatial.imagery.change.survey import Mask, Survey

VISIBLE = slice(0, 3)
BRIGHT_DEVIATIONS = 3.0
WHITE = 0.35
"""Visible bands of a cloud differ by less than this share of their mean."""
THICK, THIN = 6.0, 1.5
"""Standard deviations of no change by which a cloud outshines the ground, in every visible band."""
DARK, DIM = 3.0, 1.0
SEED_BLOCKS = 3
SOFT_BLOCKS = 0.75
"""A cloud's thin edge is at least this wide on average, beyond the two blocks that any edge is
blurred by; a share of the thick part instead would miss large clouds."""
SHADOW_REACH_BLOCKS = 60
GROWN_BLOCKS = 2


@dataclass(frozen=True, slots=True)
class Hidden:
    """Ground that one of two scenes does not show: blocks (rows, columns) of so many pixels."""

    before: Mask
    after: Mask
    block_px: int

    @property
    def blocks(self) -> Mask:
        """Hidden in either."""
        return self.before | self.after

    def __bool__(self) -> bool:
        return bool(self.before.any() or self.after.any())

    def pixels(self, window: Window) -> Mask:
        """The same for the pixels of a window."""
        starts = (int(window.row_off), int(window.col_off))
        sides = (int(window.height), int(window.width))
        rows, columns = (
            np.arange(start, start + side) // self.block_px
            for start, side in zip(starts, sides, strict=True)
        )
        return self.blocks[np.ix_(rows, columns)]


def hidden_in(look: Survey, names: Sequence[str], forth: Normalisation) -> Hidden:
    """Ground that one of two scenes does not show; nothing where their bands do not tell.

    ``names`` are those of the bands, by wavelength; ``forth`` predicts the second scene from the
    first.
    """
    if not tells_clouds(names):
        nothing = np.zeros(look.small_before.shape[1:], dtype=bool)
        return Hidden(nothing, nothing, look.block_px)
    back = normalisation(look.after, look.before)
    before = _obscured(look.small_before, look.small_after, back)
    after = _obscured(look.small_after, look.small_before, forth)
    return Hidden(before, after, look.block_px)


def tells_clouds(names: Sequence[str]) -> bool:
    """Whether bands, by wavelength, are enough to know a cloud: all visible ones and one more."""
    return tuple(names[VISIBLE]) == BY_WAVELENGTH[VISIBLE] and len(names) > VISIBLE.stop


def _obscured(one: Values, other: Values, how: Normalisation) -> Mask:
    left = _left(one, other, how)
    cloud = _cloud(one, left)
    if cloud.any():
        cloud = binary_dilation(cloud | _shadow(left, cloud), iterations=GROWN_BLOCKS)
    return np.asarray(cloud)


def _left(one: Values, other: Values, how: Normalisation) -> Values:
    """How much brighter a small picture is than the other one lets expect, over 3 × 3 blocks."""
    expected, _ = how.expected(np.nan_to_num(other))
    left = np.nan_to_num((one - expected) / how.spread[:, None, None])
    return np.stack([uniform_filter(band, 3) for band in left])


def _cloud(scene: Values, left: Values) -> Mask:
    visible = scene[VISIBLE]
    mean = visible.mean(axis=0)
    with np.errstate(invalid="ignore"):
        white = (visible.max(axis=0) - visible.min(axis=0)) < WHITE * mean
        if not np.isfinite(mean).any():
            return np.zeros(mean.shape, dtype=bool)
        middle = np.nanmedian(mean)
        spread = 1.4826 * np.nanmedian(np.abs(mean - middle))
        bright = mean > middle + BRIGHT_DEVIATIONS * spread
    brighter = left[VISIBLE].min(axis=0)
    thick = white & bright & (brighter > THICK)
    seeds = uniform_filter(thick.astype(np.float32), SEED_BLOCKS) > 0.99
    cloud = binary_propagation(seeds, mask=seeds | (brighter > THIN))
    return _soft(np.asarray(cloud), np.asarray(thick))


def _soft(cloud: Mask, thick: Mask) -> Mask:
    """The clouds whose thick part has a wide thin edge."""
    parts, number = label(cloud)
    if not number:
        return cloud
    edge = cloud & ~binary_dilation(thick, iterations=2)
    rim = cloud & thick & ~binary_erosion(thick)
    counts = [np.bincount(parts[which], minlength=number + 1) for which in (edge, rim)]
    soft = counts[0] >= SOFT_BLOCKS * counts[1]
    soft[0] = False
    return np.asarray(soft[parts])


def _shadow(left: Values, cloud: Mask) -> Mask:
    lightest = left.max(axis=0)
    near = distance_transform_edt(~cloud) <= SHADOW_REACH_BLOCKS
    seeds = uniform_filter((lightest < -DARK).astype(np.float32), SEED_BLOCKS) > 0.99
    return np.asarray(binary_propagation(seeds & near, mask=near & (lightest < -DIM)))
