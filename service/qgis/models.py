"""Tables of database logins, land classes and edits of plots."""

from __future__ import annotations

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import STORAGE_SRID, Base, IdentityKey, Instant


class DatabaseLogin(Base):
    """An analyst's login to the database itself; its scope is the account's."""

    __tablename__ = "database_login"

    login: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    may_edit: Mapped[bool]


class LandClass(Base):
    """A land class that an edit may name, and what it protects by itself."""

    __tablename__ = "land_class"

    system: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    protection: Mapped[str] = mapped_column(Text)


class PlotEdit(Base):
    """What a plot was before an edit; written by the database's own trigger."""

    __tablename__ = "plot_edit"
    __table_args__ = (
        Index("ix_plot_edit_plot_id", "plot_id", "id"),
        Index("ix_plot_edit_unscreened", "id", postgresql_where=text("screened_at IS NULL")),
    )

    id: Mapped[IdentityKey]
    version_id: Mapped[int] = mapped_column(BigInteger)
    plot_id: Mapped[int] = mapped_column(BigInteger)
    row_version: Mapped[int]
    operation: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[Instant]
    content: Mapped[dict[str, object] | None] = mapped_column(JSONB)
    geom: Mapped[WKBElement | None] = mapped_column(
        Geometry("MULTIPOLYGON", srid=STORAGE_SRID, spatial_index=False)
    )
    screened_at: Mapped[Instant | None]
