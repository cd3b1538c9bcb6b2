"""What the kernel takes and gives, as arrays.

All geometry is shapely polygons or multipolygons in EPSG:4490 longitude and latitude; areas are
m², ellipsoidal on CGCS2000; dates are ``datetime64[D]`` with NaT for unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.words import ZoneKind

Geometries = NDArray[np.object_]
Texts = NDArray[np.object_]
Days = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patches:
    """Incoming change polygons. ``change_group`` holds values of ``ChangeGroup``."""

    ids: NDArray[np.int64]
    geometry: Geometries
    change_group: Texts
    after_date: Days

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, index: NDArray[Any]) -> Patches:
        """The patches at the given positions or under a mask."""
        return Patches(
            ids=self.ids[index],
            geometry=self.geometry[index],
            change_group=self.change_group[index],
            after_date=self.after_date[index],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plots:
    """Land-use polygons; ``protection`` is by land class alone (cropland, recoverable, none)."""

    ids: NDArray[np.int64]
    geometry: Geometries
    protection: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """Protecting and exempting polygons. ``kind`` holds values of ``ZoneKind``."""

    ids: NDArray[np.int64]
    geometry: Geometries
    kind: Texts
    document_no: Texts
    valid_from: Days
    valid_to: Days
    use: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Villages:
    """Village outlines with their 12-digit codes and names."""

    codes: Texts
    names: Texts
    geometry: Geometries


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """Roads and railways with their land, and how wide a green belt beside them may be, m.

    ``known``: whether a layer was asked for them, so that none nearby means that there is none.
    """

    geometry: Geometries
    belt_m: NDArray[np.float64]
    known: bool = True

    @classmethod
    def unknown(cls) -> Roads:
        """No road layer: nothing is known of green belts."""
        return cls(geometry=np.empty(0, dtype=np.object_), belt_m=np.empty(0), known=False)


def _no_geometry() -> Geometries:
    return np.empty(0, dtype=np.object_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Everything patches are laid over: the features that meet any patch's bounding box grown by
    the positional tolerance (more do no harm).

    ``roads`` (those within a green belt's width of a patch) and ``reserves``, the outlines of
    nature reserves, are only asked by rules that name them; empty ones are not known.
    """

    plots: Plots
    zones: Zones
    villages: Villages
    roads: Roads = field(default_factory=Roads.unknown)
    reserves: Geometries = field(default_factory=_no_geometry)


EXEMPTION_ORDER = tuple(kind for kind in ZoneKind if not kind.protects)
"""Exempting layers in the order in which they take ground."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlaySettings:
    """Thresholds of the overlay; the defaults are the documented ones.

    Kinds that ``exemption_order`` leaves out exempt nothing.
    """

    tolerance_m: float = 2.0
    dust_area_m2: float = 5.0
    dust_width_m: float = 0.5
    exemption_order: tuple[ZoneKind, ...] = EXEMPTION_ORDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Patch ground, cut so that every piece is of one protection class in one village, suspect or
    exempt. Arrays of one length, ordered by patch, village, protection, zone.

    ``patch``: position in ``Patches``. ``village``: position in ``Villages``, -1 outside all.
    ``protection``: values of ``Protection`` (never ``none``). ``zone``: position in ``Zones`` of
    the exempting zone, -1 for suspect ground. ``area_low_m2`` and ``area_high_m2``: the same piece
    with the patch shrunk and grown by the tolerance. ``dust``: too small or thin to decide.
    """

    patch: NDArray[np.int64]
    village: NDArray[np.int64]
    protection: Texts
    zone: NDArray[np.int64]
    geometry: Geometries
    area_m2: NDArray[np.float64]
    area_low_m2: NDArray[np.float64]
    area_high_m2: NDArray[np.float64]
    dust: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.patch)

    def take(self, index: NDArray[Any]) -> Pieces:
        """The pieces at the given positions or under a mask."""
        return Pieces(
            patch=self.patch[index],
            village=self.village[index],
            protection=self.protection[index],
            zone=self.zone[index],
            geometry=self.geometry[index],
            area_m2=self.area_m2[index],
            area_low_m2=self.area_low_m2[index],
            area_high_m2=self.area_high_m2[index],
            dust=self.dust[index],
        )
