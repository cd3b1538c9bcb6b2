"""Where one of two scenes shows cloud or shadow instead of ground, kept small for any number of
questions about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from affine import Affine
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.warp import reproject

from spatial.errors import RasterError
from spatial.imagery.change.normalisation import normalisation
from spatial.imagery.change.obscured import hidden_in, tells_clouds
from spatial.imagery.change.pairing import BandNames, paired
from spatial.imagery.change.survey import Mask, survey
from spatial.imagery.files.scenes import open_scene


@dataclass(frozen=True, slots=True)
class Clouds:
    """Blocks (rows, columns) that a scene does not show, and where they lie."""

    blocks: Mask
    crs: CRS
    transform: Affine

    def on(self, crs: CRS, transform: Affine, shape: tuple[int, int]) -> Mask:
        """The same on other pixels; what lies beyond the blocks is not known to be hidden."""
        shown = np.zeros(shape, dtype=np.uint8)
        reproject(
            self.blocks.astype(np.uint8), shown, src_transform=self.transform, src_crs=self.crs,
            dst_transform=transform, dst_crs=crs, resampling=Resampling.nearest,
        )  # fmt: skip
        return shown > 0


def clouds_between(
    first: Path, second: Path, names: tuple[BandNames, BandNames]
) -> tuple[Clouds, Clouds] | None:
    """The clouds of each of two scenes, told by comparing them; None where that tells nothing.

    One scene alone does not say whether something bright is a cloud or a roof.
    """
    try:
        with (
            open_scene(first) as one,
            open_scene(second) as other,
            paired(one, other, names=names) as pair,
        ):
            if not tells_clouds(pair.names):
                return None
            look = survey(pair)
            hidden = hidden_in(look, pair.names, normalisation(look.before, look.after))
    except RasterError:
        return None
    place = pair.grid.transform @ Affine.scale(hidden.block_px)
    before, after = (
        Clouds(blocks, pair.grid.crs, place) for blocks in (hidden.before, hidden.after)
    )
    return before, after
