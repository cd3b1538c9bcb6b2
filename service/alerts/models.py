"""The outbox: notices written in the same transaction as the change they tell of."""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import Base, IdentityKey, Instant, Json


class Notice(Base):
    """Something that happened to a case and must be told."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_pending", "id", postgresql_where=text("dispatched_at IS NULL")),
        Index("ux_notice_position", "position", unique=True),
    )

    id: Mapped[IdentityKey]
    key: Mapped[str] = mapped_column(Text, unique=True)
    """What makes it the same thing: it is never told twice."""
    kind: Mapped[str] = mapped_column(Text)
    case_id: Mapped[int] = mapped_column(BigInteger)
    village_code: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    severity: Mapped[int]
    department: Mapped[str] = mapped_column(Text)
    supporting_departments: Mapped[list[str]] = mapped_column(ARRAY(Text))
    payload: Mapped[Json]
    created_at: Mapped[Instant]
    dispatched_at: Mapped[Instant | None]
    position: Mapped[int | None] = mapped_column(BigInteger)
    """Its place in the feed. Given at dispatch, one dispatcher at a time, so that places become
    visible in their order: whoever has seen place n misses nothing before it."""
