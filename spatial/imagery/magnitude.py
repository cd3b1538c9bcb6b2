"""Change magnitude: how far a pixel is from what it would show if nothing had changed.

Robust change vector analysis (Thonfeld et al. 2016, Int. J. Applied Earth Observation 50): a value
counts only as far as it lies outside the range of its neighbours in the other scene, so that edges
which meet to a fraction of a pixel are no changes. Where the pixels of both scenes meet exactly
there is nothing to forgive, and small changes are kept.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, maximum_filter, minimum_filter

from spatial.imagery.normalisation import Normalisation, Values

SMOOTHING_PX = 1.0
NEIGHBOURHOOD_PX = 3
REACH_PX = 6
"""How far smoothing and neighbourhood look: windows overlap by this much on each side."""


def magnitude(
    before: Values,
    after: Values,
    clear: NDArray[np.bool_],
    how: Normalisation,
    neighbourhood_px: int = 1,
) -> Values:
    """Length of the change vector, in standard deviations of no change for each band.

    ``before`` and ``after``: (bands, rows, columns); ``clear``: (rows, columns), where both may be
    compared; ``neighbourhood_px``: 1 where the scenes' pixels meet, ``NEIGHBOURHOOD_PX`` where
    they were resampled. What is not clear takes no part in the smoothing and is 0 in the answer.
    """
    share = np.maximum(gaussian_filter(clear.astype(np.float32), SMOOTHING_PX), np.float32(1e-6))
    forth = np.zeros(clear.shape, dtype=np.float32)
    back = np.zeros(clear.shape, dtype=np.float32)
    for expected, observed in zip(how.expected(before), how.observed(after), strict=True):
        first, second = (_smooth(band, clear, share) for band in (expected, observed))
        forth += _outside(second, first, neighbourhood_px) ** 2
        back += _outside(first, second, neighbourhood_px) ** 2
    squares = np.minimum(forth, back)
    squares[~clear] = 0.0
    return np.asarray(np.sqrt(squares / len(before)), dtype=np.float32)


def _smooth(band: Values, clear: NDArray[np.bool_], share: Values) -> Values:
    known = np.where(clear, band, np.float32(0))
    return np.asarray(gaussian_filter(known, SMOOTHING_PX) / share, dtype=np.float32)


def _outside(values: Values, others: Values, neighbourhood_px: int) -> Values:
    """How far values lie above or below the range of the others around them."""
    above = values - maximum_filter(others, neighbourhood_px)
    below = minimum_filter(others, neighbourhood_px) - values
    return np.asarray(np.maximum(np.maximum(above, below), 0), dtype=np.float32)
