"""The ways in which a part of an item is scored, as a file of rules tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from spatial.messages import Message

Unit = Literal["percent", "points", "mu", "times"]
RateName = Literal[
    "checks", "rectified_mu", "written_off", "ended_in_time", "not_returned", "not_reopened"
]


class Strict(BaseModel):
    """A table of the file: every key it may have."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ScoredPart(Strict):
    """What all parts of items have."""

    code: str
    label: Message
    points: float = Field(ge=0)
    entered: Unit | None = None


class Target(ScoredPart):
    """Cropland against an entered target: points go for every whole step that is missing."""

    method: Literal["target"]
    step: float = Field(gt=0)
    per_step: float = Field(ge=0)
    entered: Unit = "mu"


class Losses(ScoredPart):
    """Permanent basic farmland taken and not put right: points go for every case."""

    method: Literal["losses"]
    per_case: float = Field(ge=0)
    conclusions: frozenset[str]


class Deduction(Strict):
    """Points that a violation costs; of several the first whose size fits."""

    points: float = Field(ge=0)
    below_mu: float | None = None


class Factor(Strict):
    """What multiplies a deduction, and of which conclusions."""

    by: float = Field(ge=0)
    conclusions: frozenset[str]
    label: Message


class Factors(Strict):
    """The factors there are; the product of those that hold counts."""

    permanent: Factor
    self_reported: Factor
    concealed: Factor


class Violations(ScoredPart):
    """Confirmed violations by conclusion and size."""

    method: Literal["violations"]
    deductions: Mapping[str, tuple[Deduction, ...]]
    factors: Factors


class Rate(ScoredPart):
    """What was done of what was to be done."""

    method: Literal["rate"]
    of: RateName


class Delays(ScoredPart):
    """Points go for every day that a deadline was missed by."""

    method: Literal["delays"]
    per_day: float = Field(ge=0)
    most_per_case: float = Field(ge=0)


class EnteredRate(ScoredPart):
    """A percentage that the office enters; more than all counts as all."""

    method: Literal["entered_rate"]
    entered: Unit = "percent"


class EnteredPoints(ScoredPart):
    """Points that the office enters, up to the part's own."""

    method: Literal["entered_points"]
    entered: Unit = "points"


Part = Annotated[
    Target | Losses | Violations | Rate | Delays | EnteredRate | EnteredPoints,
    Field(discriminator="method"),
]
