"""Spectral indices, from bands by name; each in -1 to 1, NaN where it cannot be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from spatial.imagery.change.normalisation import Values

INDICES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ndvi": (("near_infrared",), ("red",)),
    "ndwi": (("green",), ("near_infrared",)),
    "bare_soil": (("shortwave_infrared", "red"), ("near_infrared", "blue")),
    "built_up": (("shortwave_infrared",), ("near_infrared",)),
}
"""Sums of bands on either side of a normalised difference: NDVI (Rouse 1974), NDWI (McFeeters
1996), BSI (Rikimaru 2002), NDBI (Zha 2003)."""


def index(name: str, scene: Values, names: Sequence[str]) -> Values | None:
    """An index over a scene (bands, …); None when a band that it needs is missing."""
    plus, minus = INDICES[name]
    if not {*plus, *minus} <= set(names):
        return None
    high = sum(scene[names.index(band)].astype(np.float32) for band in plus)
    low = sum(scene[names.index(band)].astype(np.float32) for band in minus)
    total = np.asarray(high + low, dtype=np.float32)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.asarray((high - low) / total, dtype=np.float32)
    value[total == 0] = np.nan
    return value
