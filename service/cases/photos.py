"""The evidence of a case, and of the cases it was split from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.cases.models import Case
from service.evidence.intake import evidence_of, photos_of_cases
from service.evidence.model import Photo
from service.evidence.models import Evidence


def photos_of(session: Session, case: Case) -> tuple[Photo, ...]:
    """The photos that conditions look at."""
    return photos_of_cases(session, _line_of(session, case))


def evidence_for(session: Session, case: Case) -> Sequence[Evidence]:
    """All files that the case's page shows, in the order they came."""
    return evidence_of(session, _line_of(session, case))


def _line_of(session: Session, case: Case) -> list[int]:
    """The case and its ancestors: what was shown of the whole is shown of its parts."""
    ids, parent = [case.id], case.parent_id
    while parent is not None:
        ids.append(parent)
        parent = session.scalar(select(Case.parent_id).where(Case.id == parent))
    return ids
