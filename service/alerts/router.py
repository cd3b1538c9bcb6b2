"""Subscriptions, deliveries, and the feed that the page's bell listens to."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BeforeValidator

from service.accounts.permissions import Action, require
from service.accounts.roles import Principal
from service.alerts import feed
from service.alerts.content import notice_data
from service.alerts.models import Delivery
from service.alerts.schemas import (
    DeliveryAnswer,
    DeliveryPage,
    NewSubscription,
    NoticePage,
    SubscriptionAnswer,
    SubscriptionWish,
)
from service.alerts.statuses import DeliveryStatus
from service.alerts.subscriptions import subscribe, subscriptions_of, unsubscribe
from service.dependencies import CurrentPrincipal, ReadingSession, TheRuntime, still_calling
from service.paging import (
    DEFAULT_LIMIT,
    LARGEST_ID,
    After,
    Limit,
    RowId,
    cut_page,
    decode_cursor,
    encode_cursor,
    invalid_cursor,
    next_link,
    parse_limit,
)
from service.runtime import Runtime

router = APIRouter(tags=["alerts"])

LOOK_EVERY_SECONDS = 1.5
NOTICES_AT_ONCE = 200
MOST_LISTED = 500
NoticeLimit = Annotated[
    int,
    BeforeValidator(partial(parse_limit, most=MOST_LISTED)),
    Query(ge=1, le=MOST_LISTED, description="The latest so many"),
]


@router.post("/subscriptions", status_code=201)
def make_subscription(
    wish: SubscriptionWish, runtime: TheRuntime, principal: CurrentPrincipal
) -> NewSubscription:
    """Subscribe to alerts."""
    require(principal, Action.MANAGE_SUBSCRIPTIONS)
    with runtime.database.transaction() as session:
        made = subscribe(session, principal, wish.to_wish(), runtime.settings.alerts)
        return NewSubscription.of(made)


@router.get("/subscriptions")
def list_subscriptions(
    session: ReadingSession, principal: CurrentPrincipal
) -> list[SubscriptionAnswer]:
    """One's own subscriptions."""
    require(principal, Action.MANAGE_SUBSCRIPTIONS)
    return [SubscriptionAnswer.of(item) for item in subscriptions_of(session, principal)]


@router.delete("/subscriptions/{subscription_id}", status_code=204)
def end_subscription(
    subscription_id: RowId, runtime: TheRuntime, principal: CurrentPrincipal
) -> Response:
    """End a subscription."""
    require(principal, Action.MANAGE_SUBSCRIPTIONS)
    with runtime.database.transaction() as session:
        unsubscribe(session, principal, subscription_id)
    return Response(status_code=204)


@router.get("/deliveries")
def list_deliveries(
    request: Request,
    session: ReadingSession,
    principal: CurrentPrincipal,
    status: DeliveryStatus | None = None,
    limit: Limit = DEFAULT_LIMIT,
    after: After = None,
) -> DeliveryPage:
    """Messages sent, waiting and given up; newest first."""
    require(principal, Action.MANAGE_SUBSCRIPTIONS)
    rows = feed.deliveries(session, principal, status, _position(after), limit + 1)
    page, last = cut_page(rows, limit)
    return DeliveryPage(
        items=[DeliveryAnswer.of(delivery, subscription) for delivery, subscription in page],
        next=next_link(request, _cursor(last[0]) if last else None),
    )


@router.post("/deliveries/{delivery_id}/resend", status_code=202)
def resend(delivery_id: uuid.UUID, runtime: TheRuntime, principal: CurrentPrincipal) -> Response:
    """Try a given-up message afresh."""
    require(principal, Action.MANAGE_SUBSCRIPTIONS)
    with runtime.database.transaction() as session:
        feed.send_again(session, principal, delivery_id)
    return Response(status_code=202)


@router.get("/notices")
def list_notices(
    session: ReadingSession,
    principal: CurrentPrincipal,
    limit: NoticeLimit = 50,
) -> NoticePage:
    """The latest notices on cases that the caller may see."""
    require(principal, Action.READ_CASES)
    return NoticePage(
        items=[notice_data(item) for item in feed.newest_notices(session, principal, limit)],
        position=feed.last_position(session, principal),
    )


@router.get("/notices/events", response_class=EventSourceResponse)
async def notice_events(
    request: Request,
    runtime: TheRuntime,
    principal: CurrentPrincipal,
    after: Annotated[int | None, Query(ge=0, le=LARGEST_ID)] = None,
    last_event_id: Annotated[int | None, Header(ge=0, le=LARGEST_ID)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Notices as they happen; the id is the place in the feed, to go on from after a break.

    Ends with the login: when the account is shut out, its sessions are ended or the token expires.
    """
    require(principal, Action.READ_CASES)
    position = last_event_id if last_event_id is not None else after
    if position is None:
        position = await asyncio.to_thread(_end_of_feed, runtime, principal)
    while True:
        found = await asyncio.to_thread(_new_notices, runtime, request, position)
        if found is None:
            return
        for item in found:
            position = int(item["position"])
            yield ServerSentEvent(event="notice", id=str(position), data=item)
        await asyncio.sleep(LOOK_EVERY_SECONDS)


def _end_of_feed(runtime: Runtime, principal: Principal) -> int:
    with runtime.database.reading() as session:
        return feed.last_position(session, principal)


def _new_notices(
    runtime: Runtime, request: Request, position: int
) -> Sequence[dict[str, Any]] | None:
    principal = still_calling(request, runtime, Action.READ_CASES)
    if principal is None:
        return None
    with runtime.database.reading() as session:
        notices = feed.notices_after(session, principal, position, NOTICES_AT_ONCE)
        return [notice_data(item) for item in notices]


def _cursor(delivery: Delivery) -> str:
    return encode_cursor(delivery.created_at.isoformat(), str(delivery.id))


def _position(after: str | None) -> tuple[datetime, uuid.UUID] | None:
    cursor = decode_cursor(after, str, str)
    if cursor is None:
        return None
    try:
        return datetime.fromisoformat(str(cursor[0])), uuid.UUID(str(cursor[1]))
    except ValueError as error:
        raise invalid_cursor() from error
