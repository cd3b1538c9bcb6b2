"""Tables of accounts."""

from __future__ import annotations

from sqlalchemy import ARRAY, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import Base, IdentityKey, Instant


class Account(Base):
    """A person or program that logs in, with one role and its scope."""

    __tablename__ = "account"

    id: Mapped[IdentityKey]
    username: Mapped[str] = mapped_column(Text, unique=True)
    display_name: Mapped[str | None] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    villages: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    department: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Instant]
    disabled_at: Mapped[Instant | None]
    session_epoch: Mapped[int] = mapped_column(default=0)
    """Raised to end every session: tokens of an older epoch are refused."""
