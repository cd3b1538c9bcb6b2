"""What the case addresses answer, for the description of the interface."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from service.imagery.schemas import CaseImageryAnswer


class VillageName(BaseModel):
    """A village by its 12-digit code."""

    code: str
    name: str


class PatchName(BaseModel):
    """The patch whose finding decides a case."""

    id: int
    patch_no: str
    batch_id: int
    change_code: str | None
    change_group: str
    before_date: date | None
    after_date: date | None
    source: str | None = None
    """Of a case's own patch where its batch came from; ``detection`` is 自检."""


class CaseAreas(BaseModel):
    """Areas of a case in m² (``suspect_mu`` in 亩); protections are before exemption."""

    patch: float
    farmland: float
    permanent_basic_farmland: float
    high_standard_farmland: float
    cropland: float
    recoverable: float
    exempt: float
    suspect: float
    suspect_low: float
    suspect_high: float
    suspect_mu: float


class CaseExemption(BaseModel):
    """Ground that a document covers, or covered (``expired``)."""

    model_config = ConfigDict(extra="allow")

    kind: str
    document_no: str | None
    valid_from: date | None
    valid_to: date | None
    area: float


class Provenance(BaseModel):
    """What a case's numbers were computed from."""

    run_id: UUID
    plots_version: int | None
    villages_version: int | None
    zones_versions: dict[str, int]
    tolerance_m: float


class CaseAnswer(BaseModel):
    """A case. What is suspected is never a verdict: only a person concludes."""

    id: int
    code: str
    village: VillageName
    patch: PatchName
    sightings: list[int]
    recurrence_of: int | None
    parent_id: int | None
    merged_into: int | None
    category: str
    category_label: str
    rule: int
    rule_version: str
    prohibitions: list[int]
    severity: int
    department: str
    department_label: str
    supporting_departments: list[str]
    reason: str
    reason_en: str
    legal_basis: str
    areas: CaseAreas
    exemptions: list[CaseExemption]
    provenance: Provenance
    countable: bool
    verify_workdays: int | None
    rectify_days: int | None
    rectify_until: str | None
    status: str
    status_label: str
    version: int
    conclusion: str | None
    facts: dict[str, Any]
    due_at: datetime | None
    paused_at: datetime | None
    voided_at: datetime | None
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    imagery: CaseImageryAnswer | None
    geometry: dict[str, Any] | None


class SightingAnswer(BaseModel):
    """What one patch says of a case's ground."""

    patch: PatchName
    category: str
    severity: int
    suspect: float
    reason: str
    joined_at: datetime
    deciding: bool


class KinAnswer(BaseModel):
    """Another case of the same ground: earlier, recurrence, split_from, split_part, merged…"""

    relation: str
    id: int
    code: str
    status: str
    category: str
    conclusion: str | None
    created_at: datetime
    closed_at: datetime | None


class CaseDetail(CaseAnswer):
    """A case with its sightings and its kin."""

    sighting_details: list[SightingAnswer]
    kin: list[KinAnswer]


class CasePage(BaseModel):
    """Cases, newest first; ``next`` is the address of the following page."""

    items: list[CaseAnswer]
    next: str | None


class EventAnswer(BaseModel):
    """An entry of a case's history."""

    number: int
    at: datetime
    actor: str
    kind: str
    from_status: str | None
    to_status: str | None
    note: str | None
    data: dict[str, Any]
    previous_hash: str
    hash: str


class EventList(BaseModel):
    """A case's whole history, in order."""

    items: list[EventAnswer]
    next: None = None


class Share(BaseModel):
    """Some cases counted and their areas added up, m² (``suspect_mu`` in 亩)."""

    cases: int
    suspect: float
    suspect_mu: float
    farmland: float
    exempt: float


class ProtectionShare(BaseModel):
    """Cases with ground of one protection, and how much of it, m², before exemption."""

    cases: int
    area: float
    area_mu: float


class Rate(BaseModel):
    """``done`` of ``of``, in cases or m²; ``rate`` from 0 to 1, null where ``of`` is nothing."""

    done: float
    of: float
    rate: float | None


class Rates(BaseModel):
    """How far the work has come, and how much of what construction took was illegal."""

    verification: Rate
    verification_in_time: Rate
    rectification: Rate
    write_off: Rate
    closure: Rate
    illegal_cropland: Rate


class Figures(Share):
    """What there is to answer for: void cases and the parents of splits are not counted."""

    open: int
    overdue: int
    countable: int
    rates: Rates
    by_category: dict[str, Share]
    by_severity: dict[str, Share]
    by_status: dict[str, Share]
    by_protection: dict[str, ProtectionShare]


class VillageFigures(Figures):
    """The figures of one village."""

    code: str
    name: str


class DepartmentFigures(Figures):
    """The figures of the department that leads."""

    code: str
    name: str


class PeriodFigures(Figures):
    """The figures of the cases raised in a month, quarter or year."""

    code: str
    name: str
    name_en: str


class PeriodFiguresList(BaseModel):
    """Periods in which cases were raised, in order, and all together."""

    items: list[PeriodFigures]
    total: Figures
    illegal_cropland_limit: float


class VillageFiguresList(BaseModel):
    """Villages by code, those without cases too, and all together."""

    items: list[VillageFigures]
    total: Figures
    illegal_cropland_limit: float


class DepartmentFiguresList(BaseModel):
    """Departments that lead a case, and all together."""

    items: list[DepartmentFigures]
    total: Figures
    illegal_cropland_limit: float
