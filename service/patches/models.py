"""Tables of patches."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import Base, IdentityKey, Instant, Json, MultiPolygon


class Patch(Base):
    """A change polygon as last received; the same number never stands twice."""

    __tablename__ = "patch"
    __table_args__ = (
        Index("ix_patch_geom", "geom", postgresql_using="gist"),
        Index("ix_patch_batch_id", "batch_id", "id"),
    )

    id: Mapped[IdentityKey]
    patch_no: Mapped[str] = mapped_column(Text, unique=True)
    batch_id: Mapped[int] = mapped_column(BigInteger)
    """The import that last brought or changed it."""
    first_batch_id: Mapped[int] = mapped_column(BigInteger)
    source_row: Mapped[int]
    content_hash: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    change_code: Mapped[str | None] = mapped_column(Text)
    change_group: Mapped[str] = mapped_column(Text)
    before_date: Mapped[date | None]
    after_date: Mapped[date | None]
    land_before: Mapped[str | None] = mapped_column(Text)
    area_m2: Mapped[float]
    area_reported_m2: Mapped[float | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    """After screening: case, sliver or not_farmland."""
    attributes: Mapped[Json]
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]
    geom: Mapped[MultiPolygon]


class PatchRevision(Base):
    """What a patch was before a later file changed it."""

    __tablename__ = "patch_revision"

    patch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    batch_id: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[Json]
    geom: Mapped[MultiPolygon]
    replaced_at: Mapped[Instant]
