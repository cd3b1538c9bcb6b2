"""What alerts tell of a case."""

from __future__ import annotations

from service.alerts.outbox import CaseFacts
from service.cases.models import Case
from service.cases.statuses import Status


def case_facts(case: Case) -> CaseFacts:
    """What an announcement says of a stored case."""
    return CaseFacts(
        case_id=case.id,
        code=case.code,
        village_code=case.village_code,
        category=case.category,
        severity=case.severity,
        department=case.department,
        supporting_departments=tuple(case.supporting_departments),
        status=case.status,
        status_label=Status(case.status).label.zh,
        suspect_area_m2=case.areas["suspect"],
        due_at=case.due_at,
        reason=case.reason,
    )
