"""The row of the rule table for one patch in one village."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from spatial.area import MU_M2
from spatial.errors import RuleError
from spatial.messages import Message
from spatial.rules.places import FARMLAND, Document, Effect, Place
from spatial.rules.schema import Row, Thresholds, When
from spatial.rules.surroundings import Surroundings
from spatial.rules.table import RuleTable
from spatial.words import Protection, ZoneKind

ROUNDING = 1e-9
"""Shares are compared with this much slack, so that a share of exactly 95 % counts as such."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A row, the protection it is read for, and whether all ground is exempt."""

    row: Row
    protection: Protection
    exempt: bool


def decide(place: Place, table: RuleTable, around: Surroundings) -> Decision:
    """Look up the row for a place that has farmland.

    In this order: wholly exempt; its suspect ground wholly under a document that settles nothing;
    under a document that had ended; under none. Protection is the strongest suspect class.
    """
    thresholds = table.thresholds
    if not place.documents:
        protection = _suspect_protection(place)
        return _decision(_judging_row(place, protection, table, around), protection, exempt=False)
    exempt = _area_by_ground(place.documents, Effect.EXEMPTS)
    if covers(sum(exempt.values()), place.farmland, thresholds):
        kind, protection = _largest(exempt)
        row = table.document_row(place.group, protection, kind)
        return _decision(row, protection, exempt=True)
    protection = _suspect_protection(place)
    row = (
        _documented_row(place, protection, table)
        or _expired_row(place, protection, table)
        or _judging_row(place, protection, table, around)
    )
    return _decision(row, protection, exempt=False)


def covers(part: float, whole: float, thresholds: Thresholds) -> bool:
    """Whether documents over a part of the ground settle the whole of it."""
    share = thresholds.full_cover - ROUNDING
    return part > 0 and part >= share * whole and whole - part < _uncovered_m2(thresholds)


def _uncovered_m2(thresholds: Thresholds) -> float:
    return thresholds.full_uncovered_mu * MU_M2


def _documented_row(place: Place, protection: Protection, table: RuleTable) -> Row | None:
    documented = _area_by_ground(place.documents, Effect.DOCUMENTED)
    if not covers(sum(documented.values()), place.suspect, table.thresholds):
        return None
    row = table.document_row(place.group, protection, _largest(documented)[0])
    return row if row and row.when is When.DOCUMENTED else None


def _expired_row(place: Place, protection: Protection, table: RuleTable) -> Row | None:
    if place.lapsed <= 0:
        return None
    if place.lapsed < (table.thresholds.expired_cover - ROUNDING) * place.farmland:
        return None
    expired = _area_by_ground(place.documents, Effect.EXPIRED)
    return table.expired_row(place.group, protection, _largest(expired)[0]) if expired else None


def _judging_row(
    place: Place, protection: Protection, table: RuleTable, around: Surroundings
) -> Row | None:
    for row in table.judging_rows(place.group, protection):
        if row.in_reserve and not around.in_reserve:
            continue
        if row.footprint_below_m2 is not None and place.patch_area >= row.footprint_below_m2:
            continue
        return row
    return None


def _area_by_ground(
    documents: Iterable[Document], effect: Effect
) -> dict[tuple[ZoneKind, Protection], float]:
    areas: dict[tuple[ZoneKind, Protection], float] = defaultdict(float)
    for document in documents:
        if document.effect is effect and document.protection in FARMLAND:
            areas[document.kind, document.protection] += document.area
    return areas


def _largest(areas: dict[tuple[ZoneKind, Protection], float]) -> tuple[ZoneKind, Protection]:
    return max(areas, key=lambda ground: areas[ground])


def _suspect_protection(place: Place) -> Protection:
    """The strongest suspect class; among dust alone, the strongest there is."""
    strongest = place.strongest_suspect or place.strongest
    if strongest is not None:
        return strongest
    present = zip(FARMLAND, place.by_class, strict=False)
    return next(protection for protection, area in present if area > 0)


def _decision(row: Row | None, protection: Protection, *, exempt: bool) -> Decision:
    if row is None:
        raise RuleError(
            Message("规则表没有对应的行。", "The rule table has no row for the question."),
        )
    return Decision(row=row, protection=protection, exempt=exempt)
