"""The table of layer versions."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import Base, IdentityKey, Instant


class LayerVersion(Base):
    """One published version of a base layer (villages, plots or one kind of zone)."""

    __tablename__ = "layer_version"
    __table_args__ = (
        UniqueConstraint("layer", "version"),
        Index(
            "ux_layer_version_current",
            "layer",
            unique=True,
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[IdentityKey]
    layer: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    effective_on: Mapped[date]
    import_id: Mapped[int | None] = mapped_column(BigInteger)
    published_at: Mapped[Instant]
    superseded_at: Mapped[Instant | None]
    feature_count: Mapped[int]
    edited_at: Mapped[Instant]
    """When a feature of this version last changed; tiles and pages are tagged with it."""
