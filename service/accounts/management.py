"""What administrators do to accounts, and people to their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock
from service.accounts.api_tokens import revoke_all
from service.accounts.directory import add_account, check_scope
from service.accounts.events import EventKind, note_event
from service.accounts.listing import NO_ACCOUNT
from service.accounts.lockout import forget_name
from service.accounts.models import Account
from service.accounts.passwords import (
    check_new_password,
    generate_password,
    hash_password,
)
from service.accounts.permissions import Action, require
from service.accounts.roles import Principal, Role
from service.errors import Conflict, NotFound
from spatial.messages import Message
from spatial.words import Department


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What an account is and whose ground it answers for."""

    role: Role
    villages: Sequence[str] = ()
    department: Department | None = None
    display_name: str | None = None
    external: bool = False
    """Logs in through OpenID Connect only: a new account gets no password."""


def make_account(
    session: Session, actor: Principal, username: str, profile: Profile, password: str | None
) -> tuple[Account, str | None]:
    """A new account, and the password generated for it unless one was given.

    Raises:
        NotAllowed: when the actor may not manage accounts.
        Conflict: when the name is taken.
        InvalidParameter: when name, password or scope cannot be used.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    generated = generate_password() if password is None and not profile.external else None
    chosen = generated or password
    if chosen is not None:
        check_new_password(username, chosen)
    account = add_account(
        session,
        username,
        profile.role,
        chosen,
        villages=profile.villages,
        department=profile.department,
    )
    account.display_name = profile.display_name
    note_event(session, account.id, actor, EventKind.MADE, _told(profile))
    return account, generated


def change_account(
    session: Session, actor: Principal, account_id: int, profile: Profile
) -> Account:
    """Give an account another role, scope or name; it counts from the next request on.

    Raises:
        NotAllowed: when the actor may not manage accounts.
        NotFound: when there is no such account.
        Conflict: when no administrator would be left.
        InvalidParameter: when the role lacks the scope it needs.
    """
    account = _managed(session, actor, account_id)
    check_scope(profile.role, profile.villages, profile.department)
    if profile.role is not Role.ADMIN:
        _keep_an_administrator(session, account, "role")
    account.role = profile.role.value
    account.villages = list(profile.villages)
    account.department = profile.department.value if profile.department else None
    account.display_name = profile.display_name
    note_event(session, account.id, actor, EventKind.CHANGED, _told(profile))
    return account


def disable_account(session: Session, actor: Principal, account_id: int) -> Account:
    """Shut an account out at once: sessions end, API tokens are revoked. Nothing is deleted.

    Raises:
        NotAllowed: when the actor may not manage accounts.
        NotFound: when there is no such account.
        Conflict: when no administrator would be left.
    """
    account = _managed(session, actor, account_id)
    if account.disabled_at is None:
        _keep_an_administrator(session, account)
        account.disabled_at = clock.now()
        account.session_epoch += 1
        revoke_all(session, account.id)
        note_event(session, account.id, actor, EventKind.DISABLED)
    return account


def enable_account(session: Session, actor: Principal, account_id: int) -> Account:
    """Let a disabled account log in again, with its password; revoked tokens stay revoked.

    Raises:
        NotAllowed: when the actor may not manage accounts.
        NotFound: when there is no such account.
    """
    account = _managed(session, actor, account_id)
    if account.disabled_at is not None:
        account.disabled_at = None
        note_event(session, account.id, actor, EventKind.ENABLED)
    return account


def reset_password(
    session: Session, actor: Principal, account_id: int, password: str | None
) -> str | None:
    """Give an account another password and end its sessions; returns one that was generated.

    Failed tries before it are forgotten: whoever was locked out can log in at once.

    Raises:
        NotAllowed: when the actor may not manage accounts.
        NotFound: when there is no such account.
        InvalidParameter: when the password is too easily guessed.
    """
    account = _managed(session, actor, account_id)
    generated = None if password else generate_password()
    _set_password(account, password or generated or "")
    forget_name(session, account.username)
    note_event(session, account.id, actor, EventKind.PASSWORD_RESET)
    return generated


def change_own_password(session: Session, actor: Principal, new: str) -> Account:
    """Change one's own password, which :func:`confirm_password` has confirmed before.

    Every session ends, API tokens stay.

    Raises:
        InvalidParameter: when the new one is too easily guessed.
    """
    account = own_account(session, actor)
    _set_password(account, new)
    note_event(session, account.id, actor, EventKind.PASSWORD_CHANGED)
    return account


def end_sessions(session: Session, actor: Principal, account_id: int | None = None) -> Account:
    """Log out everywhere: one's own sessions, or another's by an administrator.

    Raises:
        NotAllowed: when they are another's and the actor may not manage accounts.
        NotFound: when there is no such account.
    """
    if account_id is None or account_id == actor.account_id:
        account = own_account(session, actor)
    else:
        account = _managed(session, actor, account_id)
    account.session_epoch += 1
    note_event(session, account.id, actor, EventKind.SESSIONS_ENDED)
    return account


def own_account(session: Session, actor: Principal) -> Account:
    """The actor's account, locked until the transaction ends.

    Raises:
        NotFound: when the actor is the system itself.
    """
    return _locked(session, actor.account_id or 0)


def _managed(session: Session, actor: Principal, account_id: int) -> Account:
    require(actor, Action.MANAGE_ACCOUNTS)
    return _locked(session, account_id)


def _locked(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFound(NO_ACCOUNT)
    return account


def _set_password(account: Account, password: str) -> None:
    check_new_password(account.username, password)
    account.password_hash = hash_password(password)
    account.session_epoch += 1


def _keep_an_administrator(
    session: Session, account: Account, parameter: str | None = None
) -> None:
    """Refuse to take away the last administrator; two who try at once wait for each other.

    ``parameter``: the field that would take it away.
    """
    if account.role != Role.ADMIN.value or account.disabled_at is not None:
        return
    administrators = (
        select(Account.id)
        .where(Account.role == Role.ADMIN.value, Account.disabled_at.is_(None))
        .order_by(Account.id)
        .with_for_update()
    )
    if len(session.scalars(administrators).all()) < 2:
        raise Conflict(
            Message("至少要保留一个系统管理员账号。", "At least one administrator has to be left."),
            parameter=parameter,
        )


def _told(profile: Profile) -> dict[str, object]:
    return {
        "role": profile.role.value,
        "villages": list(profile.villages),
        "department": profile.department.value if profile.department else None,
    }
