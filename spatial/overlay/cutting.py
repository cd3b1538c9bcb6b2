"""Patches cut into fragments by class, village and exempting zone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.overlay.candidates import Pairs
from spatial.overlay.model import Geometries
from spatial.overlay.polygons import intersect, subtract, unite
from spatial.overlay.regions import Regions

Index = NDArray[np.int64]
NOWHERE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragments:
    """Parts of patches, arrays of one length. ``patch``, ``village``, ``zone``: positions, -1 for
    none; ``protection``: position in ``Protection``. ``whole``: the fragment is its patch; others
    are what their geometry and their patch have in common: it may reach beyond the patch."""

    patch: Index
    protection: Index
    village: Index
    zone: Index
    geometry: Geometries
    whole: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.patch)

    def take(self, index: NDArray[Any]) -> Fragments:
        """The fragments at the given positions or under a mask."""
        return Fragments(
            patch=self.patch[index],
            protection=self.protection[index],
            village=self.village[index],
            zone=self.zone[index],
            geometry=self.geometry[index],
            whole=self.whole[index],
        )

    def reshape(self, geometry: Geometries) -> Fragments:
        """The same with parts of the geometry; those of which no surface is left fall away."""
        parts = replace(self, geometry=geometry, whole=np.zeros(len(self), dtype=bool))
        return parts.take(~shapely.is_empty(geometry))


def join(*parts: Fragments) -> Fragments:
    """All fragments of several arrays."""
    return Fragments(
        patch=np.concatenate([part.patch for part in parts]),
        protection=np.concatenate([part.protection for part in parts]),
        village=np.concatenate([part.village for part in parts]),
        zone=np.concatenate([part.zone for part in parts]),
        geometry=np.concatenate([part.geometry for part in parts]),
        whole=np.concatenate([part.whole for part in parts]),
    )


def whole_patches(patches: Geometries) -> Fragments:
    """Every patch as one fragment that nothing is known of."""
    count = len(patches)
    nowhere = np.full(count, NOWHERE, dtype=np.int64)
    return Fragments(
        patch=np.arange(count),
        protection=nowhere,
        village=nowhere,
        zone=nowhere,
        geometry=patches,
        whole=np.ones(count, dtype=bool),
    )


def split(
    fragments: Fragments,
    regions: Regions,
    wanted: NDArray[np.bool_],
    parted: NDArray[np.bool_],
) -> tuple[Fragments, Fragments]:
    """The part of the fragments inside a layer's regions, and the part outside.

    ``wanted``: the patches whose part outside is asked for; of others it may be left out.
    ``parted``: those of them for which it must not hold anything of the part inside.
    """
    full = regions.full[fragments.patch]
    partial = regions.partial()[fragments.patch]
    between = fragments.take(partial)
    inside = between.reshape(_inside(between, regions))
    uncut = ~full & ~(partial & parted[fragments.patch])
    open_ground = fragments.take(uncut & wanted[fragments.patch])
    cut_off = outside(between, regions, wanted & parted)
    return join(fragments.take(full), inside), join(open_ground, cut_off)


def _inside(fragments: Fragments, regions: Regions) -> Geometries:
    """What of fragments lies inside the regions; of a whole patch its regions as they are."""
    inside = regions.geometry[fragments.patch]
    parts = ~fragments.whole
    inside[parts] = intersect(fragments.geometry[parts], inside[parts])
    return inside


def outside(fragments: Fragments, regions: Regions, wanted: NDArray[np.bool_]) -> Fragments:
    """What of fragments of partly covered patches lies outside the regions, where wanted."""
    asked = fragments.take(wanted[fragments.patch])
    return asked.reshape(subtract(asked.geometry, regions.geometry[asked.patch]))


def cut(fragments: Fragments, pairs: Pairs, regions: Regions) -> tuple[Fragments, Index, Fragments]:
    """Cut fragments by the features of a layer, each ground given to the first that claims it.

    ``pairs``: patches and features in the order of their claims; ``regions``: of the same pairs.
    Returns the claimed fragments, the feature that claims each, and what nobody claims.
    """
    concerned = regions.touched()[fragments.patch]
    cutting = fragments.take(concerned)
    owner, claim = _match(cutting.patch, pairs.patch)
    pieces, feature = _claim(cutting.take(owner), pairs.take(claim), owner)
    partial = regions.partial()
    unclaimed = outside(cutting.take(partial[cutting.patch]), regions, partial)
    return pieces, feature, join(fragments.take(~concerned), unclaimed)


def _match(patch: Index, pair_patch: Index) -> tuple[Index, Index]:
    """All (fragment, pair) positions of the same patch; pairs are ordered by patch."""
    first = np.searchsorted(pair_patch, patch, side="left")
    count = np.searchsorted(pair_patch, patch, side="right") - first
    owner = np.repeat(np.arange(len(patch)), count)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    return owner, first[owner] + within


def _claim(fragments: Fragments, pairs: Pairs, owner: Index) -> tuple[Fragments, Index]:
    """The ground of one fragment in one feature, without what earlier features took of it."""
    ground = fragments.geometry.copy()
    open_pairs = ~pairs.inside
    ground[open_pairs] = intersect(ground[open_pairs], pairs.geometry[open_pairs])
    later, earlier = _overlaps(ground, owner)
    if len(later):
        again, group = np.unique(later, return_inverse=True)
        taken = unite(ground[earlier], group)
        ground[again] = subtract(ground[again], taken)
        open_pairs[again] = True
    whole = fragments.whole & ~open_pairs
    kept = ~shapely.is_empty(ground)
    claimed = replace(fragments, geometry=ground, whole=whole)
    return claimed.take(kept), pairs.feature[kept]


def _overlaps(ground: Geometries, owner: Index) -> tuple[Index, Index]:
    """Pairs (later, earlier) of grounds of the same fragment that meet, ordered by later.

    ``owner`` is ascending: fragments with one ground cannot overlap and are not looked at.
    """
    several = np.flatnonzero(np.bincount(owner)[owner] > 1) if len(owner) else owner
    if not len(several):
        return several, several
    tree = shapely.STRtree(ground[several])
    later, earlier = tree.query(ground[several], predicate="intersects")
    later, earlier = several[later], several[earlier]
    same = (owner[later] == owner[earlier]) & (earlier < later)
    later, earlier = later[same], earlier[same]
    order = np.lexsort((earlier, later))
    return later[order], earlier[order]
