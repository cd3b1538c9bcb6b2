"""The rules of the assessment: a data file, checked when it is read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import Field, ValidationError, model_validator

from service.assessment.parts import Part, Strict, Unit
from service.cases.statuses import Status
from spatial.errors import RuleError
from spatial.messages import Message
from spatial.words import ChangeGroup, Department

RULES = "assessment-2026.1.toml"
"""The rules in force."""


class EnteredUnit(Strict):
    """What an entered value is measured in, and the most that can be meant."""

    label: Message
    most: float = Field(gt=0)


class Band(Strict):
    """A grade, and the least total that earns it."""

    code: str
    label: Message
    least: float


class AreaIndex(Strict):
    """Violations are counted per so much farmland."""

    per_mu: float = Field(gt=0)


class Item(Strict):
    """One row of the table. ``bonus``: on top of the full points, and not missed when empty."""

    code: str
    label: Message
    weight: float = Field(gt=0)
    bonus: bool = False
    parts: tuple[Part, ...] = Field(min_length=1)


class Card(Strict):
    """The items of one kind of card, and the states whose deadlines its owner keeps."""

    phases: frozenset[Status]
    items: tuple[Item, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _parts_have_their_own_names(self) -> Card:
        codes = [part.code for item in self.items for part in item.parts]
        if len(codes) != len(set(codes)):
            raise ValueError("two parts have the same code")
        return self

    @property
    def entered(self) -> dict[str, Unit]:
        """The parts that the office enters, with their units."""
        parts = (part for item in self.items for part in item.parts)
        return {part.code: part.entered for part in parts if part.entered}


class DepartmentCard(Card):
    """The card of departments, and which of them have one."""

    codes: tuple[Department, ...]


class Veto(Strict):
    """One ground of 一票否决. ``advisory``: told, never decisive."""

    label: Message
    advisory: bool = False


class ViolationVeto(Veto):
    """Conclusions on permanent basic farmland, and what appeared there."""

    conclusions: frozenset[str]
    change_groups: frozenset[ChangeGroup]


class SeverityVeto(Veto):
    """From which severity on."""

    severity: int


class EnteredVeto(Veto):
    """One that the office enters: the product has no record of it."""

    entered: Unit


class DelayVeto(Veto):
    """Overdue for more than so many days in these states."""

    days: int
    phases: frozenset[Status]


class ShareVeto(Veto):
    """From which share of illegally taken cropland on."""

    share: float


class Vetoes(Strict):
    """Every ground of 一票否决."""

    permanent_not_stopped: ViolationVeto
    concealment: Veto
    gravest: SeverityVeto
    district_supervision: EnteredVeto
    overdue_or_rebound: DelayVeto
    illegal_share: ShareVeto

    def named(self) -> dict[str, Veto]:
        """By the code that addresses use."""
        return {name: getattr(self, name) for name in type(self).model_fields}


class AssessmentRules(Strict):
    """A whole file of rules."""

    version: str = Field(min_length=1)
    effective_on: date
    without_tasks: float = Field(ge=0, le=1)
    index: AreaIndex
    bands: tuple[Band, ...] = Field(min_length=1)
    units: Mapping[Unit, EnteredUnit]
    villages: Card
    vetoes: Vetoes
    departments: DepartmentCard

    @property
    def village_entries(self) -> dict[str, Unit]:
        """Everything that the office enters of a village, with its unit."""
        flagged = {"district_supervision": self.vetoes.district_supervision.entered}
        return self.villages.entered | flagged

    def band(self, total: float) -> Band:
        """The best band that a total reaches."""
        return next((band for band in self.bands if total >= band.least), self.bands[-1])


def load_assessment_rules(path: Path | None = None) -> AssessmentRules:
    """Read and check a file of rules; the one in force without a path.

    Raises:
        RuleError: when it cannot be read, or is not fit to assess by.
    """
    return _load(path)


@cache
def _load(path: Path | None) -> AssessmentRules:
    try:
        source = path or files("service.assessment").joinpath(RULES)
        return AssessmentRules.model_validate(tomllib.loads(source.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise RuleError(
            Message(
                f"考核规则 {path or RULES} 有误：{error}",
                f"The rules of the assessment, {path or RULES}, are broken: {error}",
            )
        ) from error
