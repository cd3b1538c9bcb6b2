"""Tables of screening runs, the pieces of ground they cut and what they say of each patch.

What a run writes by the thousand in its own transaction names run and patch without a foreign
key: checking each row would cost as much as storing it.
"""

from __future__ import annotations

import uuid
from datetime import date

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import (
    STORAGE_SRID,
    Base,
    IdentityKey,
    Instant,
    Json,
    MultiPolygon,
)


class ScreeningRun(Base):
    """One run of the overlay kernel, with all it takes to repeat it."""

    __tablename__ = "screening_run"

    id: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True), primary_key=True)
    batch_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text)
    """Why it ran: import, base-changed or by-hand."""
    plots_version: Mapped[int | None]
    villages_version: Mapped[int | None]
    zones_versions: Mapped[Json]
    rule_version: Mapped[str] = mapped_column(Text)
    settings: Mapped[Json]
    started_at: Mapped[Instant]
    counts: Mapped[Json]


class Piece(Base):
    """A piece of a patch's ground: one protection class in one village, suspect or exempt."""

    __tablename__ = "piece"
    __table_args__ = (Index("ix_piece_patch_id", "patch_id", "run_id"),)

    id: Mapped[IdentityKey]
    run_id: Mapped[uuid.UUID]
    patch_id: Mapped[int] = mapped_column(BigInteger)
    village_code: Mapped[str | None] = mapped_column(Text)
    protection: Mapped[str] = mapped_column(Text)
    zone_kind: Mapped[str | None] = mapped_column(Text)
    zone_id: Mapped[int | None] = mapped_column(BigInteger)
    document_no: Mapped[str | None] = mapped_column(Text)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    dust: Mapped[bool]
    area_m2: Mapped[float]
    area_low_m2: Mapped[float]
    area_high_m2: Mapped[float]
    geom: Mapped[MultiPolygon]


class Finding(Base):
    """What one run says of one patch in one village."""

    __tablename__ = "finding"
    __table_args__ = (
        Index("ix_finding_patch_id", "patch_id"),
        Index("ix_finding_geom", "geom", postgresql_using="gist"),
    )

    id: Mapped[IdentityKey]
    run_id: Mapped[uuid.UUID]
    patch_id: Mapped[int] = mapped_column(BigInteger)
    patch_revision: Mapped[int] = mapped_column(server_default=text("1"))
    """The revision of the patch that was judged; a later file may have changed it since."""
    after_date: Mapped[date | None]
    """The image's date, on which exemptions had to be valid."""
    village_code: Mapped[str | None] = mapped_column(Text)
    """None for ground outside every village."""
    outcome: Mapped[str] = mapped_column(Text)
    judgement: Mapped[Json]
    """Rule row, category, severity, department, sentence, areas and exemptions."""
    geom: Mapped[WKBElement | None] = mapped_column(
        Geometry("MULTIPOLYGON", srid=STORAGE_SRID, spatial_index=False)
    )
    """The suspect ground; the whole farmland part when all of it is exempt."""
