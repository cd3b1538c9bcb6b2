"""What the generator gives: arrays in EPSG:4523 (easting with zone prefix, northing), metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Geometries = NDArray[np.object_]
Texts = NDArray[np.object_]

ORIGIN = (35_585_300.0, 3_246_700.0)
"""South-west corner of the generated extent, EPSG:4523; its middle is near 105.9°E 29.35°N."""

SIZE_M = (4200.0, 3400.0)
"""Width and height of the generated extent, metres."""

VILLAGES = (
    ("500118001202", "三星村"),
    ("500118001203", "瓦子铺村"),
    ("500118001204", "望城村"),
    ("500118001205", "北大桥村"),
    ("500118001210", "双龙村"),
    ("500118001211", "孙家口村"),
)
"""The real code table; everything drawn on it is made up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Villages:
    """Village outlines: each is exactly the union of its plots."""

    codes: Texts
    names: Texts
    geometry: Geometries


@dataclass(frozen=True, slots=True, kw_only=True)
class Plots:
    """Land-use polygons that share their boundaries exactly and leave no gap in a village.

    ``village``: position in ``Villages``. ``land_class``: DLBM of the third survey. ``planting``:
    ZZSXDM or "". ``slope_grade``: GDPDJB "1" to "5", "" when not cropland. ``elevation``: metres.
    ``permanent``: in the permanent-basic-farmland layer. ``project``: number of the
    high-standard-farmland project, -1 for none.
    """

    geometry: Geometries
    village: NDArray[np.int64]
    land_class: Texts
    planting: Texts
    slope_grade: Texts
    elevation: NDArray[np.float64]
    permanent: NDArray[np.bool_]
    project: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.geometry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """Villages and plots. ``elevation``: float64 (rows, columns), metres, row 0 in the north, on
    square cells of ``cell_m`` over the extent of ``ORIGIN`` and ``SIZE_M``."""

    seed: int
    villages: Villages
    plots: Plots
    elevation: NDArray[np.float64]
    cell_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """Protecting and exempting polygons. ``kind``: the upload layer's name. ``fields``: the
    source attributes of each (a mapping of field name to text, number or None)."""

    geometry: Geometries
    kind: Texts
    fields: NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patches:
    """Change polygons. ``batch``: 1 or 2. ``change_code``: TBLX as sent (blanks and all).
    ``land_before``: DLBM of the plot it mostly lies on. Dates are ``datetime64[D]``.
    ``change_group``: what the code means. ``scenario``: what the patch is there to show. A patch
    number of the first batch can stand in the second again."""

    geometry: Geometries
    batch: NDArray[np.int64]
    patch_no: Texts
    change_code: Texts
    change_group: Texts
    before_date: NDArray[np.datetime64]
    after_date: NDArray[np.datetime64]
    land_before: Texts
    scenario: Texts

    def __len__(self) -> int:
        return len(self.geometry)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A whole sample: the township, the zones over it, the patches and what they should become.

    ``expected``: batch, then patch number, to the findings expected of it, JSON-ready; see
    README.md.
    """

    township: Township
    zones: Zones
    patches: Patches
    expected: dict[str, dict[str, dict[str, Any]]]
