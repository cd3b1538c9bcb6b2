"""The shape of a rule file: every key it may have, checked when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from spatial.messages import Message
from spatial.rules.model import RectifyUntil
from spatial.words import Category, ChangeGroup, Department, Protection, ZoneKind


class When(StrEnum):
    """What has to be known of documents over the ground for a row to apply."""

    NONE = "none"
    EXEMPT = "exempt"
    DOCUMENTED = "documented"
    EXPIRED = "expired"
    ANY = "any"
    PARTIAL = "partial"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Thresholds(_Part):
    """Borders between kinds of coverage and sizes. Shares are 0 to 1."""

    full_cover: float = Field(gt=0, le=1)
    full_uncovered_mu: float = Field(ge=0)
    none_cover: float = Field(ge=0, lt=1)
    expired_cover: float = Field(gt=0, le=1)
    small_suspect_m2: float = Field(ge=0)


class ExemptingLayer(_Part):
    """One exempting layer; their order in the file is the order in which they take ground."""

    code: str
    kind: ZoneKind


class GreenBelts(_Part):
    """Plots that are railways and roads, and how wide the planting beside them may be."""

    land_class_systems: frozenset[str]
    land_classes: frozenset[str]
    belt_m: float = Field(ge=0)


class Floor(_Part):
    """A severity that cases of these categories have at least, when the conditions given hold."""

    severity: int = Field(ge=1, le=4)
    categories: tuple[Category, ...]
    protection: Protection | None = None
    permanent_basic_farmland_mu: float = 0.0
    farmland_mu: float = 0.0
    clue: bool = False
    """Whether reaching it is a clue to a criminal offence, which the sentence says."""


class Modifier(_Part):
    """What a fact of a case's history does to its severity."""

    add: int = 0
    at_least: int = 0
    categories: tuple[Category, ...] = tuple(Category)


class ModifiedFloor(_Part):
    """No modifier brings the severity of these cases below this."""

    severity: int = Field(ge=0, le=4)
    categories: tuple[Category, ...]
    protection: Protection


class Sentences(_Part):
    """Parts of sentences that do not belong to one row."""

    nowhere: Message
    ground: Message
    mixed_ground: Message
    document: Message
    no_number: Message
    partial: Message
    unsettled: Message
    small: Message
    clue: Message
    end: Message
    sliver: Message
    not_farmland: Message


class Hint(_Part):
    """What is said of ground that is recoverable land only."""

    category: Category
    label: Message
    departments: tuple[Department, ...] = Field(min_length=1)
    verify_workdays: int
    legal: Message
    reason: Message


class Roadside(_Part):
    """Prohibitions when roads are known: planting beyond a green belt's width, and otherwise."""

    beyond: tuple[int, ...]
    otherwise: tuple[int, ...]


class Row(_Part):
    """One row of the matrix. ``severity`` is told for each protection the row covers."""

    number: int
    groups: tuple[ChangeGroup, ...] = Field(min_length=1)
    protections: tuple[Protection, ...] = Field(min_length=1)
    when: When
    kinds: tuple[ZoneKind, ...] = ()
    footprint_below_m2: float | None = None
    in_reserve: bool = False
    category: Category | None = None
    label: Message
    prohibitions: tuple[int, ...] = ()
    roadside: Roadside | None = None
    note: Message | None = None
    departments: tuple[Department, ...] = ()
    severity: Mapping[Protection, int] = {}
    verify_workdays: int | None = None
    rectify_days: int | None = None
    rectify_until: RectifyUntil | None = None
    legal: Message
    reason: Message | None = None

    @property
    def conditional(self) -> bool:
        """Whether the row asks for more than a group, a protection and documents."""
        return self.in_reserve or self.footprint_below_m2 is not None


class RuleFile(_Part):
    """A whole rule file."""

    version: str = Field(min_length=1)
    effective_on: date
    thresholds: Thresholds
    exemptions: tuple[ExemptingLayer, ...]
    green_belts: GreenBelts
    floors: tuple[Floor, ...]
    modifiers: Mapping[str, Modifier]
    modified_floor: ModifiedFloor
    sentences: Sentences
    hint: Hint
    rules: tuple[Row, ...]
