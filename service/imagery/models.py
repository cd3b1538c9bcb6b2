"""The table of what scenes show of cases.

It stands below cases and scenes, so that a case's JSON can show what the scenes' jobs wrote.
"""

from __future__ import annotations

import uuid

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import Base, Instant, Json


class CaseImagery(Base):
    """The scenes that show a case before and after, and figures of its ground in them."""

    __tablename__ = "case_imagery"
    __table_args__ = (
        Index("ix_case_imagery_before", "before_scene_id"),
        Index("ix_case_imagery_after", "after_scene_id"),
    )

    case_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    run_id: Mapped[uuid.UUID]
    """The screening run whose ground was measured."""
    before_scene_id: Mapped[int | None] = mapped_column(BigInteger)
    after_scene_id: Mapped[int | None] = mapped_column(BigInteger)
    figures: Mapped[Json]
    """``before``, ``after`` and ``latest`` of the whole case, and ``overlaps``."""
    measured_at: Mapped[Instant]
