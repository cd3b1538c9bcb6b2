"""What the assessment's addresses answer. Points are of the rules in force."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel

from service.assessment.cards import Assessed, ItemScore
from service.assessment.entry_schemas import DecisionAnswer, EntryAnswer
from service.assessment.reading import Assessment
from service.assessment.rules import Band
from service.assessment.scoring import CasePoints, PartScore
from service.assessment.vetoes import Flag, FlagState
from spatial.messages import Message


class Words(BaseModel):
    """One sentence in both languages."""

    zh: str
    en: str

    @classmethod
    def of(cls, message: Message) -> Self:
        """As kept."""
        return cls(zh=message.zh, en=message.en)


class CaseLine(BaseModel):
    """A case behind points; ``points`` below 0 were taken off. Area in 亩."""

    id: int
    code: str
    points: float
    area_mu: float
    reason: Words

    @classmethod
    def of(cls, line: CasePoints) -> Self:
        """As counted."""
        return cls(
            id=line.case.id,
            code=line.case.code,
            points=round(line.points, 2),
            area_mu=round(line.case.area_mu, 2),
            reason=Words.of(line.reason),
        )


class PartAnswer(BaseModel):
    """A part of an item. ``points`` null: 未录入. ``unit``: of what the office enters there."""

    code: str
    label: Words
    most: float
    points: float | None
    reason: Words
    done: float | None
    of: float | None
    unit: str | None
    entered: EntryAnswer | None
    cases: list[CaseLine]

    @classmethod
    def of_score(cls, score: PartScore) -> Self:
        """As scored."""
        return cls(
            code=score.part.code,
            label=Words.of(score.part.label),
            most=score.part.points,
            points=None if score.points is None else round(score.points, 2),
            reason=Words.of(score.reason),
            done=score.done,
            of=score.of,
            unit=score.part.entered,
            entered=EntryAnswer.of(score.entered) if score.entered else None,
            cases=[CaseLine.of(line) for line in score.cases],
        )


class ItemAnswer(BaseModel):
    """An item of the table with its parts; ``unscored``: points that cannot be told yet."""

    code: str
    label: Words
    weight: float
    bonus: bool
    points: float | None
    unscored: float
    parts: list[PartAnswer]

    @classmethod
    def of(cls, score: ItemScore) -> Self:
        """As scored."""
        return cls(
            code=score.item.code,
            label=Words.of(score.item.label),
            weight=score.item.weight,
            bonus=score.item.bonus,
            points=score.points,
            unscored=score.unscored,
            parts=[PartAnswer.of_score(part) for part in score.parts],
        )


class BandAnswer(BaseModel):
    """A grade and the least total that earns it."""

    code: str
    label: Words
    least: float

    @classmethod
    def of(cls, band: Band) -> Self:
        """As in the rules."""
        return cls(code=band.code, label=Words.of(band.label), least=band.least)


class FlagCase(BaseModel):
    """A case that a flag rests on."""

    id: int
    code: str


class FlagAnswer(BaseModel):
    """A ground of 一票否决 that the records show; ``pending`` until the leader decides."""

    code: str
    label: Words
    advisory: bool
    state: FlagState
    reason: Words
    cases: list[FlagCase]
    decision: DecisionAnswer | None

    @classmethod
    def of(cls, flag: Flag) -> Self:
        """As found."""
        return cls(
            code=flag.code,
            label=Words.of(flag.veto.label),
            advisory=flag.veto.advisory,
            state=flag.state,
            reason=Words.of(flag.reason),
            cases=[FlagCase(id=case.id, code=case.code) for case in flag.cases],
            decision=DecisionAnswer.of(flag.decision) if flag.decision else None,
        )


class IndexAnswer(BaseModel):
    """Violations by farmland: the alternative for villages of different size."""

    violations: int
    farmland_mu: float | None
    per_area: float | None
    rank: int | None


class CardAnswer(BaseModel):
    """A village's or department's card. ``total`` is of what is scored; ``unscored`` of ``full``
    points cannot be told yet, and as long there is no band unless a veto was confirmed."""

    code: str
    name: str
    rank: int
    total: float
    unscored: float
    full: float
    band: BandAnswer | None
    vetoed: bool
    items: list[ItemAnswer]
    flags: list[FlagAnswer]
    index: IndexAnswer

    @classmethod
    def of(cls, card: Assessed) -> Self:
        """As assessed."""
        index = card.index
        return cls(
            code=card.subject.code,
            name=card.subject.name,
            rank=card.rank,
            total=card.total,
            unscored=card.unscored,
            full=card.full,
            band=BandAnswer.of(card.band) if card.band else None,
            vetoed=card.vetoed,
            items=[ItemAnswer.of(item) for item in card.items],
            flags=[FlagAnswer.of(flag) for flag in card.flags],
            index=IndexAnswer(
                violations=index.violations,
                farmland_mu=None if index.farmland_mu is None else round(index.farmland_mu, 2),
                per_area=index.per_area,
                rank=index.rank,
            ),
        )


class AssessmentAnswer(BaseModel):
    """The cards that the caller may see, the best first; ``of`` were ranked. ``per_mu``: the
    farmland that the index counts violations by; ``units``: what entered values may be at most."""

    period: str
    label: Words
    rules_version: str
    of: int
    per_mu: float
    bands: list[BandAnswer]
    units: dict[str, float]
    items: list[CardAnswer]

    @classmethod
    def of_assessment(cls, assessment: Assessment) -> Self:
        """As read."""
        rules = assessment.rules
        return cls(
            period=assessment.period.code,
            label=Words.of(assessment.period.label),
            rules_version=rules.version,
            of=assessment.of,
            per_mu=rules.index.per_mu,
            bands=[BandAnswer.of(band) for band in rules.bands],
            units={unit: kept.most for unit, kept in rules.units.items()},
            items=[CardAnswer.of(card) for card in assessment.cards],
        )
