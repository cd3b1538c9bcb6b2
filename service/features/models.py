"""The table of revisions."""

from __future__ import annotations

from sqlalchemy import BigInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import Base


class Revision(Base):
    """How often a kind of data was changed; written by triggers, summed by readers."""

    __tablename__ = "revision"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    changes: Mapped[int] = mapped_column(BigInteger)
