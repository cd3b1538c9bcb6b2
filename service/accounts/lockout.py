"""Lock-out after failed tries, kept in the database: it outlives restarts and counts everywhere.

A try is counted before the password is looked at and taken back when it was right, so that a
hundred tries at once get no further than one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import case, delete, func, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service import clock
from service.accounts.directory import find_account
from service.accounts.events import EventKind, note_event
from service.accounts.models import LoginFailure
from service.accounts.roles import SYSTEM
from service.errors import TooManyRequests
from service.settings import LoginSettings
from spatial.messages import Message

LOCKED = Message(
    "登录失败次数过多，请在 {minutes} 分钟后再试，或联系管理员重置密码。",
    "Too many failed tries; try again in {minutes} minutes, or ask an administrator.",
)


def count_try(session: Session, settings: LoginSettings, username: str, address: str) -> None:
    """Count a try as failed until :func:`take_back` says otherwise; commit before going on.

    Raises:
        TooManyRequests: with the seconds to wait, when the name or the address is locked.
    """
    now = clock.now()
    until = now + timedelta(minutes=settings.window_minutes)
    for subject, limit in _limits(settings, username, address).items():
        failures, end = _count(session, subject, now, until)
        if failures > limit:
            if failures == limit + 1:
                _note_lock(session, username, address, end)
            session.commit()
            seconds = ceil((end - now).total_seconds())
            raise TooManyRequests(
                LOCKED.format(minutes=ceil(seconds / 60)), retry_after=seconds, code="locked-out"
            )


def take_back(session: Session, settings: LoginSettings, username: str, address: str) -> None:
    """The password was right: forget the name's failures, and this try of the address."""
    name, *wider = _limits(settings, username, address)
    session.execute(delete(LoginFailure).where(LoginFailure.subject == name))
    session.execute(
        update(LoginFailure)
        .where(LoginFailure.subject.in_(wider))
        .values(failures=func.greatest(LoginFailure.failures - 1, 0))
    )


def forget_name(session: Session, username: str) -> None:
    """Let a name try again at once, from wherever."""
    name = _name(username)
    tries = or_(
        LoginFailure.subject == name,
        LoginFailure.subject.startswith(f"{name} from ", autoescape=True),
    )
    session.execute(delete(LoginFailure).where(tries))


def forget_ended(session: Session) -> None:
    """Drop windows that are over."""
    session.execute(delete(LoginFailure).where(LoginFailure.until < clock.now()))


def _limits(settings: LoginSettings, username: str, address: str) -> Mapping[str, int]:
    name = _name(username)
    limits = {f"{name} from {address}": settings.failures, name: settings.failures_of_name}
    if address:
        limits[f"from {address}"] = settings.failures_of_address
    return limits


def _name(username: str) -> str:
    return f"name {username.casefold()[:200]}"


def _note_lock(session: Session, username: str, address: str, until: datetime) -> None:
    account = find_account(session, username)
    if account is not None:
        told = {"address": address, "until": until.isoformat()}
        note_event(session, account.id, SYSTEM, EventKind.LOCKED_OUT, told)


def _count(session: Session, subject: str, now: datetime, until: datetime) -> tuple[int, datetime]:
    over = LoginFailure.until <= now
    fresh = insert(LoginFailure).values(subject=subject, failures=1, until=until)
    statement = fresh.on_conflict_do_update(
        index_elements=[LoginFailure.subject],
        set_={
            "failures": case((over, 1), else_=LoginFailure.failures + 1),
            "until": case((over, until), else_=LoginFailure.until),
        },
    ).returning(LoginFailure.failures, LoginFailure.until)
    failures, end = session.execute(statement).one()
    return failures, end
