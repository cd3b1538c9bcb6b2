"""The outbox: notices written in the same transaction as the change they tell of."""

from __future__ import annotations

import uuid

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import UUID
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


class Subscription(Base):
    """Who wants to be told of what, how, and how often. Empty lists mean all."""

    __tablename__ = "subscription"
    __table_args__ = (Index("ix_subscription_account_id", "account_id"),)

    id: Mapped[IdentityKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    villages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    categories: Mapped[list[str]] = mapped_column(ARRAY(Text))
    least_severity: Mapped[int]
    channel: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    """A webhook's address, an e-mail address, or a robot's address with its key."""
    secret: Mapped[str] = mapped_column(Text)
    """Signs webhooks; shown once, when the subscription is made."""
    frequency: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]


class Delivery(Base):
    """One message to one subscriber: a notice at once, or a period's notices as a digest."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("subscription_id", "key"),
        Index("ix_delivery_due", "next_attempt_at", postgresql_where=text("status = 'waiting'")),
    )

    id: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True), primary_key=True)
    """Travels with every attempt, so that a receiver counts the message once."""
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"))
    key: Mapped[str] = mapped_column(Text)
    """What makes it the same message: a notice, or a period."""
    status: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_attempt_at: Mapped[Instant]
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Instant]
    sent_at: Mapped[Instant | None]


class DeliveryNotice(Base):
    """A notice that a message tells of."""

    __tablename__ = "delivery_notice"

    delivery_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), primary_key=True)
