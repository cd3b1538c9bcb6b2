"""What a judgement says of one patch in one village."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from shapely import MultiPolygon

from spatial.area import to_mu
from spatial.messages import Message
from spatial.words import Category, Department, LabelledEnum, ZoneKind


class RectifyUntil(LabelledEnum):
    """Deadlines of putting right that are not a number of days."""

    NEXT_SOWING = "next_sowing", "下季播种前", "by the next sowing"
    ONE_YEAR_AFTER_EXPIRY = "one_year_after_expiry", "到期后一年内", "within a year of its end"


class Outcome(StrEnum):
    """Whether a case comes of a patch in a village."""

    CASE = "case"
    SLIVER = "sliver"
    NOT_FARMLAND = "not_farmland"


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """Areas of one patch in one village, m²; protections are counted before exemption."""

    patch: float = 0.0
    farmland: float = 0.0
    permanent_basic_farmland: float = 0.0
    high_standard_farmland: float = 0.0
    cropland: float = 0.0
    recoverable: float = 0.0
    exempt: float = 0.0
    suspect: float = 0.0
    suspect_low: float = 0.0
    suspect_high: float = 0.0

    @property
    def suspect_mu(self) -> float:
        """The suspect area in 亩, to two decimals as ledgers show it."""
        return to_mu(self.suspect)

    def to_dict(self) -> dict[str, float]:
        """As a case carries it in JSON, 亩 beside m²."""
        names = list(self.__slots__)
        return {name: getattr(self, name) for name in names} | {"suspect_mu": self.suspect_mu}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """Ground of a patch that a document covers (or covered: ``expired``), m².

    ``exempts``: the document takes the ground out of suspicion; otherwise it only lies over it.
    """

    kind: ZoneKind
    zone_id: int
    document_no: str | None
    valid_from: date | None
    valid_to: date | None
    area: float
    expired: bool = False
    exempts: bool = True

    def to_dict(self) -> dict[str, Any]:
        """As JSON carries it."""
        return {
            "kind": self.kind.value,
            "zone_id": self.zone_id,
            "document_no": self.document_no,
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "area": self.area,
            "expired": self.expired,
            "exempts": self.exempts,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One patch judged in one village. ``patch``: position in ``Patches``.

    ``rule`` is the number of the table's row; 0 for hints, which come before the rows, and for
    outcomes other than ``case``, which also have no category and severity 0. ``village_code`` is
    None outside every village. ``geometry`` is the suspect ground, EPSG:4490; the whole farmland
    part when all of it is exempt; None when there is none. ``rectify_until`` takes the place of
    ``rectify_days`` where the deadline is not a number of days.
    """

    patch: int
    village_code: str | None
    outcome: Outcome
    rule: int
    category: Category | None
    prohibitions: tuple[int, ...]
    severity: int
    department: Department | None
    supporting_departments: tuple[Department, ...]
    verify_workdays: int | None
    rectify_days: int | None
    rectify_until: RectifyUntil | None = None
    legal_basis: Message
    reason: Message
    countable: bool
    areas: Areas
    exemptions: tuple[Exemption, ...]
    geometry: MultiPolygon | None
