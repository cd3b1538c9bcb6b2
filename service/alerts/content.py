"""What a message says: as JSON for programs, as a few lines of text for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.roles import Principal
from service.alerts.feed import visible
from service.alerts.kinds import NoticeKind
from service.alerts.models import Delivery, DeliveryNotice, Notice
from service.villages.models import Village
from spatial.area import to_mu
from spatial.words import Category

LINES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Content:
    """One message, ready for any channel."""

    subject: str
    text: str
    data: dict[str, Any]


def content_of(
    session: Session, delivery: Delivery, reader: Principal, public_url: str | None
) -> Content | None:
    """Compose the message of a delivery; None when the reader may see nothing of it any more.

    A digest waits for days: who answers for another village by then is told nothing of the former.
    """
    rows = session.execute(
        select(Notice, Village.name)
        .join(DeliveryNotice, DeliveryNotice.notice_id == Notice.id)
        .outerjoin(Village, Village.code == Notice.village_code)
        .where(DeliveryNotice.delivery_id == delivery.id, visible(reader))
        .order_by(Notice.position)
    ).all()
    if not rows:
        return None
    lines = [line_of(notice, village or notice.village_code) for notice, village in rows]
    shown = lines[:LINES_SHOWN]
    if len(lines) > LINES_SHOWN:
        shown.append(f"……共 {len(lines)} 条，其余请登录查看。")
    if public_url:
        shown.append(f"{public_url}/cases")
    return Content(
        subject=subject_of(lines),
        text="\n".join(shown),
        data={"id": str(delivery.id), "notices": [notice_data(notice) for notice, _ in rows]},
    )


def subject_of(lines: Sequence[str]) -> str:
    """The first line of a single notice, or how many a digest holds."""
    return lines[0][:120] if len(lines) == 1 else f"耕地监测提醒 {len(lines)} 条"


def line_of(notice: Notice, village: str) -> str:
    """One notice as one line in Chinese."""
    area_mu = to_mu(notice.payload["suspect_area_m2"])
    return (
        f"[{NoticeKind(notice.kind).label.zh}] {village} {notice.payload['code']} "
        f"{Category(notice.category).label.zh} {area_mu:.2f} 亩：{notice.payload['reason']}"
    )


def notice_data(notice: Notice) -> dict[str, Any]:
    """One notice as programs read it, in webhooks, feed and events alike."""
    return {
        "position": notice.position,
        "kind": notice.kind,
        "kind_label": NoticeKind(notice.kind).label.zh,
        "at": notice.created_at.isoformat(),
        "case_id": notice.case_id,
        "village": notice.village_code,
        "category": notice.category,
        "severity": notice.severity,
        "department": notice.department,
        **notice.payload,
    }
