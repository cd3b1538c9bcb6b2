"""What intake takes and gives: options and limits in; decisions, row notes and batches out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.messages import Message
from spatial.words import LayerName

CANONICAL_FIELDS: Mapping[LayerName, tuple[str, ...]] = {
    LayerName.VILLAGES: ("code", "name"),
    LayerName.PLOTS: (
        "plot_no",
        "village_code",
        "land_class",
        "land_class_system",
        "planting",
        "slope_grade",
        "ownership",
        "deduction_ratio",
        "area_reported_m2",
        "protection",
    ),
    LayerName.PATCHES: (
        "patch_no",
        "change_code",
        "change_group",
        "before_date",
        "after_date",
        "land_before",
        "area_reported_m2",
    ),
}
"""The columns a batch carries for each layer; every zone layer carries ``ZONE_FIELDS``."""

ZONE_FIELDS = (
    "zone_no",
    "name",
    "document_no",
    "valid_from",
    "valid_to",
    "use",
    "area_reported_m2",
)

FLOAT_FIELDS = frozenset({"deduction_ratio", "area_reported_m2"})
DATE_FIELDS = frozenset({"before_date", "after_date", "valid_from", "valid_to"})
NUMBER_FIELDS = ("plot_no", "patch_no", "zone_no")
"""What a row is known by; villages have codes."""


def canonical_fields(layer: LayerName) -> tuple[str, ...]:
    """The columns of a layer's batches, in their order."""
    return CANONICAL_FIELDS.get(layer, ZONE_FIELDS)


class RowStatus(StrEnum):
    """How an input row ended. Intake gives the first three; publishing patches the others."""

    ACCEPTED = "accepted"
    REPAIRED = "repaired"
    REJECTED = "rejected"
    UNCHANGED = "unchanged"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an upload may cost; passing one raises ``LimitError``."""

    unpacked_bytes: int = 8 << 30
    compression_ratio: float = 250.0
    members: int = 10_000
    nesting: int = 4
    rows: int = 20_000_000
    columns: int = 1_024
    vertices_per_row: int = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What the sender may decide instead of leaving it to detection.

    ``crs`` is ``EPSG:N``; ``encoding`` a codec name; ``profile`` the text of a TOML profile;
    ``source_layer`` names one of several layers inside the file; ``source_name`` is the file's
    name as the sender knows it (uploads are stored under their hash).
    """

    crs: str | None = None
    encoding: str | None = None
    profile: str | None = None
    source_layer: str | None = None
    source_name: str | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Reference:
    """Ground already known, to confirm a coordinate system against.

    ``villages``: shapely polygons, EPSG:4490 longitude and latitude; may be empty.
    """

    villages: NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Something intake decided: ``name`` (``encoding``, ``crs``, ``fields``, ``area_unit``,
    ``land_class_system``, ``dropped_fields`` …), the value, how it was decided, the evidence."""

    name: str
    value: Any
    how: Message
    evidence: Mapping[str, Any] = field(default_factory=dict)
    warning: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As JSON carries it."""
        return {
            "name": self.name,
            "value": self.value,
            "how": self.how.zh,
            "how_en": self.how.en,
            "evidence": dict(self.evidence),
            "warning": self.warning,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RowNote:
    """Why a row was repaired or rejected, and a point (degrees, EPSG:4490) to look at.

    ``row`` counts from 1 in the file's own order.
    """

    row: int
    status: RowStatus
    code: str
    message: Message
    field: str | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFinding:
    """Something about the layer as a whole: reported, never silently mended."""

    code: str
    message: Message
    area_m2: float | None = None
    rows: tuple[int, ...] = ()
    lon: float | None = None
    lat: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON carries it."""
        return {
            "code": self.code,
            "detail": self.message.zh,
            "detail_en": self.message.en,
            "area_m2": self.area_m2,
            "rows": list(self.rows),
            "lon": self.lon,
            "lat": self.lat,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RowBatch:
    """Rows ready to store. All arrays have length n; rejected rows are only in ``notes``.

    ``rows``: int64, the 1-based input row numbers. ``columns``: one array per canonical field of
    the layer: object arrays of ``str | None``, or of ``date | None`` for ``DATE_FIELDS``, float64
    with NaN for ``FLOAT_FIELDS``. ``attributes``: object array of JSON objects as UTF-8 text, all
    source fields that no canonical one takes. ``geometry``: object array of valid, two-dimensional
    shapely MultiPolygons, EPSG:4490 longitude and latitude, outer rings counter-clockwise.
    ``area_m2``: float64, ellipsoidal on CGCS2000. ``read``: input rows consumed, rejected ones too.
    """

    rows: NDArray[np.int64]
    columns: Mapping[str, NDArray[Any]]
    attributes: NDArray[np.object_]
    geometry: NDArray[np.object_]
    area_m2: NDArray[np.float64]
    notes: tuple[RowNote, ...]
    read: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What is known before anything is published: for the upload page."""

    row_count: int
    decisions: tuple[Decision, ...]
    source_fields: tuple[str, ...]
    mapping: Mapping[str, str]
    """Canonical field to source field."""
    sample: tuple[Mapping[str, Any], ...]
    """The first rows: source fields as decoded text, JSON-ready."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file on disk and where its unpacked parts may be put (a private, empty folder)."""

    path: Path
    workspace: Path
