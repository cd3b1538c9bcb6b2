"""The tables of plots, and of plots summed up by cells."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Sequence, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import Base, Json, MultiPolygon

PLOT_ID = Sequence("plot_id", metadata=Base.metadata)


class Plot(Base):
    """A land-use polygon in one version of the layer; partitioned by version."""

    __tablename__ = "plot"
    __table_args__ = (
        Index("ix_plot_geom", "geom", postgresql_using="gist"),
        Index("ix_plot_id", "id"),
        Index("ix_plot_village_code", "village_code", "id"),
        Index("ix_plot_plot_no", "plot_no"),
        {"postgresql_partition_by": "LIST (version_id)"},
    )

    version_id: Mapped[int] = mapped_column(
        ForeignKey("layer_version.id"), primary_key=True, autoincrement=False
    )
    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, server_default=PLOT_ID.next_value()
    )
    row_version: Mapped[int] = mapped_column(server_default=text("1"))
    source_row: Mapped[int | None]
    plot_no: Mapped[str] = mapped_column(Text)
    village_code: Mapped[str | None] = mapped_column(Text)
    land_class: Mapped[str] = mapped_column(Text)
    land_class_system: Mapped[str] = mapped_column(Text)
    planting: Mapped[str | None] = mapped_column(Text)
    slope_grade: Mapped[str | None] = mapped_column(Text)
    ownership: Mapped[str | None] = mapped_column(Text)
    deduction_ratio: Mapped[float | None]
    area_m2: Mapped[float]
    area_reported_m2: Mapped[float | None]
    protection: Mapped[str] = mapped_column(Text)
    """By land class alone (cropland, recoverable, none); protecting zones are laid over it."""
    attributes: Mapped[Json]
    geom: Mapped[MultiPolygon]


class PlotCell(Base):
    """How much of a cell plots of one protection cover, in one version of the layer.

    ``across`` and ``down`` address the cell as a WebMercatorQuad tile of ``zoom``. A version's
    cells are summed up when a wide tile first needs them; from then on a trigger on the plots
    keeps them true.
    """

    __tablename__ = "plot_cell"

    version_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    zoom: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    across: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    down: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    protection: Mapped[str] = mapped_column(Text, primary_key=True)
    area_m2: Mapped[float]
