"""Change magnitude: how far a pixel's normalised difference is from nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from spatial.imagery.normalisation import Normalisation, Values

SMOOTHING_PX = 1.0
REACH_PX = 4
"""How far the smoothing looks: windows overlap by this much on each side."""


def magnitude(
    before: Values, after: Values, clear: NDArray[np.bool_], how: Normalisation
) -> Values:
    """Length of the smoothed, normalised difference vector, in standard deviations of no change.

    ``before`` and ``after``: (bands, rows, columns); ``clear``: (rows, columns), where both may be
    compared. What is not clear takes no part in the smoothing and is 0 in the answer.
    """
    difference = how.difference(before, after)
    difference[:, ~clear] = 0.0
    share = gaussian_filter(clear.astype(np.float32), SMOOTHING_PX)
    share = np.maximum(share, np.float32(1e-6))
    squares = np.zeros(clear.shape, dtype=np.float32)
    for band in difference:
        squares += (gaussian_filter(band, SMOOTHING_PX) / share) ** 2
    squares[~clear] = 0.0
    return np.sqrt(squares / len(difference))
