"""New cases: for every place that no case answers for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.alerts.kinds import NoticeKind
from service.alerts.outbox import CaseFacts
from service.cases.life.severity import modifiers_of_recurrence, weighed_facts, weight_facts
from service.cases.models import Case
from service.cases.numbering import take_codes
from service.cases.raising.changes import Changes
from service.cases.raising.facts import FACTS, facts_of, first_status, short, told
from service.cases.raising.joining import Place, Plan
from service.cases.raising.neighbours import Neighbours
from service.cases.raising.sightings import Sighting, deciding
from service.cases.statuses import Status
from service.database.copying import copy_rows, reserve_ids

COLUMNS = (
    "id",
    "code",
    "village_code",
    "recurrence_of",
    "status",
    "version",
    "facts",
    "due_at",
    "created_at",
    "updated_at",
    "geom",
    *FACTS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A case about to be stored."""

    id: int
    code: str
    place: Place
    decided_by: Sighting
    facts: Mapping[str, Any]
    kept: Mapping[str, Any]
    """What is remembered of its life from the start, see ``service.cases.life.severity``."""
    status: Status
    due_at: datetime | None


def open_cases(session: Session, plan: Plan, neighbours: Neighbours, changes: Changes) -> list[int]:
    """Store a case for every place without one; returns the case of each place, in order."""
    fresh = sorted(
        (number for number, place in enumerate(plan.places) if place.home is None),
        key=lambda number: _first(plan.places[number]),
    )
    ids = reserve_ids(session, Case, len(fresh))
    villages = [plan.places[number].sightings[0].village_code for number in fresh]
    codes = take_codes(session, villages, changes.days.year_of(changes.now))
    cases = (
        _new_case(case_id, code, plan.places[number], neighbours, changes)
        for number, case_id, code in zip(fresh, ids, codes, strict=True)
    )
    copy_rows(session, Case, COLUMNS, _stored_and_told(cases, neighbours, changes))
    homes = [place.home or 0 for place in plan.places]
    for number, case_id in zip(fresh, ids, strict=True):
        homes[number] = case_id
    return homes


def _stored_and_told(
    cases: Iterable[NewCase], neighbours: Neighbours, changes: Changes
) -> Iterator[tuple[Any, ...]]:
    """Rows for the database, each made while the server stores those before it."""
    for case in cases:
        _tell(case, neighbours, changes)
        yield _row(case, changes.now)


def _first(place: Place) -> tuple[Any, ...]:
    """Numbers follow the images, not the arrangement of a file."""
    earliest = min(place.sightings, key=lambda sighting: sighting.age)
    return earliest.village_code, earliest.age


def _new_case(
    case_id: int, code: str, place: Place, neighbours: Neighbours, changes: Changes
) -> NewCase:
    decided_by = deciding(place.sightings)
    facts = facts_of(decided_by)
    earlier = neighbours.cases.get(place.recurrence_of or 0)
    kept: Mapping[str, Any] = {}
    if earlier is not None:
        zone = changes.days.calendar.zone
        modifiers = modifiers_of_recurrence(earlier, facts["category"], facts["after_date"], zone)
        kept = weight_facts(facts["severity"], modifiers)
        facts = weighed_facts(changes.table, facts, modifiers)
    status = first_status(facts["severity"])
    awaited = status is not Status.SCREENED
    return NewCase(
        id=case_id,
        code=code,
        place=place,
        decided_by=decided_by,
        facts=facts,
        kept=kept,
        status=status,
        due_at=changes.days.due(changes.now, facts["verify_workdays"]) if awaited else None,
    )


def _row(case: NewCase, now: datetime) -> tuple[Any, ...]:
    return (
        case.id,
        case.code,
        case.decided_by.village_code,
        case.place.recurrence_of,
        case.status.value,
        1,
        case.kept,
        case.due_at,
        now,
        now,
        case.decided_by.ewkb,
        *case.facts.values(),
    )


def _tell(case: NewCase, neighbours: Neighbours, changes: Changes) -> None:
    earlier = neighbours.cases.get(case.place.recurrence_of or 0)
    note = f"{changes.cause.sentence}：{short(case.facts)}"
    if earlier:
        note += f"；疑似反弹，原图斑 {earlier.code}"
    data = {
        "is": told(case.facts),
        "sightings": sightings_told(case.place.sightings),
        "recurrence_of": earlier.code if earlier else None,
    }
    changes.record(case.id, "raised", note, data, to_status=case.status.value)
    kind = NoticeKind.REBOUNDED if earlier else NoticeKind.RAISED
    detail = {"recurrence_of": earlier.code} if earlier else {}
    changes.announce(kind, _facts_told(case), detail)


def sightings_told(sightings: Sequence[Sighting]) -> list[dict[str, Any]]:
    """Sightings as a history entry names them."""
    return list(_told_in_order(sightings))


def _told_in_order(sightings: Sequence[Sighting]) -> Iterator[dict[str, Any]]:
    for sighting in sorted(sightings, key=lambda one: one.age):
        date = sighting.after_date
        yield {
            "patch_id": sighting.patch_id,
            "patch_no": sighting.patch_no,
            "batch_id": sighting.batch_id,
            "after_date": date.isoformat() if date else None,
        }


def _facts_told(case: NewCase) -> CaseFacts:
    return CaseFacts(
        case_id=case.id,
        code=case.code,
        village_code=case.decided_by.village_code,
        category=case.facts["category"],
        severity=case.facts["severity"],
        department=case.facts["department"],
        supporting_departments=tuple(case.facts["supporting_departments"]),
        status=case.status.value,
        status_label=case.status.label.zh,
        suspect_area_m2=case.facts["areas"]["suspect"],
        due_at=case.due_at,
        reason=case.facts["reason"],
    )
