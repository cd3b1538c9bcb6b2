"""The table of zones."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, Sequence, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import Base, Json, MultiPolygon

ZONE_ID = Sequence("zone_id", metadata=Base.metadata)


class Zone(Base):
    """A polygon of a protecting or exempting layer in one version; partitioned by version."""

    __tablename__ = "zone"
    __table_args__ = (
        Index("ix_zone_geom", "geom", postgresql_using="gist"),
        Index("ix_zone_id", "id"),
        {"postgresql_partition_by": "LIST (version_id)"},
    )

    version_id: Mapped[int] = mapped_column(
        ForeignKey("layer_version.id"), primary_key=True, autoincrement=False
    )
    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, server_default=ZONE_ID.next_value()
    )
    source_row: Mapped[int | None]
    kind: Mapped[str] = mapped_column(Text)
    zone_no: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    document_no: Mapped[str | None] = mapped_column(Text)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    use: Mapped[str | None] = mapped_column(Text)
    area_m2: Mapped[float]
    area_reported_m2: Mapped[float | None]
    attributes: Mapped[Json]
    geom: Mapped[MultiPolygon]
