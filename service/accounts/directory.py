"""Accounts: made, found, checked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock
from service.accounts.models import Account
from service.accounts.passwords import hash_password
from service.accounts.roles import Principal, Role
from service.errors import Conflict, InvalidParameter
from spatial.messages import Message
from spatial.words import Department

LONGEST_NAME = 64


def principal_of(account: Account) -> Principal:
    """The account as the permission table sees it."""
    return Principal(
        account.id,
        account.username,
        Role(account.role),
        frozenset(account.villages),
        Department(account.department) if account.department else None,
    )


def add_account(
    session: Session,
    username: str,
    role: Role,
    password: str | None,
    *,
    villages: Sequence[str] = (),
    department: Department | None = None,
) -> Account:
    """Make an account; without a password it logs in through OpenID Connect only.

    Raises:
        Conflict: when the name is taken.
        InvalidParameter: when the role lacks the scope it needs.
    """
    check_username(username)
    check_scope(role, villages, department)
    if find_account(session, username) is not None:
        raise Conflict(
            Message(f"用户名 {username} 已被使用。", f"The user name {username} is taken."),
            parameter="username",
        )
    account = Account(
        username=username,
        role=role.value,
        password_hash=hash_password(password) if password is not None else None,
        villages=list(villages),
        department=department.value if department else None,
        created_at=clock.now(),
        session_epoch=0,
    )
    session.add(account)
    session.flush()
    return account


def find_account(session: Session, username: str) -> Account | None:
    """The account of that name, also a disabled one."""
    return session.scalar(select(Account).where(Account.username == username))


def check_username(username: str) -> None:
    """Refuse a name that could not log in: HTTP Basic ends it at the first colon.

    Raises:
        InvalidParameter: saying what a name may be.
    """
    usable = username.isprintable() and not any(sign.isspace() for sign in username)
    if not 1 <= len(username) <= LONGEST_NAME or ":" in username or not usable:
        raise InvalidParameter(
            "username",
            Message(
                f"用户名为 1 至 {LONGEST_NAME} 个字符，不能含空格和冒号。",
                f"A user name has 1 to {LONGEST_NAME} characters, no space and no colon.",
            ),
        )


def check_scope(role: Role, villages: Sequence[str], department: Department | None) -> None:
    """Refuse a role without the scope it needs.

    Raises:
        InvalidParameter: naming what is missing.
    """
    if role in (Role.VILLAGE, Role.GRID) and not villages:
        raise InvalidParameter(
            "villages",
            Message("村级账号必须指定所属村。", "A village account needs at least one village."),
        )
    if role is Role.DEPARTMENT and department is None:
        raise InvalidParameter(
            "department",
            Message("部门账号必须指定部门。", "A department account needs its department."),
        )
