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

BAND_ORDER: Mapping[int, tuple[str, ...]] = {
    3: ("blue", "green", "red"),
    4: ("blue", "green", "red", "near_infrared"),
    6: ("blue", "green", "red", "near_infrared", "shortwave_infrared", "shortwave_infrared_2"),
}
"""What the bands of a scene are when it does not name them: the order of GF and Landsat files."""
BY_WAVELENGTH = BAND_ORDER[6]


SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "blue": ("b", "蓝", "蓝光"),
    "green": ("g", "绿", "绿光"),
    "red": ("r", "红", "红光"),
    "near_infrared": ("n", "nir", "nir1", "near infrared", "近红外"),
    "shortwave_infrared": ("swir", "swir1", "swir16", "短波红外"),
    "shortwave_infrared_2": ("swir2", "swir22"),
}
"""What people call bands, beside the names used here."""


def canonical_band(name: str) -> str:
    """A band's name as it is used here; in lower case when nobody knows it."""
    plain = name.strip().lower()
    for known, others in SYNONYMS.items():
        if plain == known or plain in others:
            return known
    return plain


def band_names(count: int, descriptions: Sequence[str | None] = ()) -> tuple[str, ...]:
    """The names of a scene's bands; ``band_1`` and so on where nothing is known."""
    named = [canonical_band(str(text)) for text in descriptions if text]
    if len(named) == count:
        return tuple(named)
    usual = BAND_ORDER.get(count, ())
    return tuple(usual[at] if at < len(usual) else f"band_{at + 1}" for at in range(count))


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
