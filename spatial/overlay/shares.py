"""Which villages patches lie in, and how much of each patch, farmland or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.area import ellipsoidal_area
from spatial.overlay.candidates import find_pairs
from spatial.overlay.cutting import cut, join, whole_patches
from spatial.overlay.model import Geometries, Villages
from spatial.overlay.regions import find_regions


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageShares:
    """Patches' parts by village, arrays of one length ordered by patch and village.

    ``patch``, ``village``: positions, village -1 outside all; ``area_m2``: of the part.
    """

    patch: NDArray[np.int64]
    village: NDArray[np.int64]
    area_m2: NDArray[np.float64]


def village_shares(patches: Geometries, villages: Villages) -> VillageShares:
    """Cut whole patches by village, as the kernel cuts their farmland.

    ``patches``: valid polygons, EPSG:4490 degrees; empty ones have no share.
    """
    whole = whole_patches(patches)
    whole = whole.take(~shapely.is_empty(patches))
    tree = shapely.STRtree(patches)
    pairs = find_pairs(tree, villages.geometry, villages.codes.astype(str), prepare_above=0)
    regions = find_regions(patches, pairs)
    claimed, village, nowhere = cut(whole, pairs, regions)
    parts = join(claimed, nowhere)
    place = np.concatenate((village, nowhere.village))
    order = np.lexsort((place, parts.patch))
    return VillageShares(
        patch=parts.patch[order],
        village=place[order],
        area_m2=ellipsoidal_area(parts.geometry[order]),
    )
