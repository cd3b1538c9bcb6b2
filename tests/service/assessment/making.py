"""Facts of cases made up for the assessment: what is not said is harmless."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from service.assessment.delays import Delay
from service.assessment.facts import AssessedCase, Entered, Subject, Window
from service.cases.statuses import Status
from spatial.words import ChangeGroup

ZONE = ZoneInfo("Asia/Shanghai")
_numbers = itertools.count(1)


def at(text: str) -> datetime:
    """A moment in Shanghai, such as ``2026-05-01`` or ``2026-05-01T10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


YEAR = Window(begin=at("2026-01-01"), end=at("2027-01-01"), now=at("2026-11-25T10:00"), zone=ZONE)


def facts(**changes: Any) -> AssessedCase:
    """A case that counts nowhere unless the changes say so."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "id": number, "code": f"V-2026-{number:04d}", "village": "V",
        "department": "planning_and_environment", "status": Status.CONCLUDED,
        "conclusion": None, "concluded_at": None, "severity": 2,
        "change_group": ChangeGroup.BUILDING, "area_mu": 2.0, "permanent_mu": 0.0,
        "rectified_mu": 0.0, "self_reported": False, "stopped": True, "rebound": False,
        "returned": False, "reopened": False, "fraud_suspected_at": None, "criminal": False,
        "check_due_at": None, "checked_in_time": False, "closed_at": None, "delays": (),
    }  # fmt: skip
    return AssessedCase(**values | changes)


def violation(conclusion: str = "non_farm", on: str = "2026-05-01", **changes: Any) -> AssessedCase:
    """A confirmed violation of 2 亩 that is not put right."""
    return facts(conclusion=conclusion, concluded_at=at(on), **changes)


def put_right(**changes: Any) -> AssessedCase:
    """A confirmed violation of 2 亩, rectified and written off."""
    return violation(**{"status": Status.CLOSED_RECTIFIED, "rectified_mu": 2.0} | changes)


def late(days: int, phase: Status = Status.RECTIFYING, due: str = "2026-06-01") -> Delay:
    """A deadline missed by so many days, met at last."""
    ended = at(due).replace(hour=9)
    return Delay(phase=phase, due_at=at(due), since=at(due), ended_at=_later(ended, days))


def _later(moment: datetime, days: int) -> datetime:
    return datetime.fromordinal(moment.toordinal() + days).replace(tzinfo=ZONE)


def entered(value: float, note: str = "") -> Entered:
    """A value of the office."""
    return Entered(id=next(_numbers), value=value, note=note, by="office", at=at("2026-11-01"))


def subject(*cases: AssessedCase, **changes: Any) -> Subject:
    """A village with these cases and nothing entered."""
    values: dict[str, Any] = {
        "code": "V", "name": "三星村", "cases": cases, "entered": {}, "decisions": {},
        "farmland_mu": 4000.0,
    }  # fmt: skip
    return Subject(**values | changes)
