"""Cases that exist already: joined, judged anew, merged, withdrawn or annotated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy.orm import Session

from service.alerts.kinds import NoticeKind
from service.cases.announcing import case_facts
from service.cases.life.reconsidering import ask_to_reconsider, said_of, say_no_more
from service.cases.life.severity import (
    OF_RECURRENCE,
    Modifier,
    modifiers_of,
    modifiers_of_recurrence,
    weighed_facts,
    weight_facts,
)
from service.cases.life.standing import HELD_BY_SYSTEM, Standing
from service.cases.models import Case
from service.cases.raising.changes import Changes
from service.cases.raising.deadlines import deadline_told, due_again
from service.cases.raising.facts import (
    answering,
    current_facts,
    differs,
    facts_kept,
    facts_of,
    first_status,
    short,
    told,
)
from service.cases.raising.joining import Note, Place, Plan
from service.cases.raising.neighbours import Neighbours
from service.cases.raising.opening import sightings_told
from service.cases.raising.sightings import Sighting, deciding
from service.cases.statuses import Status
from service.database.base import STORAGE_SRID

MAY_CHANGE = (Standing.UNTOUCHED, Standing.WORKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """A case as a run found it."""

    facts: Mapping[str, Any]
    status: str
    due_at: datetime | None
    recurrence_of: int | None
    sightings: Sequence[Sighting]


def change_cases(session: Session, plan: Plan, neighbours: Neighbours, changes: Changes) -> None:
    """Carry out a plan on the cases that exist; new ones are ``opening``'s."""
    known, held = neighbours.known, neighbours.sightings_by_case
    for place in plan.places:
        if place.home is None:
            continue
        case = neighbours.cases[place.home]
        decided_by = deciding(place.sightings)
        judged = facts_kept(case, decided_by)
        modifiers = _modifiers(case, place, judged, neighbours, changes)
        facts = weighed_facts(changes.table, judged, modifiers)
        before = Before(
            facts=current_facts(case, facts),
            status=case.status,
            due_at=case.due_at,
            recurrence_of=case.recurrence_of,
            sightings=held[case.id],
        )
        case.recurrence_of = place.recurrence_of
        if known[case.id].standing in MAY_CHANGE:
            case.facts = {**case.facts, **weight_facts(judged["severity"], modifiers)}
            _decide(case, decided_by, facts, before, changes)
            for sighting in place.sightings:
                if sighting.run.id == changes.cause.run.id:
                    say_no_more(case, sighting.patch_id)
        _tell(case, place, before, neighbours, changes)
    for note in plan.notes:
        _annotate(neighbours.cases[note.case_id], note, changes)
    for case_id in plan.withdrawn:
        _withdraw(neighbours.cases[case_id], changes)
    session.flush()


def _modifiers(
    case: Case,
    place: Place,
    facts: Mapping[str, Any],
    neighbours: Neighbours,
    changes: Changes,
) -> list[Modifier]:
    """What the case's life adds to its severity; a recurrence is found anew with every run."""
    modifiers = modifiers_of(case.facts)
    earlier = neighbours.cases.get(place.recurrence_of or 0)
    if earlier is None:
        return modifiers
    lasting = [modifier for modifier in modifiers if modifier not in OF_RECURRENCE]
    zone = changes.days.calendar.zone
    return lasting + modifiers_of_recurrence(earlier, facts["category"], facts["after_date"], zone)


def _decide(
    case: Case,
    decided_by: Sighting,
    facts: Mapping[str, Any],
    before: Before,
    changes: Changes,
) -> None:
    """Let a sighting decide what the case shows, and with it where the product keeps it."""
    for name, value in facts.items():
        setattr(case, name, value)
    if decided_by.ewkb not in _grounds(before):
        case.geom = WKBElement(decided_by.ewkb, srid=STORAGE_SRID, extended=True)
    if Status(case.status) in HELD_BY_SYSTEM:
        case.status = first_status(case.severity).value
        if case.status == Status.SCREENED.value:
            case.due_at = case.paused_at = None
        else:
            case.due_at = due_again(case, before.facts["verify_workdays"], changes)


def _grounds(before: Before) -> list[bytes]:
    """The ground that the case shows, as the sighting has it that decided so far."""
    patch_id = before.facts["patch_id"]
    return [sighting.ewkb for sighting in before.sightings if sighting.patch_id == patch_id]


def _tell(
    case: Case, place: Place, before: Before, neighbours: Neighbours, changes: Changes
) -> None:
    """Write what changed to the history; a run that changes nothing leaves no entry."""
    after = current_facts(case, before.facts)
    changed = differs(before.facts, after)
    staying = {sighting.key for sighting in place.sightings}
    left = [sighting for sighting in before.sightings if sighting.key not in staying]
    if not (changed or left or place.arrived or case.recurrence_of != before.recurrence_of):
        return
    case.version += 1
    case.updated_at = changes.now
    data: dict[str, Any] = {"was": told(before.facts), "is": told(after)} if changed else {}
    for name, sightings in (("joined", place.arrived), ("left", left)):
        if sightings:
            data[name] = sightings_told(sightings)
    if case.due_at != before.due_at:
        data |= deadline_told(case, changes)
    moved = case.status != before.status
    run_id = changes.cause.run.id
    changes.record(
        case.id,
        "joined" if place.arrived else "screened_again",
        _sentence(changes.cause.sentence, place, before.facts, after, changed=changed),
        data,
        from_status=before.status if moved else None,
        to_status=case.status if moved else None,
    )
    if moved and before.status == Status.SCREENED.value:
        changes.announce(NoticeKind.RAISED, case_facts(case), {}, once_for=run_id)
    if place.arrived:
        patches = ", ".join(sighting.patch_no for sighting in place.arrived)
        detail = {"patches": patches}
        changes.announce(NoticeKind.JOINED, case_facts(case), detail, once_for=run_id)
    _tell_others(case, place, neighbours, changes)


def _sentence(
    cause: str,
    place: Place,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    changed: bool,
) -> str:
    sentence = cause
    if place.arrived:
        sentence += f"：同一地块再次监测到（{len(place.arrived)} 个图斑），并入本图斑"
    if changed:
        was, now = short(before), short(after)
        sentence += f"；仍为{now}" if was == now else f"；原为{was}；现为{now}"
    return sentence


def _tell_others(case: Case, place: Place, neighbours: Neighbours, changes: Changes) -> None:
    for merged_id in place.merged:
        merged = neighbours.cases[merged_id]
        merged.voided_at = merged.updated_at = changes.now
        merged.merged_into = case.id
        merged.version += 1
        note = f"{changes.cause.sentence}：与 {case.code} 为同一地块，并入该图斑，本编号作废"
        changes.record(merged_id, "merged", note, {"into": case.code})
    if place.arrived:
        for beside_id in place.beside:
            note = f"{changes.cause.sentence}：本图斑地块再次监测到，已记入 {case.code}"
            data = {"case": case.code, "joined": sightings_told(place.arrived)}
            changes.record(beside_id, "seen_again", note, data)


def _annotate(case: Case, note: Note, changes: Changes) -> None:
    """Say in the history what a run would say now; ask people about what may change their answer.

    What was said already is not said again.
    """
    patch_id = note.before.patch_id
    before = facts_of(note.before)
    after = facts_of(note.now) if note.now else None
    answer = answering(after) if after else note.remark.value
    said = said_of(case.facts).get(patch_id)
    if answer == said:
        return
    changed = answer != answering(before)
    data: dict[str, Any] = {"remark": note.remark.value, "was": told(before)}
    if after:
        data["is"] = told(after)
    would_be = short(after) if after else "原址不再有待核实的占用"
    asked = "请人工复核" if changed else "又与认定时一致" if said else "仅作注记"
    sentence = f"{changes.cause.sentence}：{short(before)} → {would_be}；本图斑不作改动，{asked}"
    changes.record(case.id, "annotated", sentence, data)
    if changed or said:
        facts = replace(case_facts(case), reason=sentence)
        run_id = changes.cause.run.id
        changes.announce(NoticeKind.RECONSIDER, facts, {}, once_for=f"{run_id}:{patch_id}")
    if changed:
        ask_to_reconsider(case, patch_id, answer, sentence, changes.now)
    elif said:
        say_no_more(case, patch_id)


def _withdraw(case: Case, changes: Changes) -> None:
    """The suspicion of a case that nobody has taken up is gone: its number is void."""
    case.voided_at = case.updated_at = changes.now
    case.version += 1
    note = f"{changes.cause.sentence}：重新套合后原址不再有待核实的占用，尚无人核查，本编号作废"
    changes.record(case.id, "withdrawn", note, {})
    changes.announce(NoticeKind.VOIDED, replace(case_facts(case), reason=note), {})
