"""Which cases: the caller's own part of them, and the filters that every door offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from service.accounts.permissions import case_scope
from service.accounts.roles import Principal
from service.cases.conclusions import concluded_within
from service.cases.models import Case, CaseSighting
from service.cases.statuses import TERMINAL, Status
from service.features.extent import Box, meeting
from service.patches.models import Patch
from service.villages.models import Village
from spatial.words import Category, Department

ENDED = sorted(status.value for status in TERMINAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilters:
    """What is asked of a list of cases; of several values in one filter any may fit.

    ``statuses``: an escalated case fits ``escalated`` and the state that its work stands in.
    ``batch``: an import that brought one of the case's sightings. ``boxes``: EPSG:4490 degrees.
    ``text``: part of a code, of a patch's number or of a village's name. ``voided``: the void
    ones instead of those that stand. ``raised`` and ``concluded``: from the first moment on, before
    the second.
    """

    villages: Sequence[str] = ()
    statuses: Sequence[Status] = ()
    categories: Sequence[Category] = ()
    severities: Sequence[int] = ()
    departments: Sequence[Department] = ()
    batches: Sequence[int] = ()
    overdue: bool | None = None
    open: bool | None = None
    countable: bool | None = None
    boxes: tuple[Box, ...] | None = None
    text: str | None = None
    raised: tuple[datetime, datetime] | None = None
    concluded: tuple[datetime, datetime] | None = None
    voided: bool = False


def seen_by(principal: Principal) -> ColumnElement[bool]:
    """The permission table's word on cases, void ones included."""
    return case_scope(principal, Case.village_code, Case.department, Case.supporting_departments)


def is_open() -> ColumnElement[bool]:
    """Whether something is still owed."""
    return Case.status.not_in(ENDED)


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """Whether an answer is owed that was due before ``now``; a paused clock does not run.

    As ``service.cases.life.deadlines.is_missed`` has it for one case.
    """
    due = func.coalesce(Case.due_at < now.replace(microsecond=0), False)
    return and_(due, Case.paused_at.is_(None), is_open())


def selected(
    filters: CaseFilters, principal: Principal, now: datetime
) -> list[ColumnElement[bool]]:
    """Every condition on ``suspect_case``: scope first, then what is asked."""
    void = Case.voided_at.is_not(None) if filters.voided else Case.voided_at.is_(None)
    return [seen_by(principal), void, *_listed(filters), *_asked(filters, now)]


def _listed(filters: CaseFilters) -> list[ColumnElement[bool]]:
    columns = (
        (Case.village_code, filters.villages),
        (Case.category, filters.categories),
        (Case.severity, filters.severities),
        (Case.department, filters.departments),
    )
    return [column.in_(list(values)) for column, values in columns if values]


def _asked(filters: CaseFilters, now: datetime) -> list[ColumnElement[bool]]:
    conditions = []
    if filters.statuses:
        conditions.append(_stands_in(filters.statuses))
    if filters.batches:
        conditions.append(_of_batches(filters.batches))
    if filters.overdue is not None:
        conditions.append(is_overdue(now) if filters.overdue else ~is_overdue(now))
    if filters.open is not None:
        conditions.append(is_open() if filters.open else ~is_open())
    if filters.countable is not None:
        conditions.append(Case.countable.is_(filters.countable))
    if filters.boxes is not None:
        conditions.append(meeting(Case.geom, filters.boxes))
    if filters.raised is not None:
        begin, end = filters.raised
        conditions.append(and_(Case.created_at >= begin, Case.created_at < end))
    if filters.concluded is not None:
        conditions.append(concluded_within(*filters.concluded))
    if filters.text:
        conditions.append(_mentions(filters.text))
    return conditions


def _stands_in(statuses: Sequence[Status]) -> ColumnElement[bool]:
    """Whether a case is in one of the states, or escalated while its work stands in one."""
    wanted = [status.value for status in statuses]
    working = Case.facts["escalation"]["from"].astext.in_(wanted)
    escalated = and_(Case.status == Status.ESCALATED.value, working)
    return or_(Case.status.in_(wanted), escalated)


def _of_batches(batches: Sequence[int]) -> ColumnElement[bool]:
    patch = aliased(Patch)
    brought = or_(patch.batch_id.in_(batches), patch.first_batch_id.in_(batches))
    return Case.id.in_(_seen_by_patches(patch, brought))


def _mentions(text: str) -> ColumnElement[bool]:
    patch, village = aliased(Patch), aliased(Village)
    numbered = patch.patch_no.icontains(text, autoescape=True)
    named = select(village.code).where(village.name.icontains(text, autoescape=True))
    return or_(
        Case.code.icontains(text, autoescape=True),
        Case.id.in_(_seen_by_patches(patch, numbered)),
        Case.village_code.in_(named),
    )


def _seen_by_patches(patch: type[Patch], condition: ColumnElement[bool]) -> Select[int]:
    # Aliases keep these subqueries apart from the patch and village that a list shows.
    sighting = aliased(CaseSighting)
    return select(sighting.case_id).join(patch, patch.id == sighting.patch_id).where(condition)
