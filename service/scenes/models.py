"""Tables of scenes and of the comparisons between two of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import STORAGE_SRID, Base, IdentityKey, Instant, Json, JsonList


class Work(Base):
    """What scenes and comparisons share: they are made in the background."""

    __abstract__ = True

    id: Mapped[IdentityKey]
    status: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    progress: Mapped[float]
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[Instant]
    started_at: Mapped[Instant | None]
    finished_at: Mapped[Instant | None]


class Scene(Work):
    """An image that was sent, and the COG that was made of it."""

    __tablename__ = "scene"
    __table_args__ = (
        Index("ix_scene_footprint", "footprint", postgresql_using="gist"),
        Index("ix_scene_taken_on", "taken_on"),
        Index("ix_scene_sha256", "sha256"),
    )

    filename: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    """Of the file as it was sent; what is kept is the COG."""
    size: Mapped[int] = mapped_column(BigInteger)
    taken_on: Mapped[date]
    sensor: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    cog_sha256: Mapped[str | None] = mapped_column(Text)
    """Known before the COG is stored, so that it can be removed when the work breaks off."""
    bands: Mapped[JsonList]
    """Names in their order; before the scene is ready only those that the sender gave."""
    stretch: Mapped[JsonList]
    """Low and high of each band, the same in all tiles."""
    resolution_m: Mapped[float | None]
    footprint: Mapped[WKBElement | None] = mapped_column(
        Geometry("MULTIPOLYGON", srid=STORAGE_SRID, spatial_index=False)
    )


class SceneDetection(Work):
    """A comparison of two scenes, whose changes become an import of their own (自检)."""

    __tablename__ = "scene_detection"
    __table_args__ = (Index("ix_scene_detection_scenes", "before_scene_id", "after_scene_id"),)

    before_scene_id: Mapped[int] = mapped_column(ForeignKey("scene.id"))
    after_scene_id: Mapped[int] = mapped_column(ForeignKey("scene.id"))
    options: Mapped[Json]
    found: Mapped[Json]
    """How many changes, the shift, the threshold and the share of clear ground."""
    import_id: Mapped[int | None] = mapped_column(BigInteger)
    """None until it is done, and when nothing has changed."""
