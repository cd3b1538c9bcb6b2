"""What the alerts endpoints take and answer."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from service.alerts.channels import Channel
from service.alerts.kinds import NoticeKind
from service.alerts.models import Delivery, Subscription
from service.alerts.periods import Frequency
from service.alerts.statuses import DeliveryStatus
from service.alerts.subscriptions import Wish
from service.bodies import RequestBody
from spatial.words import Category

VillageCode = Annotated[str, StringConstraints(pattern=r"^\d{12}$")]


class SubscriptionWish(RequestBody):
    """What somebody wants to be told of; empty lists mean everything they may see."""

    kinds: list[NoticeKind] = Field([])
    villages: list[VillageCode] = Field([], max_length=500)
    categories: list[Category] = Field([])
    least_severity: int = Field(0, ge=0, le=4)
    channel: Channel
    target: Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True)] = ""
    frequency: Frequency = Frequency.AT_ONCE

    def to_wish(self) -> Wish:
        """As the behaviour takes it."""
        return Wish(
            kinds=tuple(self.kinds),
            villages=tuple(self.villages),
            categories=tuple(self.categories),
            least_severity=self.least_severity,
            channel=self.channel,
            target=self.target,
            frequency=self.frequency,
        )


class SubscriptionAnswer(BaseModel):
    """A subscription as its owner sees it."""

    id: int
    kinds: list[str]
    villages: list[str]
    categories: list[str]
    least_severity: int
    channel: str
    channel_label: str
    target: str
    frequency: str
    created_at: datetime

    @classmethod
    def of(cls, subscription: Subscription) -> SubscriptionAnswer:
        """From the stored row."""
        return cls(**_fields(subscription))


class NewSubscription(SubscriptionAnswer):
    """A fresh subscription; ``secret`` signs its webhooks and is shown this once."""

    secret: str

    @classmethod
    def of(cls, subscription: Subscription) -> NewSubscription:
        """From the stored row."""
        return cls(**_fields(subscription), secret=subscription.secret)


def _fields(subscription: Subscription) -> dict[str, Any]:
    return {
        "id": subscription.id,
        "kinds": subscription.kinds,
        "villages": subscription.villages,
        "categories": subscription.categories,
        "least_severity": subscription.least_severity,
        "channel": subscription.channel,
        "channel_label": Channel(subscription.channel).label.zh,
        "target": subscription.target,
        "frequency": subscription.frequency,
        "created_at": subscription.created_at,
    }


class DeliveryAnswer(BaseModel):
    """What became of one message."""

    id: uuid.UUID
    subscription_id: int
    channel: str
    target: str
    status: str
    status_label: str
    attempts: int
    next_attempt_at: datetime | None
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None

    @classmethod
    def of(cls, delivery: Delivery, subscription: Subscription) -> DeliveryAnswer:
        """From the stored rows."""
        waiting = delivery.status == DeliveryStatus.WAITING
        return cls(
            id=delivery.id,
            subscription_id=delivery.subscription_id,
            channel=subscription.channel,
            target=subscription.target,
            status=delivery.status,
            status_label=DeliveryStatus(delivery.status).label.zh,
            attempts=delivery.attempts,
            next_attempt_at=delivery.next_attempt_at if waiting else None,
            last_error=delivery.last_error,
            created_at=delivery.created_at,
            sent_at=delivery.sent_at,
        )


class DeliveryPage(BaseModel):
    """A page of messages, newest first."""

    items: list[DeliveryAnswer]
    next: str | None


class NoticePage(BaseModel):
    """The latest notices, newest first, and the feed's present end."""

    items: list[dict[str, Any]]
    position: int
