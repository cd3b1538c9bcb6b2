"""The overlay kernel: the one place where patches are laid over protected ground.

What lies around each patch grown by the positional tolerance is cut by protection (membership of
the permanent basic farmland layer first, then of the high-standard farmland layer, then land
class), by village and by the exempting zones valid on its after-image date. What the patch itself
has in common with each part is a piece; what the shrunk and the grown patch have in common with it
is the piece's range, of which only the areas are wanted and no ground is built. Every patch is
computed on its own, from features in the order of their ids: neither the other patches, nor the
order of anything, nor the number of threads changes a result.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.area import ellipsoidal_area
from spatial.overlay.candidates import Pairs, find_pairs
from spatial.overlay.common_area import common_areas
from spatial.overlay.cutting import Fragments, cut, join, split, whole_patches
from spatial.overlay.exempting import exempting_pairs
from spatial.overlay.model import Geometries, Ground, OverlaySettings, Patches, Pieces
from spatial.overlay.parallel import slices, thread_count
from spatial.overlay.planes import is_dust, shrink_and_grow
from spatial.overlay.polygons import intersect
from spatial.overlay.regions import find_regions, share_ground
from spatial.words import Protection, ZoneKind

PROTECTIONS = tuple(Protection)
PROTECTION_VALUES = np.array([protection.value for protection in Protection], dtype=object)
PROTECTING_ZONES = {
    Protection.PERMANENT_BASIC_FARMLAND: ZoneKind.PERMANENT_BASIC_FARMLAND,
    Protection.HIGH_STANDARD_FARMLAND: ZoneKind.HIGH_STANDARD_FARMLAND,
}
PROTECTED_PLOTS = (Protection.CROPLAND, Protection.RECOVERABLE)
NOISE_SHARE = 1e-8
"""Pieces below this share of their patch are rounding of shared boundaries, and left out."""


Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layers:
    """What patches are cut by; ``protecting`` from the strongest protection down."""

    protecting: Mapping[Protection, Pairs]
    villages: Pairs
    exempting: Pairs

    def of_patches(self, part: slice) -> _Layers:
        return _Layers(
            protecting={key: pairs.of_patches(part) for key, pairs in self.protecting.items()},
            villages=self.villages.of_patches(part),
            exempting=self.exempting.of_patches(part),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outlines:
    """Patches with their shrunk and grown selves, EPSG:4490 degrees."""

    patches: Geometries
    shrunk: Geometries
    grown: Geometries

    def of_patches(self, part: slice) -> _Outlines:
        return _Outlines(
            patches=self.patches[part], shrunk=self.shrunk[part], grown=self.grown[part]
        )


def overlay(patches: Patches, ground: Ground, settings: OverlaySettings) -> Pieces:
    """Cut patches into pieces of one protection in one village, suspect or exempt.

    Geometry is EPSG:4490 degrees and must be valid; empty patches and layers give no pieces. The
    pieces of a patch add up to its ground in any protecting layer within 1e-6. Protecting layers
    protect whatever their dates; exempting zones exempt when valid on the patch's after-image
    date, or, where that is unknown, when they have no end. Ground outside every village keeps its
    pieces, under village -1. Where villages, zones or plots overlap, ground goes to the smallest
    village code, to the first kind in ``settings.exemption_order`` and there to the smallest
    (document number, first day, id).
    """
    parts = slices(len(patches), thread_count())
    with ThreadPoolExecutor(len(parts)) as threads:
        outlines = _outlines(patches.geometry, settings, parts, threads)
        layers = _find_layers(patches, outlines.grown, ground, settings)

        def measure(part: slice) -> Pieces:
            fragments = _cut(outlines.grown[part], layers.of_patches(part))
            return _measure(fragments, outlines.of_patches(part), part.start, settings)

        return _concatenate(list(threads.map(measure, parts)))


def _outlines(
    patches: Geometries, settings: OverlaySettings, parts: list[slice], threads: Executor
) -> _Outlines:
    moved = list(
        threads.map(lambda part: shrink_and_grow(patches[part], settings.tolerance_m), parts)
    )
    return _Outlines(
        patches=patches,
        shrunk=np.concatenate([shrunk for shrunk, _ in moved]),
        grown=np.concatenate([grown for _, grown in moved]),
    )


def _find_layers(
    patches: Patches, grown: Geometries, ground: Ground, settings: OverlaySettings
) -> _Layers:
    tree = shapely.STRtree(grown)
    plots, zones, villages = ground.plots, ground.zones, ground.villages
    protecting = {}
    for protection, kind in PROTECTING_ZONES.items():
        chosen = zones.kind == kind
        protecting[protection] = find_pairs(tree, zones.geometry[chosen], zones.ids[chosen])
    for protection in PROTECTED_PLOTS:
        chosen = plots.protection == protection
        protecting[protection] = find_pairs(tree, plots.geometry[chosen], plots.ids[chosen])
    codes = villages.codes.astype(str)
    return _Layers(
        protecting=protecting,
        villages=find_pairs(tree, villages.geometry, codes, prepare_above=0),
        exempting=exempting_pairs(tree, zones, patches, settings),
    )


def _cut(grown: Geometries, layers: _Layers) -> Fragments:
    """The grown patches' fragments of one protection, village and exempting zone each."""
    fragments = _protect(grown, layers.protecting)
    regions = find_regions(grown, layers.villages)
    in_village, village, nowhere = cut(fragments, layers.villages, regions)
    fragments = join(replace(in_village, village=village), nowhere)
    regions = find_regions(grown, layers.exempting)
    exempt, zone, suspect = cut(fragments, layers.exempting, regions)
    return join(replace(exempt, zone=zone), suspect)


def _protect(grown: Geometries, protecting: Mapping[Protection, Pairs]) -> Fragments:
    """The grown patches' fragments of each protection, each ground under its strongest."""
    covers = [find_regions(grown, pairs) for pairs in protecting.values()]
    open_ground = whole_patches(grown)
    protected = []
    for place, protection in enumerate(protecting):
        wanted, parted = np.zeros((2, len(grown)), dtype=bool)
        for weaker in covers[place + 1 :]:
            wanted |= weaker.touched()
            # Plots rarely overlap: then nothing needs to be cut off for the weaker ones.
            parted |= share_ground(covers[place], weaker)
        inside, rest = split(open_ground, covers[place], wanted, parted)
        rank = np.full(len(inside), PROTECTIONS.index(protection))
        protected.append(replace(inside, protection=rank))
        open_ground = rest
    return join(*protected)


def _measure(
    fragments: Fragments, outlines: _Outlines, first_patch: int, settings: OverlaySettings
) -> Pieces:
    """Cut the grown patches' fragments back to the patches, and measure them."""
    fragments = fragments.take(
        np.lexsort((fragments.zone, fragments.protection, fragments.village, fragments.patch))
    )
    ground = _within(fragments, outlines.patches)
    area = ellipsoidal_area(ground)
    kept = area > NOISE_SHARE * ellipsoidal_area(outlines.patches)[fragments.patch]
    fragments, ground, area = fragments.take(kept), ground[kept], area[kept]
    low, high = _range(fragments, outlines, _scale(area, ground))
    return Pieces(
        patch=fragments.patch + first_patch,
        village=fragments.village,
        protection=PROTECTION_VALUES[fragments.protection],
        zone=fragments.zone,
        geometry=ground,
        area_m2=area,
        area_low_m2=np.minimum(low, area),
        area_high_m2=np.maximum(high, area),
        dust=is_dust(ground, area, settings.dust_area_m2, settings.dust_width_m),
    )


def _within(fragments: Fragments, outlines: Geometries) -> Geometries:
    """The fragments' ground inside an outline of their patch."""
    within = outlines[fragments.patch]
    parts = ~fragments.whole
    within[parts] = intersect(within[parts], fragments.geometry[parts])
    return within


def _scale(area_m2: Floats, ground: Geometries) -> Floats:
    """The m² of a square degree in each ground; 0 where in degrees nothing of it is left."""
    degrees = shapely.area(ground)
    scale: Floats = np.divide(area_m2, degrees, out=np.zeros(len(ground)), where=degrees > 0)
    return scale


def _range(fragments: Fragments, outlines: _Outlines, scale: Floats) -> tuple[Floats, Floats]:
    """The areas of the fragments' ground inside the shrunk and the grown patches, m².

    ``scale``: m² in a square degree where each fragment lies. It changes by a ten-millionth with
    every metre to the north, so that strips around a patch of a kilometre are measured to 1e-4.
    """
    whole, parts = fragments.whole, ~fragments.whole
    moved = outlines.shrunk, outlines.grown
    common = common_areas(moved, fragments.geometry[parts], fragments.patch[parts])
    low, high = np.empty((2, len(fragments)))
    for area, shapes, in_common in zip((low, high), moved, common, strict=True):
        area[whole] = ellipsoidal_area(shapes[fragments.patch[whole]])
        area[parts] = in_common * scale[parts]
    return low, high


def _concatenate(parts: list[Pieces]) -> Pieces:
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in Pieces.__slots__
    }
    return Pieces(**columns)
