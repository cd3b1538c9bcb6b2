"""What the bands of an open scene are called."""

from __future__ import annotations

from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader

from spatial.imagery.indices import band_names

COLOURS = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)


def names_of(dataset: DatasetReader) -> tuple[str, ...]:
    """The names of an open scene's bands: as it describes them, by its colours, or the usual."""
    interpretation = tuple(dataset.colorinterp)
    if not any(dataset.descriptions) and set(COLOURS) <= set(interpretation):
        return tuple(kind.name for kind in interpretation)
    return band_names(dataset.count, dataset.descriptions)
