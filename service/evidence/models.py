"""The table of evidence."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import Base, IdentityKey, Instant


class Evidence(Base):
    """A photo or document of a case; never changed, never removed."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ux_evidence_case_id", "case_id", "sha256", unique=True),)

    id: Mapped[IdentityKey]
    case_id: Mapped[int] = mapped_column(ForeignKey("suspect_case.id"))
    sha256: Mapped[str] = mapped_column(Text)
    """Of the file as it came; it is kept and never handed out."""
    kind: Mapped[str] = mapped_column(Text)
    filename: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    """Of what is served: HEIC is served as JPEG."""
    size: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int | None]
    height: Mapped[int | None]
    taken_at: Mapped[Instant | None]
    taken_source: Mapped[str | None] = mapped_column(Text)
    """Who says so: exif (the photo itself) or device (the phone that sent it)."""
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    position_source: Mapped[str | None] = mapped_column(Text)
    azimuth: Mapped[float | None]
    """Direction the camera looked, degrees clockwise from north."""
    azimuth_source: Mapped[str | None] = mapped_column(Text)
    distance_m: Mapped[float | None]
    """From the position to the patch; 0 within it."""
    bearing_off: Mapped[float | None]
    """Degrees between the camera's direction and the direction of the patch, 0 to 180."""
    note: Mapped[str | None] = mapped_column(Text)
    served_sha256: Mapped[str] = mapped_column(Text)
    thumbnail_sha256: Mapped[str | None] = mapped_column(Text)
    uploaded_by: Mapped[str] = mapped_column(Text)
    uploaded_by_id: Mapped[int | None] = mapped_column(BigInteger)
    uploaded_at: Mapped[Instant]
