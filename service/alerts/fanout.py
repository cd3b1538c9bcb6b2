"""Fan-out: each notice becomes a message for every subscription it concerns.

Runs in the dispatch's transaction, so that a notice has its place in the feed and its messages
together or not at all.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.accounts.directory import principal_of
from service.accounts.models import Account
from service.accounts.permissions import case_scope
from service.accounts.roles import Principal
from service.alerts.models import Delivery, DeliveryNotice, Notice, Subscription
from service.alerts.periods import Frequency, next_digest
from service.alerts.statuses import DeliveryStatus
from service.settings import Settings

MESSAGE_NAMES = uuid.UUID("7a0d7f0e-5a1b-4b8e-9a3a-3f1b8f3f6c11")
"""Names the messages: the same subscription and key give the same id, whenever computed."""


def fan_out(session: Session, settings: Settings, notices: Sequence[int], now: datetime) -> int:
    """Write the messages that these notices cause; returns how many new ones."""
    written = 0
    for subscription, account in session.execute(
        select(Subscription, Account)
        .join(Account, Account.id == Subscription.account_id)
        .where(Subscription.ended_at.is_(None), Account.disabled_at.is_(None))
    ):
        wanted = session.scalars(
            select(Notice.id)
            .where(Notice.id.in_(notices), *_concerns(subscription, principal_of(account)))
            .order_by(Notice.position)
        ).all()
        written += _write(session, settings, subscription, wanted, now)
    return written


def _concerns(subscription: Subscription, principal: Principal) -> list[ColumnElement[bool]]:
    conditions = [
        case_scope(
            principal, Notice.village_code, Notice.department, Notice.supporting_departments
        ),
        Notice.severity >= subscription.least_severity,
    ]
    for column, values in (
        (Notice.kind, subscription.kinds),
        (Notice.village_code, subscription.villages),
        (Notice.category, subscription.categories),
    ):
        if values:
            conditions.append(column.in_(values))
    return conditions


def _write(
    session: Session,
    settings: Settings,
    subscription: Subscription,
    notices: Sequence[int],
    now: datetime,
) -> int:
    frequency = Frequency(subscription.frequency)
    digest_at = None if frequency is Frequency.AT_ONCE else next_digest(
        frequency, now, settings.zone
    )  # fmt: skip
    deliveries: dict[uuid.UUID, dict[str, Any]] = {}
    links = []
    for notice_id in notices:
        key = f"notice:{notice_id}" if digest_at is None else digest_at.isoformat()
        delivery_id = uuid.uuid5(MESSAGE_NAMES, f"{subscription.id}:{key}")
        deliveries[delivery_id] = {
            "id": delivery_id,
            "subscription_id": subscription.id,
            "key": key,
            "status": DeliveryStatus.WAITING.value,
            "next_attempt_at": digest_at or now,
            "created_at": now,
        }
        links.append({"delivery_id": delivery_id, "notice_id": notice_id})
    if not links:
        return 0
    session.execute(insert(Delivery).values(list(deliveries.values())).on_conflict_do_nothing())
    session.execute(insert(DeliveryNotice).values(links).on_conflict_do_nothing())
    return len(deliveries)
