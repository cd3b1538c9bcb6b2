"""What is known of one patch in one village: what the rules ask."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from spatial.words import ChangeGroup, Protection, ZoneKind

PROTECTIONS = tuple(Protection)
FARMLAND = PROTECTIONS[:3]
"""Classes that are farmland; recoverable land comes after them."""

ByClass = tuple[float, ...]
"""Areas in m² of the protected classes, from the strongest: three of farmland, recoverable."""


class Effect(StrEnum):
    """What a document does to the ground under it."""

    EXEMPTS = "exempts"
    DOCUMENTED = "documented"
    SILENT = "silent"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Document:
    """Ground of one class under one zone. ``zone``: position in ``Zones``; ``area``: m²."""

    zone: int
    kind: ZoneKind
    protection: Protection
    area: float
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One patch in one village.

    ``patch``, ``village``: positions, village -1 outside all. ``patch_area``: of the patch in the
    village, m². ``by_class``: its protected ground; ``suspect_by_class``: what no document
    exempts of it, with the range ``low`` and ``high``; ``farmland`` and ``suspect``: of their
    farmland classes together. ``strongest``, ``strongest_suspect``: the
    strongest farmland class among pieces that are not dust, None when all are. ``is_farmland``:
    the farmland as a whole is more than dust; ``is_recoverable``: the recoverable land is.
    ``lapsed``: farmland under documents that had ended, m².
    """

    patch: int
    village: int
    group: ChangeGroup
    patch_area: float
    by_class: ByClass
    suspect_by_class: ByClass
    low: ByClass
    high: ByClass
    farmland: float
    suspect: float
    strongest: Protection | None
    strongest_suspect: Protection | None
    is_farmland: bool
    is_recoverable: bool
    documents: tuple[Document, ...]
    lapsed: float
