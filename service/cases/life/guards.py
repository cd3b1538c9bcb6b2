"""Conditions of moves: each looks at the case and says what is missing, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from service.accounts.roles import Principal, Role
from service.cases.life.deadlines import is_missed
from service.cases.life.move_forms import VIOLATIONS
from service.cases.models import Case
from service.evidence.model import Photo
from service.settings import CaseSettings
from spatial.messages import Message

AREA_TOLERANCE_M2 = 0.5
GRAVE = 3
"""From this severity on only the office concludes, confirmed by its head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A move that somebody attempts, with all that conditions look at.

    ``recorded``: the case's facts as they would be after the move. ``photos``: those of the
    case and of the cases it was split from.
    """

    case: Case
    actor: Principal
    values: Mapping[str, Any]
    recorded: Mapping[str, Any]
    photos: tuple[Photo, ...]
    now: datetime
    zone: ZoneInfo
    settings: CaseSettings

    @property
    def photos_near(self) -> list[Photo]:
        """Photos taken close enough to the patch to show it."""
        reach = self.settings.photo_distance_m
        return [
            photo
            for photo in self.photos
            if photo.distance_m is not None and photo.distance_m <= reach
        ]


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition and the sentence it refuses with.

    ``offered``: where the case alone decides, whether its move is worth offering at all.
    ``photos``: whether it looks at photos, which are read only then.
    """

    holds: Callable[[Attempt], bool]
    says: Message
    offered: Callable[[Case], bool] = lambda _: True
    photos: bool = False


def violation_area(attempt: Attempt) -> float:
    """What has to be put right, m²: as concluded, or else the suspect area."""
    concluded = attempt.recorded.get("conclusion", {}).get("violation_area")
    return float(attempt.case.areas["suspect"] if concluded is None else concluded)


def remaining_area(attempt: Attempt) -> float:
    """What is left of it, m²."""
    done = attempt.recorded.get("rectification", {}).get("rectified_area", 0.0)
    return violation_area(attempt) - float(done)


def _two_photos_near(attempt: Attempt) -> bool:
    near = attempt.photos_near
    # Whoever says which is which has to have both; unlabelled photos count as either.
    kinds = {photo.kind for photo in near if photo.kind in ("far", "near")}
    unlabelled = sum(photo.kind == "photo" for photo in near)
    return len(near) >= 2 and len(kinds) + unlabelled >= 2


def _photo_after(attempt: Attempt) -> bool:
    began = attempt.recorded.get("plan", {}).get("at")
    since = datetime.fromisoformat(began) if began else attempt.case.created_at
    return any(photo.kind == "after" or photo.uploaded_at > since for photo in attempt.photos_near)


def _confirmed_by_office(attempt: Attempt) -> bool:
    grave = attempt.case.severity >= GRAVE or attempt.values.get("conclusion") == "non_farm"
    if not grave:
        return True
    by_office = attempt.actor.role in (Role.ADMIN, Role.LEADER, Role.OFFICE)
    return by_office and bool(attempt.values.get("confirmed"))


def _document_when_legal(attempt: Attempt) -> bool:
    if attempt.values.get("conclusion") != "legal":
        return True
    submitted = attempt.recorded.get("submission", {}).get("document_no")
    return bool(attempt.values.get("document_no") or submitted)


def _areas_nest(attempt: Attempt) -> bool:
    whole = attempt.values.get("violation_area", attempt.case.areas["suspect"])
    cropland = attempt.values.get("violation_cropland", 0.0)
    permanent = attempt.values.get("violation_permanent", 0.0)
    return bool(permanent <= cropland + AREA_TOLERANCE_M2 and cropland <= whole + AREA_TOLERANCE_M2)


def _violation(case: Case) -> bool:
    return case.conclusion in VIOLATIONS


def _no_violation(case: Case) -> bool:
    return case.conclusion is not None and case.conclusion not in VIOLATIONS


def _ahead(field: str) -> Callable[[Attempt], bool]:
    def holds(attempt: Attempt) -> bool:
        day = attempt.values.get(field)
        today = attempt.now.astimezone(attempt.zone).date()
        return day is None or date.fromisoformat(day) >= today

    return holds


def _overdue_or_refused(attempt: Attempt) -> bool:
    overdue = is_missed(attempt.case.due_at, attempt.case.paused_at, attempt.now)
    return attempt.values.get("reason") == "refused" or overdue


def _areas_add_up(attempt: Attempt) -> bool:
    done = attempt.recorded.get("rectification", {})
    rectified = float(done.get("rectified_area", 0.0))
    parts = [float(done[name]) for name in ("restored_area", "regularised_area") if name in done]
    within = rectified <= violation_area(attempt) + AREA_TOLERANCE_M2
    return within and (not parts or abs(sum(parts) - rectified) <= AREA_TOLERANCE_M2)


def _approval_when_regularised(attempt: Attempt) -> bool:
    done = attempt.recorded.get("rectification", {})
    method = attempt.recorded.get("plan", {}).get("method")
    regularised = float(done.get("regularised_area", 0.0)) > 0 or method == "regularise"
    return not regularised or bool(done.get("approval_no"))


def _nothing_remains(attempt: Attempt) -> bool:
    return abs(remaining_area(attempt)) <= AREA_TOLERANCE_M2


def _another_person(attempt: Attempt) -> bool:
    reporter = attempt.recorded.get("rectification", {}).get("by_id")
    return bool(reporter != attempt.actor.account_id)


GUARDS: Mapping[str, Guard] = {
    "two_photos_near": Guard(
        _two_photos_near,
        photos=True,
        says=Message(
            "至少需要远景、近景各一张带定位的照片，拍摄位置距图斑不超过规定距离（默认 200 米）。",
            "A far and a near photo are needed, taken within the configured distance (200 m).",
        ),
    ),
    "photo_after": Guard(
        _photo_after,
        photos=True,
        says=Message(
            "需要整改后的带定位照片，拍摄位置距图斑不超过规定距离（默认 200 米）。",
            "A photo taken after the rectification, near the patch, is needed.",
        ),
    ),
    "confirmed_by_office": Guard(
        _confirmed_by_office,
        Message(
            "非农违法和重大以上图斑须由专班办公室认定，并勾选“办公室主任已确认”。",
            "A non-farm violation, and whatever is major or graver, is concluded by the office"
            " and confirmed by its head.",
        ),
    ),
    "document_when_legal": Guard(
        _document_when_legal,
        Message("认定合法须有批准文号。", "A legal use needs the number of its approval."),
    ),
    "areas_nest": Guard(
        _areas_nest,
        Message(
            "永久基本农田面积不能大于耕地面积，耕地面积不能大于违法面积。",
            "Permanent basic farmland is part of the cropland, cropland part of the violation.",
        ),
    ),
    "violation": Guard(
        lambda attempt: _violation(attempt.case),
        Message("认定为违法的图斑才能下达整改。", "Only a violation is rectified."),
        offered=_violation,
    ),
    "no_violation": Guard(
        lambda attempt: _no_violation(attempt.case),
        Message("认定无违法的图斑才能直接结案。", "Only a case without violation is closed here."),
        offered=_no_violation,
    ),
    "due_ahead": Guard(
        _ahead("due_on"), Message("核查截止日期不能早于今天。", "The due date lies in the past.")
    ),
    "deadline_ahead": Guard(
        _ahead("deadline"), Message("整改期限不能早于今天。", "The deadline lies in the past.")
    ),
    "overdue_or_refused": Guard(
        _overdue_or_refused,
        Message(
            "整改逾期或拒不整改才能移送综合执法。",
            "Law enforcement takes over when rectification is overdue or refused.",
        ),
    ),
    "areas_add_up": Guard(
        _areas_add_up,
        Message(
            "面积不平：已整改应等于复耕加补办，且不超过违法总面积（允许误差 0.5 平方米）。",
            "Areas do not add up: rectified is restored plus regularised and at most the"
            " violation (within 0.5 m²).",
        ),
    ),
    "approval_when_regularised": Guard(
        _approval_when_regularised,
        Message("补办手续须填写批准文号。", "What was regularised needs its approval number."),
    ),
    "nothing_remains": Guard(
        _nothing_remains,
        Message(
            "剩余未整改面积不为 0，不能销号。", "Something remains to be rectified: not closed."
        ),
    ),
    "another_person": Guard(
        _another_person,
        Message("验收人不能是报请验收的本人。", "Whoever reported it rectified cannot accept it."),
    ),
}
