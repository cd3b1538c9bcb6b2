"""Bands that came as files of their own, put together into one image."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from spatial.imagery.bands import BY_WAVELENGTH
from spatial.imagery.files.copying import copy_bands
from spatial.imagery.files.failures import told_apart
from spatial.imagery.files.naming import band_in
from spatial.imagery.files.scenes import open_scene


def groups_of_bands(stems: Mapping[Path, str]) -> list[dict[str, Path]]:
    """Files of one band each that lie on the same pixels, by the band that their names say.

    ``stems`` are the files' names without suffix as their sender knows them. Only groups of two
    bands and more are given, each with its bands in the order of wavelength.
    """
    groups: dict[tuple[object, ...], dict[str, Path]] = {}
    for path, stem in stems.items():
        band = band_in(stem)
        if band is None:
            continue
        with open_scene(path) as dataset:
            if dataset.count != 1:
                continue
            grid = (str(dataset.crs), dataset.transform, dataset.shape, dataset.dtypes[0])
        groups.setdefault(grid, {}).setdefault(band, path)
    return [
        {band: files[band] for band in BY_WAVELENGTH if band in files}
        for files in groups.values()
        if len(files) > 1
    ]


def stack(bands: Mapping[str, Path], target: Path) -> None:
    """Write files of one band each, all on the same pixels, as one image with named bands.

    Raises:
        RasterError: when one cannot be read.
        OSError: when the disk has no room for the image.
    """
    with ExitStack() as opened:
        sources = [opened.enter_context(open_scene(path)) for path in bands.values()]
        first = sources[0]
        # These satellites leave 0 where they saw nothing, and JPEG 2000 cannot say so.
        nodata = 0 if first.nodata is None else first.nodata
        with told_apart():
            copy_bands(
                [(source, 1) for source in sources], target, names=list(bands), nodata=nodata
            )
