"""Tables of cases and their history.

What a screening writes by the thousand names run, patch and finding without a foreign key, as
``service.findings.models`` does.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import Base, IdentityKey, Instant, Json, JsonList, MultiPolygon


class Case(Base):
    """One patch, or several sightings of the same ground, in one village, awaiting an answer."""

    __tablename__ = "suspect_case"
    __table_args__ = (
        Index("ix_suspect_case_geom", "geom", postgresql_using="gist"),
        Index("ix_suspect_case_village_code", "village_code", "id"),
        Index("ix_suspect_case_status", "status"),
        Index("ix_suspect_case_batch_id", "batch_id"),
    )

    id: Mapped[IdentityKey]
    code: Mapped[str] = mapped_column(Text, unique=True)
    village_code: Mapped[str] = mapped_column(Text)
    patch_id: Mapped[int] = mapped_column(BigInteger)
    """The patch whose finding decides the case."""
    batch_id: Mapped[int] = mapped_column(BigInteger)
    recurrence_of: Mapped[int | None] = mapped_column(ForeignKey("suspect_case.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("suspect_case.id"))
    """The frozen case this one was split from."""
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("suspect_case.id"))
    """The case that took over this one's sightings when both proved to be one place."""
    category: Mapped[str] = mapped_column(Text)
    rule: Mapped[int]
    rule_version: Mapped[str] = mapped_column(Text)
    prohibitions: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    severity: Mapped[int]
    department: Mapped[str] = mapped_column(Text)
    supporting_departments: Mapped[list[str]] = mapped_column(ARRAY(Text))
    reason: Mapped[str] = mapped_column(Text)
    reason_en: Mapped[str] = mapped_column(Text)
    legal_basis: Mapped[str] = mapped_column(Text)
    areas: Mapped[Json]
    exemptions: Mapped[JsonList]
    run_id: Mapped[uuid.UUID]
    provenance: Mapped[Json]
    countable: Mapped[bool]
    verify_workdays: Mapped[int | None]
    rectify_days: Mapped[int | None]
    rectify_until: Mapped[str | None] = mapped_column(Text)
    """A deadline of putting right that is not a number of days, such as ``next_sowing``."""
    after_date: Mapped[date | None]

    status: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    """Raised with every change; a writer that saw an older one gets a conflict."""
    conclusion: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[Json]
    """What people recorded on the way: plan, areas, documents, reasons."""
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    due_at: Mapped[Instant | None]
    paused_at: Mapped[Instant | None]
    voided_at: Mapped[Instant | None]
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]
    closed_at: Mapped[Instant | None]
    geom: Mapped[MultiPolygon]
    """The suspect ground; the whole farmland part when all of it is exempt."""


class CaseSighting(Base):
    """A patch that saw the ground of a case."""

    __tablename__ = "case_sighting"
    __table_args__ = (
        Index("ix_case_sighting_patch_id", "patch_id"),
        Index("ix_case_sighting_finding_id", "finding_id"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("suspect_case.id"), primary_key=True)
    patch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    finding_id: Mapped[int] = mapped_column(BigInteger)
    """What the latest run that counts says of the patch in the case's village."""
    joined_at: Mapped[Instant]


class CaseNumber(Base):
    """The last number given to a case of a village in a year; numbers have no gaps."""

    __tablename__ = "case_number"

    village_code: Mapped[str] = mapped_column(Text, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class CaseEvent(Base):
    """One entry of a case's append-only, hash-chained history."""

    __tablename__ = "case_event"
    __table_args__ = (Index("ux_case_event_number", "case_id", "number", unique=True),)

    id: Mapped[IdentityKey]
    case_id: Mapped[int] = mapped_column(ForeignKey("suspect_case.id"))
    number: Mapped[int]
    at: Mapped[Instant]
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    from_status: Mapped[str | None] = mapped_column(Text)
    to_status: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    previous_hash: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)
