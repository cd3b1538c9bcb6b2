"""What bands are called: by people, by files, and here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader

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
COLOURS = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)


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


def names_of(dataset: DatasetReader) -> tuple[str, ...]:
    """The names of an open scene's bands: as it describes them, by its colours, or the usual."""
    interpretation = tuple(dataset.colorinterp)
    if not any(dataset.descriptions) and set(COLOURS) <= set(interpretation):
        return tuple(kind.name for kind in interpretation)
    return band_names(dataset.count, dataset.descriptions)
