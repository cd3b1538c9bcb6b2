"""Cloud and shadow: left out of every comparison, found without knowing the sensor's units.

After Zhang, Guindon and Cihlar (2002), haze and cloud lie off the line that blue and red follow
over clear ground (HOT, haze-optimised transformation). Shadow is
dark in near infrared and lies within reach of a cloud.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, uniform_filter

from spatial.imagery.normalisation import Values

BLUE, RED, NEAR_INFRARED = 0, 2, 3
CLOUD_DEVIATIONS = 6.0
SHADOW_DEVIATIONS = 1.8
SHADOW_REACH_PX = 40
GROWN_PX = 10
BOX_PX = 5
CLOUD_PX = 41
"""Clouds fill a box of this side by half; bright roofs and sites do not."""


def cloud_and_shadow(scene: Values, clear: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where a scene, bands blue, green, red, near infrared (bands, rows, columns), shows no ground.

    Fewer than four bands: nothing can be told, and nothing is masked.
    """
    if len(scene) <= NEAR_INFRARED or not clear.any():
        return np.zeros(clear.shape, dtype=bool)
    cloud = clear & (_haze(scene, clear) > CLOUD_DEVIATIONS)
    cloud = np.asarray(uniform_filter(cloud.astype(np.float32), CLOUD_PX) > 0.5)
    if not cloud.any():
        return cloud
    near = binary_dilation(cloud, iterations=SHADOW_REACH_PX)
    dark = clear & near & (_deviations(scene[NEAR_INFRARED], clear) < -SHADOW_DEVIATIONS)
    dark = np.asarray(uniform_filter(dark.astype(np.float32), BOX_PX) > 0.5)
    return np.asarray(binary_dilation(cloud | dark, iterations=GROWN_PX))


def _haze(scene: Values, clear: NDArray[np.bool_]) -> Values:
    blue, red = scene[BLUE], scene[RED]
    x, y = blue[clear], red[clear]
    keep = x <= np.percentile(x, 80)
    slope = float(np.std(y[keep]) / max(float(np.std(x[keep])), 1e-6))
    angle = np.arctan(slope)
    return _deviations(np.asarray(blue * np.sin(angle) - red * np.cos(angle)), clear)


def _deviations(values: Values, clear: NDArray[np.bool_]) -> Values:
    """Robust standard scores: median and median absolute deviation over clear pixels."""
    middle = np.median(values[clear])
    spread = 1.4826 * np.median(np.abs(values[clear] - middle))
    return np.asarray((values - middle) / max(float(spread), 1e-6), dtype=np.float32)
