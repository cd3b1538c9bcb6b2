"""Rates of what was verified, put right and closed, each with the two numbers behind it.

核查率 counts the cases that a village had to check and has reported on at least once; 按期核查率
of those that were due, the ones reported in time; 整改率 is the area put right and accepted in
that of all concluded violations; 销号率 the violations closed as rectified; 办结率 the cases of
which nothing is owed any more. 违法占用耕地比例 is cropland taken by concluded non-farm
violations in all cropland that construction took, as the statistics of land enforcement have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Double, and_, case, func, not_, or_, type_coerce

from service.cases.filters import is_open, is_overdue
from service.cases.life.move_forms import VIOLATIONS
from service.cases.models import Case
from service.cases.statuses import Status
from service.patches.models import Patch
from spatial.words import ChangeGroup

CONSTRUCTION = (
    ChangeGroup.BUILDING,
    ChangeGroup.HARDENED,
    ChangeGroup.EARTHWORK,
    ChangeGroup.ROAD,
    ChangeGroup.PHOTOVOLTAIC,
    ChangeGroup.MINING,
    ChangeGroup.PARK_LAWN,
)
"""Changes that take land for construction; agriculture's own roads and facilities do not."""

RATES: Mapping[str, tuple[str, str]] = {
    "verification": ("verified", "to_verify"),
    "verification_in_time": ("verified_in_time", "verification_due"),
    "rectification": ("rectified_area", "violation_area"),
    "write_off": ("written_off", "violations"),
    "closure": ("ended", "to_verify"),
    "illegal_cropland": ("illegal_cropland", "construction_cropland"),
}
"""Each rate: what was done, and of how much."""
PARTS = tuple({name: None for pair in RATES.values() for name in pair})


def rate_sums(now: datetime) -> dict[str, ColumnElement[Any]]:
    """What the rates are made of, to be selected from cases joined with their patches."""
    to_verify = Case.status != Status.SCREENED.value
    verified = Case.facts.has_key("verification")
    violation = Case.conclusion.in_(VIOLATIONS)
    written_off = and_(violation, Case.status == Status.CLOSED_RECTIFIED.value)
    illegal = Case.conclusion == "non_farm"
    taken = Patch.change_group.in_([group.value for group in CONSTRUCTION])
    suspect, exempt = _area("suspect"), _area("exempt")
    violated = func.coalesce(_fact("conclusion", "violation_area"), suspect)
    # Not told apart, it is what was found there, and never more than the violation.
    cropland = func.coalesce(
        _fact("conclusion", "violation_cropland"), func.least(suspect, violated)
    )
    legal = case((Case.conclusion == "legal", suspect), else_=0.0)
    return {
        "to_verify": _count(to_verify),
        "verified": _count(verified),
        "verified_in_time": _count(Case.facts["verification"]["in_time"].as_boolean()),
        "verification_due": _count(or_(verified, and_(not_(verified), is_overdue(now)))),
        "ended": _count(and_(to_verify, not_(is_open()))),
        "violations": _count(violation),
        "written_off": _count(written_off),
        "violation_area": _sum(violation, violated),
        "rectified_area": _sum(
            written_off, func.coalesce(_fact("rectification", "rectified_area"), 0.0)
        ),
        "illegal_cropland": _sum(illegal, cropland),
        "construction_cropland": func.sum(
            case((illegal, cropland), (taken, legal), else_=0.0) + case((taken, exempt), else_=0.0)
        ),
    }


def rates(sums: Mapping[str, float]) -> dict[str, dict[str, float | None]]:
    """The rates, between 0 and 1; None where there is nothing that could have been done."""
    return {name: _rate(sums[done], sums[of]) for name, (done, of) in RATES.items()}


def _rate(done: float, of: float) -> dict[str, float | None]:
    return {"done": done, "of": of, "rate": done / of if of else None}


def _area(name: str) -> ColumnElement[float]:
    return func.coalesce(Case.areas[name].astext.cast(Double), 0.0)


def _fact(record: str, name: str) -> ColumnElement[float]:
    return type_coerce(Case.facts[record][name].astext.cast(Double), Double)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _sum(condition: ColumnElement[bool], area: ColumnElement[float]) -> ColumnElement[float]:
    return func.sum(case((condition, area), else_=0.0))
