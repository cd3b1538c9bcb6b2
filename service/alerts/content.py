"""What a message says: as JSON for programs, as a few lines of text for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.roles import Principal
from service.alerts.entries import Entry, entry_of
from service.alerts.feed import visible
from service.alerts.kinds import NoticeKind
from service.alerts.models import Delivery, DeliveryNotice, Notice
from service.settings import Settings
from service.villages.models import Village

LINES_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One message, ready for any channel. ``total``: how many entries there are, also when not all
    of them are listed; ``link`` leads to all cases."""

    subject: str
    entries: tuple[Entry, ...]
    total: int
    link: str | None
    data: dict[str, Any]

    def text(self, listed: int = LINES_SHOWN) -> str:
        """A line for each of the first entries, and how the rest is found."""
        lines = [entry.line for entry in self.entries[:listed]]
        return "\n".join(line for line in (*lines, self.rest(listed), self.link) if line)

    def rest(self, listed: int = LINES_SHOWN) -> str:
        """How many there are when only so many are listed; empty when these are all."""
        return f"……共 {self.total} 条，其余请登录查看。" if listed < self.total else ""


def content_of(
    session: Session, delivery: Delivery, reader: Principal, settings: Settings
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
    zone, public_url = settings.zone, settings.public_url
    entries = [
        entry_of(notice, village or notice.village_code, zone, public_url)
        for notice, village in rows
    ]
    return Content(
        subject=subject_of(entries),
        entries=tuple(entries[:LINES_SHOWN]),
        total=len(entries),
        link=f"{public_url}/cases" if public_url else None,
        data={"id": str(delivery.id), "notices": [notice_data(notice) for notice, _ in rows]},
    )


def subject_of(entries: Sequence[Entry]) -> str:
    """What a single notice is about, or how many of which kind a digest holds."""
    if len(entries) == 1:
        return entries[0].head[:120]
    kinds = Counter(entry.kind for entry in entries).most_common()
    told = "、".join(f"{kind} {count}" for kind, count in kinds)
    return f"耕地监测提醒 {len(entries)} 条：{told}"[:120]


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
