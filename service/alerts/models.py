"""The outbox: notices written in the same transaction as the change they tell of."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import Base, IdentityKey, Instant, Json


class Notice(Base):
    """Something that happened to a case and must be told."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_pending", "id", postgresql_where=text("dispatched_at IS NULL")),
    )

    id: Mapped[IdentityKey]
    key: Mapped[str] = mapped_column(Text, unique=True)
    """What makes it the same thing: it is never told twice."""
    kind: Mapped[str] = mapped_column(Text)
    case_id: Mapped[int] = mapped_column(BigInteger)
    village_code: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    severity: Mapped[int]
    payload: Mapped[Json]
    created_at: Mapped[Instant]
    dispatched_at: Mapped[Instant | None]
