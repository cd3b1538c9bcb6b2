"""Tables of the assessment: what people entered and decided. They only grow; the latest counts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import Base, IdentityKey, Instant, JsonList


class AssessmentEntry(Base):
    """A value that the office entered of a village or department, for a year or its quarter."""

    __tablename__ = "assessment_entry"
    __table_args__ = (Index("ix_assessment_entry_year", "year", "subject", "code"),)

    id: Mapped[IdentityKey]
    year: Mapped[int]
    quarter: Mapped[int | None]
    subject: Mapped[str] = mapped_column(Text)
    """``village`` or ``department``."""
    code: Mapped[str] = mapped_column(Text)
    item: Mapped[str] = mapped_column(Text)
    value: Mapped[float | None]
    """None takes an earlier value back."""
    note: Mapped[str] = mapped_column(Text)
    entered_by: Mapped[str] = mapped_column(Text)
    entered_by_id: Mapped[int | None] = mapped_column(BigInteger)
    entered_at: Mapped[Instant]


class VetoDecision(Base):
    """What the leader made of a flag of a village in a year, and on what evidence."""

    __tablename__ = "veto_decision"
    __table_args__ = (Index("ix_veto_decision_year", "year", "village_code"),)

    id: Mapped[IdentityKey]
    year: Mapped[int]
    village_code: Mapped[str] = mapped_column(Text)
    flag: Mapped[str] = mapped_column(Text)
    confirmed: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    evidence: Mapped[JsonList]
    decided_by: Mapped[str] = mapped_column(Text)
    decided_by_id: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[Instant]
