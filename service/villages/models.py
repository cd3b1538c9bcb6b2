"""Tables of villages: who they are, and their versioned boundaries."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, Sequence, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import Base, Json, MultiPolygon


class Village(Base):
    """A village or community by its 12-digit code."""

    __tablename__ = "village"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    township_code: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


BOUNDARY_ID = Sequence("village_boundary_id", metadata=Base.metadata)


class VillageBoundary(Base):
    """A village's outline in one version of the layer; partitioned by version."""

    __tablename__ = "village_boundary"
    __table_args__ = (
        Index("ix_village_boundary_geom", "geom", postgresql_using="gist"),
        Index("ix_village_boundary_code", "code"),
        {"postgresql_partition_by": "LIST (version_id)"},
    )

    version_id: Mapped[int] = mapped_column(
        ForeignKey("layer_version.id"), primary_key=True, autoincrement=False
    )
    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, server_default=BOUNDARY_ID.next_value()
    )
    source_row: Mapped[int]
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    area_m2: Mapped[float]
    attributes: Mapped[Json]
    geom: Mapped[MultiPolygon]
