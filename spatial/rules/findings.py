"""Findings written out: what is said of a place, with its figures and documents."""

from __future__ import annotations

from datetime import date

import numpy as np
from shapely import MultiPolygon

from spatial.messages import Message
from spatial.rules.deciding import Decision
from spatial.rules.model import Areas, Exemption, Finding, Outcome
from spatial.rules.places import FARMLAND, Document, Effect, Place
from spatial.rules.question import Question
from spatial.rules.schema import Row
from spatial.rules.severity import grade
from spatial.rules.surroundings import Surroundings
from spatial.rules.wording import Wording, not_farmland

NO_LAW = Message("", "")


def finding_of(
    question: Question,
    place: Place,
    decision: Decision | None,
    around: Surroundings,
    ground: MultiPolygon,
) -> Finding:
    """The finding of a place: a case by its row, a hint, or a sliver."""
    if decision is not None:
        return _case(question, place, decision, around, ground)
    if place.is_recoverable:
        return _hint(question, place, ground)
    code, name = _village(question, place.village)
    wording = Wording(question.table, place, name)
    return _no_case(place.patch, code, Outcome.SLIVER, wording.sliver(), areas_of(place), ground)


def bare_finding(question: Question, patch: int, village: int, patch_area: float) -> Finding:
    """The finding of a patch that touches no protected ground."""
    code, name = _village(question, village)
    reason = not_farmland(question.table, name)
    return _no_case(patch, code, Outcome.NOT_FARMLAND, reason, Areas(patch=patch_area), None)


def areas_of(place: Place) -> Areas:
    """The figures of a place; suspect ground is farmland."""
    farmland = slice(len(FARMLAND))
    return Areas(
        patch=place.patch_area,
        farmland=place.farmland,
        permanent_basic_farmland=place.by_class[0],
        high_standard_farmland=place.by_class[1],
        cropland=place.by_class[2],
        recoverable=place.by_class[3],
        exempt=place.farmland - place.suspect,
        suspect=place.suspect,
        suspect_low=sum(place.low[farmland]),
        suspect_high=sum(place.high[farmland]),
    )


def _case(
    question: Question,
    place: Place,
    decision: Decision,
    around: Surroundings,
    ground: MultiPolygon,
) -> Finding:
    row, table = decision.row, question.table
    grading = grade(decision, place, table)
    code, name = _village(question, place.village)
    exemptions = _exemptions(question, place)
    return Finding(
        patch=place.patch,
        village_code=code,
        outcome=Outcome.CASE,
        rule=row.number,
        category=grading.category,
        prohibitions=_prohibitions(row, around),
        severity=grading.severity,
        department=row.departments[0],
        supporting_departments=row.departments[1:],
        verify_workdays=row.verify_workdays,
        rectify_days=row.rectify_days,
        rectify_until=row.rectify_until,
        legal_basis=row.legal,
        reason=Wording(table, place, name).case(decision, grading, exemptions),
        countable=not grading.small,
        areas=areas_of(place),
        exemptions=exemptions,
        geometry=ground,
    )


def _hint(question: Question, place: Place, ground: MultiPolygon) -> Finding:
    hint = question.table.hint
    code, name = _village(question, place.village)
    recoverable = len(FARMLAND)
    figures = areas_of(place)
    return Finding(
        patch=place.patch,
        village_code=code,
        outcome=Outcome.CASE,
        rule=0,
        category=hint.category,
        prohibitions=(),
        severity=0,
        department=hint.departments[0],
        supporting_departments=hint.departments[1:],
        verify_workdays=hint.verify_workdays,
        rectify_days=None,
        legal_basis=hint.legal,
        reason=Wording(question.table, place, name).hint(),
        countable=False,
        areas=Areas(
            patch=figures.patch,
            farmland=figures.farmland,
            permanent_basic_farmland=figures.permanent_basic_farmland,
            high_standard_farmland=figures.high_standard_farmland,
            cropland=figures.cropland,
            recoverable=figures.recoverable,
            suspect=place.suspect_by_class[recoverable],
            suspect_low=place.low[recoverable],
            suspect_high=place.high[recoverable],
        ),
        exemptions=_exemptions(question, place),
        geometry=ground,
    )


def _no_case(
    patch: int,
    code: str | None,
    outcome: Outcome,
    reason: Message,
    areas: Areas,
    ground: MultiPolygon | None,
) -> Finding:
    return Finding(
        patch=patch,
        village_code=code,
        outcome=outcome,
        rule=0,
        category=None,
        prohibitions=(),
        severity=0,
        department=None,
        supporting_departments=(),
        verify_workdays=None,
        rectify_days=None,
        legal_basis=NO_LAW,
        reason=reason,
        countable=False,
        areas=areas,
        exemptions=(),
        geometry=ground,
    )


def _prohibitions(row: Row, around: Surroundings) -> tuple[int, ...]:
    if row.roadside is None or around.beyond_belt is None:
        return row.prohibitions
    return row.roadside.beyond if around.beyond_belt else row.roadside.otherwise


def _village(question: Question, village: int) -> tuple[str | None, str | None]:
    villages = question.ground.villages
    return (villages.codes[village], villages.names[village]) if village >= 0 else (None, None)


def _exemptions(question: Question, place: Place) -> tuple[Exemption, ...]:
    """Documents over the place, one entry for each zone and effect, in their order of claims."""
    merged: dict[tuple[int, bool, bool], float] = {}
    kinds: dict[int, Document] = {}
    for document in place.documents:
        exempts, expired = document.effect is Effect.EXEMPTS, document.effect is Effect.EXPIRED
        key = (document.zone, exempts, expired)
        merged[key] = merged.get(key, 0.0) + document.area
        kinds[document.zone] = document
    zones = question.ground.zones
    return tuple(
        Exemption(
            kind=kinds[zone].kind,
            zone_id=int(zones.ids[zone]),
            document_no=zones.document_no[zone],
            valid_from=_day(zones.valid_from[zone]),
            valid_to=_day(zones.valid_to[zone]),
            area=area,
            expired=expired,
            exempts=exempts,
        )
        for (zone, exempts, expired), area in merged.items()
    )


def _day(day: np.datetime64) -> date | None:
    return None if np.isnat(day) else day.astype("datetime64[D]").item()
