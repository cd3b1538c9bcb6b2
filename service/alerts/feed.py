"""Reading what happened: the feed of notices, and what became of one's messages."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, tuple_
from sqlalchemy.orm import Session

from service import clock
from service.accounts.permissions import Action, allowed, case_scope
from service.accounts.roles import Principal
from service.alerts.models import Delivery, Notice, Subscription
from service.alerts.statuses import DeliveryStatus
from service.errors import Conflict, NotFound
from spatial.messages import Message


def visible(principal: Principal) -> ColumnElement[bool]:
    """The condition under which a notice may be seen: the same as for its case."""
    return case_scope(
        principal, Notice.village_code, Notice.department, Notice.supporting_departments
    )


def notices_after(
    session: Session, principal: Principal, position: int, limit: int
) -> Sequence[Notice]:
    """Notices behind a place in the feed, in their order."""
    return session.scalars(
        select(Notice)
        .where(Notice.position > position, visible(principal))
        .order_by(Notice.position)
        .limit(limit)
    ).all()


def newest_notices(session: Session, principal: Principal, limit: int) -> Sequence[Notice]:
    """The latest notices, newest first."""
    return session.scalars(
        select(Notice)
        .where(Notice.position.is_not(None), visible(principal))
        .order_by(Notice.position.desc())
        .limit(limit)
    ).all()


def last_position(session: Session, principal: Principal) -> int:
    """The present end of the feed as the principal sees it; of others' notices it tells nothing."""
    seen = select(func.coalesce(func.max(Notice.position), 0)).where(visible(principal))
    return session.scalar(seen) or 0


def deliveries(
    session: Session,
    principal: Principal,
    status: DeliveryStatus | None,
    after: tuple[Any, ...] | None,
    limit: int,
) -> Sequence[Row[Delivery, Subscription]]:
    """Messages and their subscriptions, newest first: one's own, or all for who manages accounts.

    ``after`` holds the creation time and id of the last row of the page before.
    """
    query = (
        select(Delivery, Subscription)
        .join(Subscription, Subscription.id == Delivery.subscription_id)
        .where(_own(principal))
        .order_by(Delivery.created_at.desc(), Delivery.id.desc())
        .limit(limit)
    )
    if status is not None:
        query = query.where(Delivery.status == status)
    if after is not None:
        query = query.where(tuple_(Delivery.created_at, Delivery.id) < after)
    return session.execute(query).all()


def send_again(session: Session, principal: Principal, delivery_id: uuid.UUID) -> Delivery:
    """Let a given-up message be tried afresh.

    Raises:
        NotFound: when there is none, or not one of the caller's.
        Conflict: when it was not given up.
    """
    delivery = session.scalar(
        select(Delivery)
        .join(Subscription, Subscription.id == Delivery.subscription_id)
        .where(Delivery.id == delivery_id, _own(principal))
        .with_for_update(of=Delivery)
    )
    if delivery is None:
        raise NotFound(Message("没有这条消息。", "There is no such message."))
    if delivery.status != DeliveryStatus.DEAD:
        raise Conflict(
            Message("只有发送失败的消息可以重发。", "Only a given-up message can be sent again.")
        )
    delivery.status = DeliveryStatus.WAITING.value
    delivery.attempts = 0
    delivery.next_attempt_at = clock.now()
    return delivery


def _own(principal: Principal) -> ColumnElement[bool]:
    if allowed(principal, Action.MANAGE_ACCOUNTS):
        return Subscription.id == Subscription.id
    return Subscription.account_id == principal.account_id
