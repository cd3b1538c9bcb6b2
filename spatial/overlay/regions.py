"""What a layer covers around each patch: all of it, part of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.overlay.candidates import Pairs
from spatial.overlay.model import Geometries
from spatial.overlay.polygons import unite

NO_COMMON_GROUND = "F********"
"""How the relation of two geometries begins whose interiors do not meet."""


@dataclass(frozen=True, slots=True)
class Regions:
    """Of n patches: ``full``, the layer covers the patch; ``geometry``, the layer's ground around
    the patch where it is covered in part (it may reach beyond), else None."""

    full: NDArray[np.bool_]
    geometry: Geometries

    def partial(self) -> NDArray[np.bool_]:
        """Whether a part of each patch may be covered."""
        partial: NDArray[np.bool_] = self.geometry != None  # noqa: E711
        return partial

    def touched(self) -> NDArray[np.bool_]:
        """Whether any of each patch may be covered."""
        return self.full | self.partial()


def share_ground(first: Regions, second: Regions) -> NDArray[np.bool_]:
    """Of n patches: whether the regions of two layers overlap around them.

    True where a layer covers the whole patch, whatever the other does.
    """
    both = first.partial() & second.partial()
    shared = first.full | second.full
    apart = shapely.relate_pattern(first.geometry[both], second.geometry[both], NO_COMMON_GROUND)
    shared[both] = ~apart
    return shared


def find_regions(patches: Geometries, pairs: Pairs) -> Regions:
    """Unite the features of a layer around each patch.

    ``patches``: n polygons, to which ``pairs.patch`` refers. Ground counts once however many
    features lie over it.
    """
    regions = Regions(np.zeros(len(patches), bool), np.full(len(patches), None, dtype=object))
    regions.full[pairs.patch[pairs.inside]] = True
    open_pairs = pairs.take(~regions.full[pairs.patch])
    if not len(open_pairs):
        return regions
    owners, group = np.unique(open_pairs.patch, return_inverse=True)
    united = unite(open_pairs.geometry, group)
    grown = patches[owners]
    covers = shapely.covers(united, grown)
    regions.full[owners[covers]] = True
    touching = ~covers & shapely.intersects(united, grown)
    regions.geometry[owners[touching]] = united[touching]
    return regions
