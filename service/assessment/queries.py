"""Reading what an assessment counts: the cases of a window with their histories, and farmland.

The cost grows with the cases that were open or at work in the window, and with one sum over the
plots' areas; geometry is not touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Row,
    and_,
    any_,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from service.assessment.delays import Delay, Entry, find_delays
from service.assessment.facts import AssessedCase, Window
from service.cases.conclusions import concludes
from service.cases.filters import is_open
from service.cases.life.move_forms import VIOLATIONS
from service.cases.life.severity import Modifier, modifiers_of
from service.cases.models import Case, CaseEvent
from service.cases.statuses import TERMINAL, Status
from service.layers.versions import current_version
from service.patches.models import Patch
from service.plots.models import Plot
from service.villages.models import Village
from spatial.area import MU_M2
from spatial.words import ChangeGroup, LayerName, Protection

FRAUD = "fraud_suspected"
CRIMINAL = "criminal_clue"
CHECKING = frozenset({Status.VILLAGE_CHECK, Status.EVIDENCE})
"""States in which the village's first report is still awaited."""


def village_names(session: Session, window: Window) -> dict[str, str]:
    """The villages that were on the map in the window, by code."""
    day = window.begin.astimezone(window.zone).date()
    statement = (
        select(Village.code, Village.name)
        .where(or_(Village.valid_to.is_(None), Village.valid_to >= day))
        .order_by(Village.code)
    )
    return dict(session.execute(statement).all())


def farmland_by_village(session: Session) -> dict[str, float] | None:
    """Cropland by the plots in force, 亩 by village; None while there are no plots.

    Ground of ridges and ditches is taken out where the survey gives its share (扣除系数).
    """
    version = current_version(session, LayerName.PLOTS)
    if version is None:
        return None
    # A share: whatever else a file writes there takes nothing out.
    share = case((Plot.deduction_ratio.between(0, 1), Plot.deduction_ratio), else_=0.0)
    statement = (
        select(Plot.village_code, func.sum(Plot.area_m2 * (1 - share)))
        .where(
            Plot.version_id == version.id,
            Plot.protection == Protection.CROPLAND.value,
            Plot.village_code.is_not(None),
        )
        .group_by(Plot.village_code)
    )
    return {str(code): area / MU_M2 for code, area in session.execute(statement)}


def cases_of(session: Session, window: Window) -> list[AssessedCase]:
    """Every case that something of can count in the window; void ones and parents do not."""
    earlier = aliased(Case)
    statement = (
        select(
            Case.id, Case.code, Case.village_code, Case.department, Case.status, Case.conclusion,
            Case.severity, Case.areas, Case.facts, Case.parent_id, Case.due_at, Case.paused_at,
            Case.closed_at, Case.created_at, Patch.change_group,
            earlier.conclusion.label("earlier_conclusion"),
        )
        .join(Patch, Patch.id == Case.patch_id)
        .outerjoin(earlier, and_(earlier.id == Case.recurrence_of, earlier.voided_at.is_(None)))
        .where(
            Case.voided_at.is_(None),
            Case.status != Status.SPLIT.value,
            Case.created_at < window.end,
            or_(Case.updated_at >= window.begin, is_open()),
        )
        .order_by(Case.id)
    )  # fmt: skip
    rows = session.execute(statement).all()
    histories = _histories(session, rows)
    return [_facts(row, histories[row.id], window) for row in rows]


def _histories(
    session: Session, rows: Sequence[Row[*tuple[Any, ...]]]
) -> dict[int, list[Row[*tuple[Any, ...]]]]:
    """The entries of each case, those of the wholes it was split from before its own."""
    parents = _ancestors(session, {row.id: row.parent_id for row in rows})
    told: dict[int, list[Row[*tuple[Any, ...]]]] = {case_id: [] for case_id in parents}
    data = CaseEvent.data
    statement = (
        select(
            CaseEvent.case_id,
            CaseEvent.at,
            CaseEvent.kind,
            CaseEvent.to_status,
            data.has_key("due_at").label("tells_due"),
            data["due_at"].as_string().label("due_at"),
            data["fields"]["reasons"].label("reasons"),
            concludes(CaseEvent).label("concludes"),
        )
        .where(CaseEvent.case_id == any_(literal(sorted(parents), ARRAY(BigInteger))))
        .order_by(CaseEvent.case_id, CaseEvent.number)
    )
    for event in session.execute(statement):
        told[event.case_id].append(event)
    return {
        row.id: [event for one in _line(row.id, parents) for event in told[one]] for row in rows
    }


def _ancestors(session: Session, parents: dict[int, int | None]) -> dict[int, int | None]:
    """The parents of cases and of their parents, up to cases that no split made."""
    missing = {parent for parent in parents.values() if parent} - parents.keys()
    while missing:
        among = any_(literal(sorted(missing), ARRAY(BigInteger)))
        found = dict(session.execute(select(Case.id, Case.parent_id).where(Case.id == among)).all())
        parents = {**parents, **found}
        missing = {parent for parent in found.values() if parent} - parents.keys()
    return parents


def _line(case_id: int, parents: Mapping[int, int | None]) -> list[int]:
    """A case and the wholes it comes from, the oldest first."""
    line = [case_id]
    while (parent := parents[line[0]]) is not None:
        line.insert(0, parent)
    return line


def _facts(
    row: Row[*tuple[Any, ...]], events: Sequence[Row[*tuple[Any, ...]]], window: Window
) -> AssessedCase:
    told: Mapping[str, Mapping[str, Any]] = row.facts
    conclusion = told.get("conclusion", {})
    violated = row.conclusion in VIOLATIONS
    suspect = float(row.areas.get("suspect") or 0.0)
    permanent = float(row.areas.get(Protection.PERMANENT_BASIC_FARMLAND.value) or 0.0)
    verification = told.get("verification")
    return AssessedCase(
        id=row.id,
        code=row.code,
        village=row.village_code,
        department=row.department,
        status=Status(row.status),
        conclusion=row.conclusion,
        concluded_at=_concluded_at(events),
        severity=row.severity,
        change_group=ChangeGroup(row.change_group),
        area_mu=float(conclusion.get("violation_area", suspect)) / MU_M2,
        permanent_mu=float(conclusion.get("violation_permanent", permanent)) / MU_M2,
        rectified_mu=float(told.get("rectification", {}).get("rectified_area", 0.0)) / MU_M2,
        self_reported=Modifier.SELF_REPORTED in modifiers_of(row.facts),
        stopped=_stopped(told),
        rebound=violated and row.earlier_conclusion in VIOLATIONS,
        returned=any(event.kind == "return" for event in events),
        reopened=any(event.kind == "reopen" for event in events),
        fraud_suspected_at=_fraud(events),
        criminal=told.get("transfer", {}).get("reason") == CRIMINAL,
        check_due_at=_check_due(row, verification, window.now),
        checked_in_time=bool(verification and verification["in_time"]),
        closed_at=row.closed_at,
        delays=tuple(_delays(row, events, window)),
    )


def _stopped(told: Mapping[str, Mapping[str, Any]]) -> bool:
    notice = told.get("submission", {}).get("stop_notice_no")
    return bool(notice or told.get("check", {}).get("stop_record"))


def _concluded_at(events: Iterable[Row[*tuple[Any, ...]]]) -> datetime | None:
    return max((event.at for event in events if event.concludes), default=None)


def _fraud(events: Iterable[Row[*tuple[Any, ...]]]) -> datetime | None:
    """When somebody last sent a report back because it looked forged."""
    return max((event.at for event in events if FRAUD in (event.reasons or ())), default=None)


def _check_due(
    row: Row[*tuple[Any, ...]], verification: Mapping[str, Any] | None, now: datetime
) -> datetime | None:
    """When the first report was due: once it is there, or once it is late."""
    if verification is not None:
        return datetime.fromisoformat(verification["due_at"] or verification["at"])
    awaited = Status(row.status) in CHECKING or (
        row.status == Status.ESCALATED.value
        and row.facts.get("escalation", {}).get("from") in CHECKING
    )
    # As figures have it (``is_overdue``): while its clock stands still nothing is asked for.
    late = awaited and row.paused_at is None and row.due_at is not None and row.due_at < now
    return cast(datetime, row.due_at) if late else None


def _delays(
    row: Row[*tuple[Any, ...]], events: Sequence[Row[*tuple[Any, ...]]], window: Window
) -> Iterator[Delay]:
    """The deadlines that the case missed; what ended before a split was the whole's."""
    ended = Status(row.status) in TERMINAL
    entries = (
        Entry(
            at=event.at,
            kind=event.kind,
            to_status=event.to_status,
            tells_due=event.tells_due,
            due_at=datetime.fromisoformat(event.due_at) if event.due_at else None,
        )
        for event in events
    )
    for delay in find_delays(entries, ended=ended, now=window.now):
        before = row.parent_id is not None and delay.ended_at and delay.ended_at < row.created_at
        if not before:
            yield delay
