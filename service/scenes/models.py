"""The table of scenes."""

from __future__ import annotations

from datetime import date

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import STORAGE_SRID, Base, IdentityKey, Instant, Json, JsonList


class Scene(Base):
    """An image that was sent, and the COG that was made of it."""

    __tablename__ = "scene"
    __table_args__ = (
        Index("ix_scene_footprint", "footprint", postgresql_using="gist"),
        Index("ix_scene_taken_on", "taken_on"),
        Index("ix_scene_sha256", "sha256"),
    )

    id: Mapped[IdentityKey]
    filename: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    """Of the file as it was sent; what is kept is the COG."""
    size: Mapped[int] = mapped_column(BigInteger)
    taken_on: Mapped[date]
    sensor: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    """queued, ready or rejected."""
    problem: Mapped[Json | None]
    cog_sha256: Mapped[str | None] = mapped_column(Text)
    bands: Mapped[JsonList]
    """Names in their order."""
    stretch: Mapped[JsonList]
    """Low and high of each band, the same in all tiles."""
    resolution_m: Mapped[float | None]
    footprint: Mapped[WKBElement | None] = mapped_column(
        Geometry("MULTIPOLYGON", srid=STORAGE_SRID, spatial_index=False)
    )
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[Instant]
    finished_at: Mapped[Instant | None]
