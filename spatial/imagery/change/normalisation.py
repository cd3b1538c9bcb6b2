"""Relative radiometric normalisation: what differs between two scenes although nothing changed.

Haze and sun change all ground alike, a season each kind of ground in its own way: crops green up
while roofs and ponds stay as they were. A line through the pixels that did not change (IR-MAD)
brings the first scene to the second; on top of it every class of ground that the first scene shows
has a line of its own, fitted robustly and held to the common one, so that a class of which much
changed does not take its changes for a season.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2

from spatial.errors import RasterError
from spatial.imagery.change.alteration import no_change_weights
from spatial.messages import Message

Values = NDArray[np.float32]
Numbers = NDArray[np.float64]
CLASSES = 16
LEAST_PIXELS = 500
LEAST_MEMBERS = 50
ROUNDS = 8
HELD = 10_000.0
"""A class's slopes need this many pixels to weigh as much as those common to all ground."""
LEAST_SPREAD = 0.7
"""No class is taken for much steadier than classes usually are: a small one may seem so by luck."""
RIDGE = 1e-6
TINY = 1e-9
PIXELS_AT_ONCE = 768
"""What is worked out between stays in the nearest cache, and products too small for BLAS to start
threads of its own beside ours."""


@dataclass(frozen=True, slots=True)
class Normalisation:
    """What the second scene would show of ground that did not change.

    Pixels belong to classes by ``pull`` (classes, bands) and ``bias`` (classes,): logits of a
    mixture of normal distributions with a common diagonal covariance. ``slopes`` (classes, bands,
    bands) and ``offsets`` (classes, bands) predict the second scene's bands from all of the
    first's; ``variances`` (classes, bands): of what is left where nothing changed. ``spread``
    (bands,): its usual standard deviation. All float32.
    """

    pull: Values
    bias: Values
    slopes: Values
    offsets: Values
    variances: Values
    spread: Values

    def expected(self, before: Values) -> tuple[Values, Values]:
        """The second scene without any change, and its variance; (bands, …) float32 in and out."""
        flat = np.ascontiguousarray(before.reshape(len(before), -1), dtype=np.float32)
        shown, variance = np.empty_like(flat), np.empty_like(flat)
        usual = self.slopes.mean(axis=0), self.offsets.mean(axis=0)[:, None]
        lines = self._unusual(*usual)
        for start in range(0, flat.shape[1], PIXELS_AT_ONCE):
            part = slice(start, start + PIXELS_AT_ONCE)
            more, variance[:, part] = self._expected(flat[:, part], lines)
            shown[:, part] = usual[0] @ flat[:, part] + usual[1] + more
        return shown.reshape(before.shape), variance.reshape(before.shape)

    def _unusual(self, slopes: Values, offsets: Values) -> Values:
        """Each class's line less the usual one: (bands × classes, bands + 1), the offset last.

        Small numbers, whose squares float32 can take from one another.
        """
        bands = len(slopes)
        lines = np.concatenate([self.slopes - slopes, self.offsets[:, :, None] - offsets], axis=2)
        return np.ascontiguousarray(lines.transpose(1, 0, 2).reshape(-1, bands + 1))

    def _expected(self, pixels: Values, lines: Values) -> tuple[Values, Values]:
        """What pixels show beyond the usual line, and the variance."""
        share = self.pull @ pixels + self.bias[:, None]
        share -= share.max(axis=0)
        np.exp(share, out=share)
        share /= share.sum(axis=0)
        classes, bands = self.offsets.shape
        more = (lines[:, :-1] @ pixels + lines[:, -1:]).reshape(bands, classes, -1)
        weighed = more * share
        shown = weighed.sum(axis=1)
        # Where classes disagree about a pixel between them, it is that much less certain.
        weighed *= more
        apart = np.maximum(weighed.sum(axis=1) - shown**2, np.float32(0))
        return shown, self.variances.T @ share + apart


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
    common = _common_line(x, y)
    usual = _robust_spread(y - common[0] @ x - common[1][:, None])
    middle, scale = x.mean(axis=1), x.std(axis=1) + TINY
    scores = ((x - middle[:, None]) / scale[:, None]).T
    centres, member = kmeans2(scores, min(CLASSES, x.shape[1]), minit="++", iter=30, rng=0)
    within = ((scores - centres[member]) ** 2).mean(axis=0) + TINY
    lines = [
        _class_line(x[:, chosen], y[:, chosen], common, usual, within * scale**2)
        for chosen in (member == number for number in range(len(centres)))
    ]
    spreads = np.array([line[2] for line in lines])
    usual = np.median(spreads[member], axis=0)
    spreads = np.maximum(spreads, LEAST_SPREAD * usual)
    pull = centres / within / scale
    bias = -0.5 * (centres**2 / within).sum(axis=1) - pull @ middle
    parts = (pull, bias, *(np.array([line[at] for line in lines]) for at in (0, 1)), spreads**2)
    return Normalisation(*(part.astype(np.float32) for part in (*parts, usual)))


def _common_line(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """Slopes (bands, bands) and offset (bands,) from the pixels that IR-MAD calls unchanged."""
    share = no_change_weights(x, y)
    share /= share.sum()
    mean_x, mean_y = x @ share, y @ share
    centred, target = x - mean_x[:, None], y - mean_y[:, None]
    covariance = (centred * share) @ centred.T
    ridge = np.eye(len(x)) * (RIDGE * np.trace(covariance) + TINY)
    slopes = np.linalg.solve(covariance + ridge, (centred * share) @ target.T).T
    return slopes, mean_y - slopes @ mean_x


def _class_line(
    x: Numbers,
    y: Numbers,
    common: tuple[Numbers, Numbers],
    usual: Numbers,
    within: Numbers,
) -> tuple[Numbers, Numbers, Numbers]:
    """Slopes, offset and spread of a class: reweighted least squares with Cauchy weights, the
    slopes held to the common ones."""
    slopes, offset = common
    if x.shape[1] < LEAST_MEMBERS:
        return slopes, offset, usual
    left = y - common[0] @ x
    offset = np.median(left, axis=1)
    held = np.diag(HELD * within)
    for _ in range(ROUNDS):
        residual = y - slopes @ x - offset[:, None]
        distance = ((residual / _robust_spread(residual)[:, None]) ** 2).mean(axis=0)
        weights = 1 / (1 + distance) ** 2
        weights *= x.shape[1] / weights.sum()
        mean_x, mean_left = np.average(x, 1, weights), np.average(left, 1, weights)
        centred = x - mean_x[:, None]
        towards = (centred * weights) @ (left - mean_left[:, None]).T
        more = np.linalg.solve((centred * weights) @ centred.T + held, towards).T
        slopes = common[0] + more
        offset = mean_left - more @ mean_x
    return slopes, offset, _robust_spread(y - slopes @ x - offset[:, None])


def _robust_spread(values: Numbers) -> Numbers:
    """Standard deviation by band from the median absolute deviation."""
    middle = np.median(values, axis=1, keepdims=True)
    return np.asarray(1.4826 * np.median(np.abs(values - middle), axis=1) + TINY)
