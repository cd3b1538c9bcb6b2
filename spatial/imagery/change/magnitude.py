"""Change magnitude: how far a pixel is from what it would show if nothing had changed.

Standardised change vector, by class of ground. Edges of fields never meet to the last fraction of
a pixel: what a small shift would do to an edge that both scenes show counts as uncertainty there,
not as change.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, maximum_filter

from spatial.imagery.change.normalisation import Normalisation, Values

SMOOTHING_PX = 1.0
SHIFT_PX = 0.25
"""How far the scenes may still be apart somewhere once they have been registered."""
EDGE_PX = 5
EDGE_SHARE = 0.5
"""The edge of a blurred change lies where it falls to half of what it is inside."""
REACH_PX = 8
"""How far all of this looks: windows overlap by this much on each side."""


def smoothed_bands(scene: Values, clear: NDArray[np.bool_]) -> Values:
    """A scene (bands, rows, columns) with its noise averaged out; what is not clear has no part."""
    if clear.all():
        return np.stack([gaussian_filter(band, SMOOTHING_PX) for band in scene])
    share = np.maximum(gaussian_filter(clear.astype(np.float32), SMOOTHING_PX), np.float32(1e-6))
    known = np.where(clear, scene, np.float32(0))
    return np.stack([gaussian_filter(band, SMOOTHING_PX) / share for band in known])


def magnitude(
    before: Values, after: Values, clear: NDArray[np.bool_], how: Normalisation
) -> Values:
    """Length of the change vector, in standard deviations of no change for each band.

    ``before`` and ``after``: (bands, rows, columns); ``clear``: (rows, columns), where both may be
    compared. What is not clear takes no part in the smoothing and is 0 in the answer.
    """
    observed = smoothed_bands(after, clear)
    expected, variance = how.expected(smoothed_bands(before, clear))
    squares = np.zeros(clear.shape, dtype=np.float32)
    for was, now, uncertain in zip(expected, observed, variance, strict=True):
        edge = np.minimum(_slope(was), _slope(now))
        squares += (now - was) ** 2 / (uncertain + np.float32(SHIFT_PX**2) * edge)
    squares[~clear] = 0.0
    return np.asarray(np.sqrt(squares / len(before)), dtype=np.float32)


def inside_edges(strength: Values) -> NDArray[np.bool_]:
    """Where a magnitude (rows, columns) is at least half of the greatest around it."""
    return np.asarray(strength >= EDGE_SHARE * maximum_filter(strength, EDGE_PX))


def _slope(band: Values) -> Values:
    """Square of the gradient, per pixel."""
    rows, columns = np.gradient(band)
    return np.asarray(rows**2 + columns**2, dtype=np.float32)
