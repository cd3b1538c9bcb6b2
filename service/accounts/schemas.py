"""What the accounts endpoints take and answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from service.accounts.events import EventKind
from service.accounts.listing import ListedAccount
from service.accounts.management import Profile
from service.accounts.models import Account, AccountEvent, ApiToken
from service.accounts.roles import Role
from service.bodies import RequestBody
from service.text import Line
from spatial.words import Department

VillageCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
Password = Annotated[str, StringConstraints(max_length=200)]


class TokenAnswer(BaseModel):
    """A fresh access token."""

    access_token: str
    token_type: str = "bearer"
    expires_in: int


class LinkCode(RequestBody):
    """The code of a one-time link."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Me(BaseModel):
    """Who the caller is."""

    id: int | None
    username: str
    role: str
    role_label: str
    villages: list[str]
    department: str | None
    actions: list[str]


class LoginWays(BaseModel):
    """How one can log in here."""

    password: bool = True
    oidc: str | None = Field(description="Where logging in through the provider begins")
    address: str | None = Field(description="The address that people use, when it is configured")


class PasswordChange(RequestBody):
    """One's own password, changed."""

    current: Password
    new: Password


class PasswordReset(RequestBody):
    """Another's password, set by an administrator; generated when left out."""

    password: Password | None = None


class PasswordAnswer(BaseModel):
    """A generated password, shown once; null when one was given."""

    password: str | None


class AccountProfile(RequestBody):
    """Role and scope of an account."""

    role: Role
    villages: list[VillageCode] = Field([], max_length=1000)
    department: Department | None = None
    display_name: Line | None = None

    def to_profile(self) -> Profile:
        """As behaviour takes it."""
        return Profile(
            role=self.role,
            villages=self.villages,
            department=self.department,
            display_name=self.display_name,
        )


class NewAccount(AccountProfile):
    """An account to make; its password is generated when left out."""

    username: Line
    password: Password | None = None
    external: bool = Field(
        False, description="Logs in through OpenID Connect only, and has no password"
    )

    def to_profile(self) -> Profile:
        """As behaviour takes it."""
        return replace(super().to_profile(), external=self.external)


class AccountAnswer(BaseModel):
    """An account as administrators see it."""

    id: int
    username: str
    display_name: str | None
    role: str
    role_label: str
    villages: list[str]
    department: str | None
    created_at: datetime
    disabled_at: datetime | None
    external: bool = Field(description="Whether it logs in through OpenID Connect")

    @classmethod
    def of(cls, account: Account) -> AccountAnswer:
        """The answer for a row."""
        return cls(
            id=account.id,
            username=account.username,
            display_name=account.display_name,
            role=account.role,
            role_label=Role(account.role).label.zh,
            villages=sorted(account.villages),
            department=account.department,
            created_at=account.created_at,
            disabled_at=account.disabled_at,
            external=account.password_hash is None,
        )


class ListedAccountAnswer(AccountAnswer):
    """An account in a list, and when it last logged in."""

    last_login_at: datetime | None = Field(description="By password or link; null: never")

    @classmethod
    def of_listed(cls, listed: ListedAccount) -> ListedAccountAnswer:
        """The answer for a listed row."""
        answer = AccountAnswer.of(listed.account)
        return cls(**answer.model_dump(), last_login_at=listed.last_login_at)


class MadeAccount(BaseModel):
    """A new account and its generated password, shown once."""

    account: AccountAnswer
    password: str | None


class Accounts(BaseModel):
    """A page of accounts."""

    accounts: list[ListedAccountAnswer]
    total: int = Field(description="How many fit the filters, on all pages")
    next: str | None


class EventAnswer(BaseModel):
    """One thing that happened to an account."""

    at: datetime
    actor: str
    kind: EventKind
    data: dict[str, Any]

    @classmethod
    def of(cls, event: AccountEvent) -> EventAnswer:
        """The answer for a row."""
        return cls(at=event.at, actor=event.actor, kind=EventKind(event.kind), data=event.data)


class AccountEvents(BaseModel):
    """A page of what happened to an account, newest first."""

    items: list[EventAnswer]
    next: str | None


class NewToken(RequestBody):
    """A personal API token to make."""

    name: Line
    days: int | None = Field(
        None, ge=1, le=3660, description="How long it counts; for ever without"
    )


class ApiTokenAnswer(BaseModel):
    """A personal API token, without its secret."""

    id: int
    name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, token: ApiToken) -> ApiTokenAnswer:
        """The answer for a row."""
        return cls(
            id=token.id,
            name=token.name,
            created_at=token.created_at,
            expires_at=token.expires_at,
            last_used_at=token.last_used_at,
        )


class MadeToken(ApiTokenAnswer):
    """A new token with its secret, shown once."""

    token: str
