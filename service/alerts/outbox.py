"""Announcing: a notice is written in the transaction of the change it tells of.

When the change is rolled back there is no notice; when it commits the notice will be told, even
if every other process dies right after. Alerts know no case: the caller copies plain values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from service import clock
from service.alerts.dispatch import dispatch_pending
from service.alerts.kinds import NoticeKind
from service.alerts.models import Notice
from service.database.copying import copy_rows
from service.jobs import defer

DISPATCH_ASKED = "alerts.dispatch-asked"

COLUMNS = (
    "key", "kind", "case_id", "village_code", "category", "severity", "department",
    "supporting_departments", "payload",
)  # fmt: skip
# One parameter however many rows: naming each value of thousands of them costs seconds.
INSERT = """
INSERT INTO notice (key, kind, case_id, village_code, category, severity, department,
                    supporting_departments, payload, created_at)
SELECT key, kind, case_id, village_code, category, severity, department,
       supporting_departments, payload, :now
  FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (
       key text, kind text, case_id bigint, village_code text, category text, severity integer,
       department text, supporting_departments text[], payload jsonb)
ON CONFLICT (key) DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What a notice says of a case.

    ``suspect_area_m2`` is the suspect ground in m²; ``reason`` the rule's one sentence, Chinese.
    """

    case_id: int
    code: str
    village_code: str
    category: str
    severity: int
    department: str
    supporting_departments: tuple[str, ...] = ()
    status: str
    status_label: str
    suspect_area_m2: float
    due_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One thing to tell. Things with the same ``key`` are the same thing, told once."""

    kind: NoticeKind
    case: CaseFacts
    key: str
    detail: Mapping[str, Any] = field(default_factory=dict)


def announce(
    session: Session,
    *,
    kind: NoticeKind,
    case: CaseFacts,
    key: str,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Tell whoever subscribed that something happened to a case, once this transaction commits.

    ``key`` names the happening (such as ``raised:17`` or ``overdue:17:2026-11-24``): a second
    announcement with the same key, also in a later transaction, is dropped. ``detail`` is JSON
    shown beside the case (who returned it and why).
    """
    announce_all(session, [Announcement(kind=kind, case=case, key=key, detail=detail or {})])


def announce_all(
    session: Session, announcements: Iterable[Announcement], opened: Collection[int] = frozenset()
) -> None:
    """As :func:`announce`, for many: a batch of patches raises thousands of cases at once.

    ``opened``: cases that the same transaction has made, of which nothing can have been told.
    """
    announcements = list(announcements)
    if not announcements:
        return
    now = clock.now()
    first = [one for one in announcements if one.case.case_id in opened]
    again = [_row(one) for one in announcements if one.case.case_id not in opened]
    rows = ((*_row(one).values(), now) for one in first)
    copy_rows(session, Notice, (*COLUMNS, "created_at"), rows)
    if again:
        values = {"rows": orjson.dumps(again).decode(), "now": now}
        session.execute(text(INSERT), values)
    _ask_for_dispatch(session)


def _row(announcement: Announcement) -> dict[str, Any]:
    """The values of ``COLUMNS``, in their order."""
    case = announcement.case
    return {
        "key": announcement.key,
        "kind": announcement.kind.value,
        "case_id": case.case_id,
        "village_code": case.village_code,
        "category": case.category,
        "severity": case.severity,
        "department": case.department,
        "supporting_departments": list(case.supporting_departments),
        "payload": {
            "code": case.code,
            "status": case.status,
            "status_label": case.status_label,
            "suspect_area_m2": case.suspect_area_m2,
            "due_at": case.due_at.isoformat() if case.due_at else None,
            "reason": case.reason,
            "detail": dict(announcement.detail),
        },
    }


def _ask_for_dispatch(session: Session) -> None:
    """Queue one dispatch for the whole transaction, however many notices it writes."""
    transaction = session.get_transaction()
    if session.get_nested_transaction() is None:
        if session.info.get(DISPATCH_ASKED) is transaction:
            return
        session.info[DISPATCH_ASKED] = transaction
    defer(session, dispatch_pending)
