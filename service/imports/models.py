"""Tables of imports."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import Base, IdentityKey, Instant, Json, JsonList


class Import(Base):
    """One upload of one layer; for patches also called a batch."""

    __tablename__ = "import"
    __table_args__ = (
        Index("ix_import_sha256", "sha256", "layer"),
        Index("ix_import_status", "status"),
    )

    id: Mapped[IdentityKey]
    layer: Mapped[str] = mapped_column(Text)
    filename: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text, server_default=text("'upload'"))
    """Where it came from: upload, command, inbox or detection (自检)."""
    options: Mapped[Json]
    effective_on: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text, server_default=text("''"))
    progress: Mapped[float] = mapped_column(default=0.0)
    counts: Mapped[Json]
    decisions: Mapped[JsonList]
    findings: Mapped[JsonList]
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[Instant]
    started_at: Mapped[Instant | None]
    finished_at: Mapped[Instant | None]


class ImportRow(Base):
    """The outcome of an input row that was not simply accepted; all others were."""

    __tablename__ = "import_row"
    __table_args__ = (Index("ix_import_row_import_id", "import_id", "row"),)

    id: Mapped[IdentityKey]
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"))
    row: Mapped[int]
    status: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)
    detail_en: Mapped[str] = mapped_column(Text)
    field: Mapped[str | None] = mapped_column(Text)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
