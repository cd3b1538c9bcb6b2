"""Relative radiometric normalisation: what differs between two scenes although nothing changed.

Iteratively reweighted multivariate alteration detection (IR-MAD; Nielsen 2007, IEEE Trans. Image
Processing 16(2)) finds the pixels that did not change, whatever haze, sun and season did to all of
them; a line through those pixels, band by band, brings the second scene to the first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.special import chdtrc

from spatial.errors import RasterError
from spatial.messages import Message

Values = NDArray[np.float32]
ITERATIONS = 30
SETTLED = 1e-4
LEAST_WEIGHT = 1e-12
LEAST_PIXELS = 500
RIDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Normalisation:
    """What the second scene would show of ground that did not change.

    ``matrix`` (bands, bands) and ``offset`` (bands,) predict the second scene's bands from all of
    the first's: a season changes a pixel as much as it is green, which no band tells alone.
    ``spread`` (bands,): standard deviation of what is left where nothing changed. Float64.
    """

    matrix: NDArray[np.float64]
    offset: NDArray[np.float64]
    spread: NDArray[np.float64]

    def expected(self, before: Values) -> Values:
        """The second scene without any change, in units of ``spread``; (bands, …) in and out."""
        shown = np.tensordot(self.matrix.astype(np.float32), before, axes=1)
        return self._scaled(shown + self._column(self.offset, before.ndim))

    def observed(self, after: Values) -> Values:
        """The second scene as it is, in the same units."""
        return self._scaled(after)

    def _scaled(self, values: Values) -> Values:
        return np.asarray(values / self._column(self.spread, values.ndim), dtype=np.float32)

    def _column(self, part: NDArray[np.float64], dimensions: int) -> Values:
        return part.astype(np.float32).reshape((-1,) + (1,) * (dimensions - 1))


def normalisation(before: Values, after: Values) -> Normalisation:
    """Estimate from paired samples, arrays (bands, pixels), unmasked pixels only.

    Raises:
        RasterError: when too few pixels are left to compare.
    """
    if before.shape[1] < LEAST_PIXELS:
        raise RasterError(
            Message(
                "两景影像重叠范围内的有效像元太少，无法比较。请换一对影像。",
                "The scenes have too few clear pixels in common to be compared; take another pair.",
            ),
            code="too-few-pixels",
        )
    x, y = before.astype(np.float64), after.astype(np.float64)
    weights = no_change_weights(x, y)
    mean_x = np.average(x, axis=1, weights=weights)
    mean_y = np.average(y, axis=1, weights=weights)
    centred, target = x - mean_x[:, None], y - mean_y[:, None]
    share = weights / weights.sum()
    ridge = np.eye(len(x)) * RIDGE * np.trace((centred * share) @ centred.T)
    matrix = np.linalg.solve((centred * share) @ centred.T + ridge, (centred * share) @ target.T).T
    left = target - matrix @ centred
    spread = np.sqrt((left**2 * share).sum(axis=1))
    return Normalisation(matrix, mean_y - matrix @ mean_x, np.maximum(spread, LEAST_WEIGHT))


def no_change_weights(
    before: NDArray[np.float64], after: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How likely each pixel is unchanged, 0 to 1; arrays (bands, pixels) in, (pixels,) out."""
    bands = before.shape[0]
    weights = np.ones(before.shape[1])
    correlation = np.zeros(bands)
    for _ in range(ITERATIONS):
        statistic, found = _alteration(before, after, weights)
        weights = np.maximum(chdtrc(bands, statistic), LEAST_WEIGHT)
        if np.abs(found - correlation).max() < SETTLED:
            break
        correlation = found
    return weights


def _alteration(
    before: NDArray[np.float64], after: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One round of weighted canonical correlation: the chi-square statistic and correlations."""
    share = weights / weights.sum()
    x = before - (before * share).sum(axis=1, keepdims=True)
    y = after - (after * share).sum(axis=1, keepdims=True)
    ridge = np.eye(len(x)) * 1e-9
    xx, yy, xy = (x * share) @ x.T + ridge, (y * share) @ y.T + ridge, (x * share) @ y.T
    squared, a = eigh(xy @ np.linalg.solve(yy, xy.T), xx)
    correlation = np.sqrt(np.clip(squared, 1e-12, 1 - 1e-9))
    b = np.linalg.solve(yy, xy.T) @ a
    b /= np.sqrt(np.einsum("ij,ik,kj->j", b, yy, b))
    variates = a.T @ x - b.T @ y
    statistic = (variates**2 / (2 * (1 - correlation))[:, None]).sum(axis=0)
    return statistic, correlation
