"""Delivery: claim what is due, send it, write down what became of it.

An attempt is written down, with a lease, before anything is sent. A worker that dies while
sending leaves a message whose lease runs out: it is sent again with the same id. So every message
arrives at least once, and its id lets a receiver count it once.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from service import clock
from service.accounts.directory import principal_of
from service.accounts.models import Account
from service.alerts.channels import Channel, DeliveryFailed, send
from service.alerts.channels.base import Parcel
from service.alerts.content import content_of
from service.alerts.models import Delivery, Subscription
from service.alerts.statuses import DeliveryStatus
from service.runtime import Runtime
from service.settings import AlertSettings, Settings

log = structlog.get_logger()

ROUNDS_CLAIMED = 4
"""A claim is worked off in this many rounds of parallel sending, well within the lease."""
ERROR_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Attempt:
    """A claimed message and how often it has been tried, this time included."""

    parcel: Parcel
    number: int


def deliver_due(runtime: Runtime) -> int:
    """Send everything that is due now; returns how many attempts were made."""
    made = 0
    settings = runtime.settings.alerts
    with ThreadPoolExecutor(settings.parallel) as pool:
        while True:
            with runtime.database.transaction() as session:
                attempts = claim(session, runtime.settings)
            if not attempts:
                return made
            errors = list(pool.map(lambda attempt: _try(attempt, settings), attempts))
            with runtime.database.transaction() as session:
                settle(session, attempts, errors, settings)
            made += len(attempts)


def claim(session: Session, settings: Settings) -> list[Attempt]:
    """Take due messages, leasing them.

    Cancelled are those of ended subscriptions and accounts, and of cases that the account may not
    see any more.
    """
    now = clock.now()
    due = session.execute(
        select(Delivery, Subscription, Account)
        .join(Subscription, Subscription.id == Delivery.subscription_id)
        .join(Account, Account.id == Subscription.account_id)
        .where(Delivery.status == DeliveryStatus.WAITING, Delivery.next_attempt_at <= now)
        .order_by(Delivery.next_attempt_at)
        .limit(ROUNDS_CLAIMED * settings.alerts.parallel)
        .with_for_update(of=Delivery, skip_locked=True)
    ).all()
    return [attempt for row in due if (attempt := _lease(session, row, settings, now)) is not None]


def _lease(
    session: Session,
    row: Row[Delivery, Subscription, Account],
    settings: Settings,
    now: datetime,
) -> Attempt | None:
    delivery, subscription, account = row
    content = None
    if subscription.ended_at is None and account.disabled_at is None:
        content = content_of(session, delivery, principal_of(account), settings)
    if content is None:
        delivery.status = DeliveryStatus.CANCELLED.value
        return None
    delivery.attempts += 1
    delivery.next_attempt_at = now + timedelta(seconds=settings.alerts.lease_seconds)
    parcel = Parcel(
        delivery.id,
        Channel(subscription.channel),
        subscription.target,
        subscription.secret,
        content,
        now,
    )
    return Attempt(parcel, delivery.attempts)


def _try(attempt: Attempt, settings: AlertSettings) -> str | None:
    try:
        send(attempt.parcel, settings)
    except DeliveryFailed as error:
        return str(error)[:ERROR_LENGTH]
    except Exception as error:
        # Whatever a target provokes: those sent beside it are settled, or they were sent again.
        log.exception("sending a message broke", message_id=str(attempt.parcel.id))
        return f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
    return None


def settle(
    session: Session,
    attempts: Sequence[Attempt],
    errors: Sequence[str | None],
    settings: AlertSettings,
) -> None:
    """Write down which messages arrived, which are tried again and when, which are given up."""
    now = clock.now()
    for attempt, error in zip(attempts, errors, strict=True):
        session.execute(
            update(Delivery)
            .where(Delivery.id == attempt.parcel.id, Delivery.status == DeliveryStatus.WAITING)
            .values(_result(attempt, error, settings, now))
        )


def _result(
    attempt: Attempt, error: str | None, settings: AlertSettings, now: datetime
) -> dict[str, Any]:
    if error is None:
        return {"status": DeliveryStatus.SENT.value, "sent_at": now, "last_error": None}
    if attempt.number > len(settings.retry_seconds):
        return {"status": DeliveryStatus.DEAD.value, "last_error": error}
    pause = timedelta(seconds=settings.retry_seconds[attempt.number - 1])
    return {"next_attempt_at": now + pause, "last_error": error}
