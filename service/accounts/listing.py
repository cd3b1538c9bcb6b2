"""Which accounts there are, as administrators look for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, any_, func, literal, or_, select
from sqlalchemy.orm import Session

from service.accounts.events import last_login
from service.accounts.models import Account
from service.accounts.permissions import Action, require
from service.accounts.roles import Principal, Role
from service.errors import NotFound
from spatial.messages import Message
from spatial.words import Department

NO_ACCOUNT = Message("没有这个账号。", "There is no such account.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFilters:
    """What is asked of a list of accounts; of several values in one filter any may fit.

    ``text``: part of a user name or of the name beside it. ``disabled``: only the disabled ones,
    or only the others.
    """

    roles: Sequence[Role] = ()
    villages: Sequence[str] = ()
    departments: Sequence[Department] = ()
    disabled: bool | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account, and when it last logged in by password or link."""

    account: Account
    last_login_at: datetime | None


def list_accounts(
    session: Session, actor: Principal, filters: AccountFilters, *, after: int, limit: int
) -> tuple[Sequence[ListedAccount], int]:
    """A page of accounts whose id is above ``after``, and how many fit the filters in all.

    Raises:
        NotAllowed: when the actor may not manage accounts.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    asked = _asked(filters)
    statement = _listed().where(*asked, Account.id > after).order_by(Account.id).limit(limit)
    total = session.scalar(select(func.count()).select_from(Account).where(*asked)) or 0
    rows = session.execute(statement).all()
    return [ListedAccount(account, last_login_at) for account, last_login_at in rows], total


def read_account(session: Session, actor: Principal, account_id: int) -> ListedAccount:
    """One account.

    Raises:
        NotAllowed: when the actor may not manage accounts.
        NotFound: when there is no such account.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    row = session.execute(_listed().where(Account.id == account_id)).one_or_none()
    if row is None:
        raise NotFound(NO_ACCOUNT)
    account, last_login_at = row
    return ListedAccount(account, last_login_at)


def _listed() -> Select[Account, datetime]:
    return select(Account, last_login(Account.id))


def _asked(filters: AccountFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.roles:
        conditions.append(Account.role.in_([role.value for role in filters.roles]))
    if filters.villages:
        conditions.append(
            or_(*(literal(code) == any_(Account.villages) for code in filters.villages))
        )
    if filters.departments:
        names = [department.value for department in filters.departments]
        conditions.append(Account.department.in_(names))
    if filters.disabled is not None:
        ended = Account.disabled_at.is_not(None)
        conditions.append(ended if filters.disabled else ~ended)
    if filters.text:
        named = (Account.username, Account.display_name)
        conditions.append(or_(*(name.icontains(filters.text, autoescape=True) for name in named)))
    return conditions
