"""Cards: items added up, bands, ranks, and the alternative by farmland."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.assessment.facts import Subject, Window
from service.assessment.question import Question
from service.assessment.rules import AssessmentRules, Band, Card, Item
from service.assessment.scoring import PartScore, score_part
from service.assessment.vetoes import Flag, find_flags

DECIMALS = 2
"""Of points; ties are ties of what is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemScore:
    """An item with its parts. ``unscored``: points of parts that cannot be told yet."""

    item: Item
    parts: tuple[PartScore, ...]
    points: float | None
    unscored: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaIndex:
    """Violations of the window by farmland; ``rank`` 1 has the fewest, None without plots."""

    violations: int
    farmland_mu: float | None
    per_area: float | None
    rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """The whole card of a village or department.

    ``total``: of what is scored. ``band`` is None while points are missing, unless the leader
    has confirmed a 一票否决. ``rank`` is by ``total``, ties share one.
    """

    subject: Subject
    items: tuple[ItemScore, ...]
    total: float
    unscored: float
    full: float
    band: Band | None
    flags: tuple[Flag, ...]
    index: AreaIndex
    rank: int = 0

    @property
    def vetoed(self) -> bool:
        """Whether a confirmed 一票否决 decides the band."""
        return any(flag.decisive for flag in self.flags)


def assess_villages(
    subjects: Sequence[Subject], window: Window, rules: AssessmentRules
) -> list[Assessed]:
    """The cards of all villages, the best first."""
    cards = [
        _assess(subject, rules.villages, window, rules, tuple(find_flags(subject, window, rules)))
        for subject in subjects
    ]
    return _rank_by_area(_ranked(cards))


def assess_departments(
    subjects: Sequence[Subject], window: Window, rules: AssessmentRules
) -> list[Assessed]:
    """The cards of all departments, the best first."""
    cards = [_assess(subject, rules.departments, window, rules, ()) for subject in subjects]
    return _ranked(cards)


def _assess(
    subject: Subject, card: Card, window: Window, rules: AssessmentRules, flags: tuple[Flag, ...]
) -> Assessed:
    question = Question(subject=subject, window=window, rules=rules, phases=card.phases)
    items = tuple(_score_item(item, question) for item in card.items)
    total = round(sum(one.points or 0.0 for one in items), DECIMALS)
    unscored = sum(one.unscored for one in items if not one.item.bonus)
    assessed = Assessed(
        subject=subject,
        items=items,
        total=total,
        unscored=unscored,
        full=sum(item.weight for item in card.items if not item.bonus),
        band=None if unscored else rules.band(total),
        flags=flags,
        index=_index(question),
    )
    return replace(assessed, band=rules.bands[-1]) if assessed.vetoed else assessed


def _score_item(item: Item, question: Question) -> ItemScore:
    parts = tuple(score_part(part, question) for part in item.parts)
    known = [part.points for part in parts if part.points is not None]
    missing = sum(part.part.points for part in parts if part.points is None)
    points = round(min(max(sum(known), 0.0), item.weight), DECIMALS) if known else None
    return ItemScore(item=item, parts=parts, points=points, unscored=missing)


def _index(question: Question) -> AreaIndex:
    violations = sum(1 for _ in question.violations)
    farmland = question.subject.farmland_mu
    per_area = violations / farmland * question.rules.index.per_mu if farmland else None
    return AreaIndex(violations=violations, farmland_mu=farmland, per_area=per_area)


def _ranked(cards: Sequence[Assessed]) -> list[Assessed]:
    best_first = sorted(cards, key=lambda card: (-card.total, card.subject.code))
    return [
        replace(card, rank=1 + sum(other.total > card.total for other in cards))
        for card in best_first
    ]


def _rank_by_area(cards: Sequence[Assessed]) -> list[Assessed]:
    known = [card.index.per_area for card in cards if card.index.per_area is not None]
    return [
        replace(card, index=replace(card.index, rank=_place(card.index.per_area, known)))
        for card in cards
    ]


def _place(value: float | None, known: Sequence[float]) -> int | None:
    return None if value is None else 1 + sum(other < value for other in known)
