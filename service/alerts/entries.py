"""What a message lists: one entry for each notice, as people read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from service.alerts.kinds import NoticeKind
from service.alerts.models import Notice
from spatial.area import to_mu
from spatial.words import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One notice in Chinese. ``note``: what whoever did it said; ``due``: until when is owed what
    is owed; ``link``: its case."""

    kind: str
    village: str
    code: str
    what: str
    reason: str
    note: str | None
    due: str | None
    link: str | None

    @property
    def head(self) -> str:
        """What it is about, short enough for a subject."""
        due = f"，期限 {self.due}" if self.due else ""
        return f"[{self.kind}] {self.village} {self.code} {self.what}{due}"

    @property
    def line(self) -> str:
        """All of it in one line, without the link."""
        note = f"（{self.note}）" if self.note else ""
        return f"{self.head}：{self.reason}{note}"


def entry_of(notice: Notice, village: str, zone: ZoneInfo, public_url: str | None) -> Entry:
    """One notice as a message lists it."""
    payload = notice.payload
    kind, category = NoticeKind(notice.kind).label.zh, Category(notice.category).label.zh
    # Much is assigned on the way of a case: to check, to review, to rectify, to accept.
    stands = payload.get("status_label") if notice.kind == NoticeKind.ASSIGNED else None
    return Entry(
        kind=f"{kind}·{stands}" if stands else kind,
        village=village,
        code=payload["code"],
        what=f"{category} {to_mu(payload['suspect_area_m2']):.2f} 亩",
        reason=payload["reason"],
        note=payload["detail"].get("note"),
        due=_day(payload["due_at"], zone),
        link=f"{public_url}/cases/{notice.case_id}" if public_url else None,
    )


def _day(moment: str | None, zone: ZoneInfo) -> str | None:
    if moment is None:
        return None
    day = datetime.fromisoformat(moment).astimezone(zone)
    return f"{day.year}年{day.month}月{day.day}日"
