"""Tables of accounts and of what they log in with."""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.database.base import Base, IdentityKey, Instant, Json


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
    external_subject: Mapped[str | None] = mapped_column(Text, unique=True)
    """Issuer and subject of OpenID Connect, once this account has logged in that way."""
    credentials_changed_at: Mapped[Instant | None]
    """Moved with every credential given or taken back, so that nobody goes by an old one."""


class ApiToken(Base):
    """A long-lived token of an account, for programs; only its hash is kept."""

    __tablename__ = "api_token"
    __table_args__ = (Index("ix_api_token_account_id", "account_id"),)

    id: Mapped[IdentityKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant | None]
    last_used_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]


class LoginLink(Base):
    """A link that logs an account in once; only its code's hash is kept."""

    __tablename__ = "login_link"

    code_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[Instant]


class LoginFailure(Base):
    """Failed tries of one subject (a name from an address, or an address) in one window."""

    __tablename__ = "login_failure"

    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    failures: Mapped[int]
    until: Mapped[Instant]
    """The end of the window; failures before it count together."""


class AccountEvent(Base):
    """What was done to an account, by whom; append-only."""

    __tablename__ = "account_event"
    __table_args__ = (Index("ix_account_event_account_id", "account_id", "id"),)

    id: Mapped[IdentityKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[Instant]
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    data: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
