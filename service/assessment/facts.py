"""What is known of the cases of whoever is assessed: read once, then only counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from service.assessment.delays import Delay
from service.cases.life.move_forms import VIOLATIONS
from service.cases.statuses import TERMINAL, Status
from spatial.words import ChangeGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessedCase:
    """A case as an assessment looks at it. Areas are 亩.

    ``concluded_at``: when it was last concluded, by its history or that of the whole it was split
    from; an amendment that makes a violation of what was none is a conclusion, too.
    ``check_due_at``: when the village's first report was due; None when none was asked for.
    ``stopped``: whether a stop notice or a record of stopping is kept.
    """

    id: int
    code: str
    village: str
    department: str
    status: Status
    conclusion: str | None
    concluded_at: datetime | None
    severity: int
    change_group: ChangeGroup
    area_mu: float
    permanent_mu: float
    rectified_mu: float
    self_reported: bool
    stopped: bool
    rebound: bool
    returned: bool
    reopened: bool
    fraud_suspected_at: datetime | None
    criminal: bool
    check_due_at: datetime | None
    checked_in_time: bool
    closed_at: datetime | None
    delays: tuple[Delay, ...]

    @property
    def violation(self) -> bool:
        """Whether a person concluded so, and nobody has overturned it."""
        return self.conclusion in VIOLATIONS

    @property
    def put_right(self) -> bool:
        """Whether what was wrong was accepted as put right."""
        return self.violation and self.status is Status.CLOSED_RECTIFIED

    @property
    def ended(self) -> bool:
        """Whether nothing is owed any more."""
        return self.status in TERMINAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What the office entered, or that it entered nothing."""

    id: int
    value: float
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the leader made of a flag, and which evidence was looked at."""

    confirmed: bool
    reason: str
    evidence: frozenset[str]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The time that is assessed: from its beginning on, before its end, as seen at ``now``."""

    begin: datetime
    end: datetime
    now: datetime
    zone: ZoneInfo

    def holds(self, moment: datetime | None) -> bool:
        """Whether something happened, or fell due, in it."""
        return moment is not None and self.begin <= moment < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whoever is assessed: a village or a department, with everything that counts.

    ``farmland_mu``: cropland by the plots in force, None while there are none.
    ``illegal_share``: of cropland taken by construction, 0 to 1; None when none was.
    """

    code: str
    name: str
    cases: Sequence[AssessedCase]
    entered: Mapping[str, Entered]
    decisions: Mapping[str, Decision]
    farmland_mu: float | None = None
    illegal_share: float | None = None
