"""Subscriptions: made, listed, ended by the account they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import clock
from service.accounts.roles import Principal
from service.alerts.channels import Channel, check_target, new_secret
from service.alerts.kinds import NoticeKind
from service.alerts.models import Subscription
from service.alerts.periods import Frequency
from service.errors import Conflict, InvalidParameter, NotFound
from service.settings import AlertSettings
from spatial.messages import Message
from spatial.words import Category

MOST_PER_ACCOUNT = 50
NO_SUCH = Message("没有这个订阅。", "There is no such subscription.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to be told of. Empty tuples mean everything they may see."""

    kinds: tuple[NoticeKind, ...] = ()
    villages: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    least_severity: int = 0
    channel: Channel
    target: str = ""
    frequency: Frequency = Frequency.AT_ONCE


def subscribe(
    session: Session, principal: Principal, wish: Wish, settings: AlertSettings
) -> Subscription:
    """Make a subscription; its secret is shown this once.

    Raises:
        InvalidParameter: when the target does not fit the channel, or a village is not one's own.
        Conflict: when the account has too many already.
    """
    check_target(wish.channel, wish.target, settings)
    _check_villages(principal, wish.villages)
    existing = select(func.count()).where(
        Subscription.account_id == principal.account_id, Subscription.ended_at.is_(None)
    )
    if (session.scalar(existing) or 0) >= MOST_PER_ACCOUNT:
        raise Conflict(
            Message(
                f"每个账号最多 {MOST_PER_ACCOUNT} 个订阅，请先删除不用的。",
                f"An account has at most {MOST_PER_ACCOUNT} subscriptions; delete some first.",
            )
        )
    subscription = Subscription(
        account_id=principal.account_id,
        kinds=[kind.value for kind in wish.kinds],
        villages=list(wish.villages),
        categories=[category.value for category in wish.categories],
        least_severity=wish.least_severity,
        channel=wish.channel.value,
        target=wish.target,
        secret=new_secret(),
        frequency=wish.frequency.value,
        created_at=clock.now(),
    )
    session.add(subscription)
    session.flush()
    return subscription


def subscriptions_of(session: Session, principal: Principal) -> Sequence[Subscription]:
    """The account's subscriptions that have not ended, oldest first."""
    return session.scalars(
        select(Subscription)
        .where(Subscription.account_id == principal.account_id, Subscription.ended_at.is_(None))
        .order_by(Subscription.id)
    ).all()


def unsubscribe(session: Session, principal: Principal, subscription_id: int) -> None:
    """End a subscription; messages that wait for it are cancelled when they fall due.

    Raises:
        NotFound: when the account has no such subscription.
    """
    subscription = session.get(Subscription, subscription_id, with_for_update=True)
    if (
        subscription is None
        or subscription.account_id != principal.account_id
        or subscription.ended_at is not None
    ):
        raise NotFound(NO_SUCH)
    subscription.ended_at = clock.now()


def _check_villages(principal: Principal, villages: tuple[str, ...]) -> None:
    foreign = set(villages) - principal.villages
    if principal.bound_to_villages and foreign:
        raise InvalidParameter(
            "villages",
            Message(
                f"只能订阅本村的提醒：{'、'.join(sorted(foreign))} 不在您的范围内。",
                f"Only your own villages: {', '.join(sorted(foreign))} are not yours.",
            ),
        )
