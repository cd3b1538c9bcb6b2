"""Which pixels did not change, whatever haze, sun and season did to all of them.

Iteratively reweighted multivariate alteration detection (IR-MAD; Nielsen 2007, IEEE Trans. Image
Processing 16(2)).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.special import chdtrc

ITERATIONS = 30
SETTLED = 1e-4
LEAST_WEIGHT = 1e-12


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
