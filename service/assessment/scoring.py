"""Points of one part: what they are, how they came about, and from which cases.

Pure counting: cases and entries in, points and reasons out; every number is of the rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import floor

from service.assessment.facts import AssessedCase, Entered
from service.assessment.parts import (
    Delays,
    EnteredPoints,
    EnteredRate,
    Factor,
    Losses,
    Part,
    Rate,
    Target,
    Violations,
)
from service.assessment.question import Question, days_overdue
from service.assessment.rates import RATES
from service.assessment.vetoes import confirmed_concealments
from spatial.messages import Message

NOT_ENTERED = Message("未录入", "not entered")
NO_PLOTS = Message("尚无地块图层，无法计算耕地面积", "no layer of plots to measure cropland by")
NOTHING = Message("没有扣分", "nothing deducted")
NO_TASKS = Message("本期没有任务，按满分计", "nothing was due, full points")


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePoints:
    """A case that points come from; ``points`` below 0 are taken off."""

    case: AssessedCase
    points: float
    reason: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class PartScore:
    """A part of an item; ``points`` None while it cannot be told."""

    part: Part
    points: float | None
    reason: Message
    cases: tuple[CasePoints, ...] = ()
    entered: Entered | None = None
    done: float | None = None
    of: float | None = None


def score_part(part: Part, question: Question) -> PartScore:
    """The points of a part."""
    return METHODS[type(part)](part, question)


def _target(part: Target, question: Question) -> PartScore:
    entered, kept = question.subject.entered.get(part.code), question.subject.farmland_mu
    if entered is None or kept is None:
        why = NOT_ENTERED if entered is None else NO_PLOTS
        return PartScore(part=part, points=None, reason=why, entered=entered)
    short = max(1 - kept / entered.value, 0.0) if entered.value else 0.0
    # Whole steps count; what rounding leaves short of one makes no difference.
    steps = floor(round(short / part.step, 6))
    return PartScore(
        part=part,
        points=max(part.points - steps * part.per_step, 0.0),
        reason=Message(
            f"现有耕地 {kept:.2f} 亩，目标 {entered.value:.2f} 亩，缺 {short:.2%}",
            f"{kept:.2f} mu of cropland, target {entered.value:.2f} mu, short by {short:.2%}",
        ),
        entered=entered,
        done=kept,
        of=entered.value,
    )


def _losses(part: Losses, question: Question) -> PartScore:
    cases = tuple(
        CasePoints(
            case=case,
            points=-part.per_case,
            reason=Message(
                f"占用永农 {case.permanent_mu:.2f} 亩，未整改到位",
                f"{case.permanent_mu:.2f} mu of permanent basic farmland, not put right",
            ),
        )
        for case in question.violations
        if case.conclusion in part.conclusions and case.permanent_mu > 0 and not case.put_right
    )
    return _deducted(part, cases, part.points)


def _violations(part: Violations, question: Question) -> PartScore:
    concealed = confirmed_concealments(question.subject)
    cases = tuple(_violation(part, case, case.id in concealed) for case in question.violations)
    return _deducted(part, cases, part.points)


def _violation(part: Violations, case: AssessedCase, concealed: bool) -> CasePoints:
    sizes = part.deductions.get(case.conclusion or "", ())
    points = next(
        (one.points for one in sizes if one.below_mu is None or case.area_mu < one.below_mu), 0.0
    )
    factors = part.factors
    holding: list[Factor] = [
        factor
        for holds, factor in (
            (case.permanent_mu > 0, factors.permanent),
            (case.self_reported, factors.self_reported),
            (concealed, factors.concealed),
        )
        if holds and case.conclusion in factor.conclusions
    ]
    zh, en = f"认定 {case.area_mu:.2f} 亩", f"{case.area_mu:.2f} mu confirmed"
    for factor in holding:
        points *= factor.by
        zh += f"，{factor.label.zh} ×{factor.by:g}"
        en += f", {factor.label.en} ×{factor.by:g}"
    return CasePoints(case=case, points=-points, reason=Message(zh, en))


def _delays(part: Delays, question: Question) -> PartScore:
    cases = tuple(
        CasePoints(
            case=case,
            points=-min(days * part.per_day, part.most_per_case),
            reason=Message(f"逾期 {days} 天", f"{days} days overdue"),
        )
        for case in question.subject.cases
        if (days := days_overdue(case, question))
    )
    return _deducted(part, cases, None)


def _rate(part: Rate, question: Question) -> PartScore:
    counted = tuple(RATES[part.of](question))
    of = sum(whole for _, _, whole in counted)
    done = sum(achieved for _, achieved, _ in counted)
    if not of:
        worth = part.points * question.rules.without_tasks
        return PartScore(part=part, points=worth, reason=NO_TASKS, done=0, of=0)
    unit = "亩" if part.of == "rectified_mu" else "件"
    unit_en = "mu" if part.of == "rectified_mu" else "cases"
    digits = 2 if part.of == "rectified_mu" else 0
    told = f"{done:.{digits}f}/{of:.{digits}f}"
    return PartScore(
        part=part,
        points=part.points * done / of,
        reason=Message(f"{told} {unit}（{done / of:.1%}）", f"{told} {unit_en} ({done / of:.1%})"),
        cases=tuple(
            CasePoints(
                case=case,
                points=-part.points * (whole - achieved) / of,
                reason=Message("未达到", "missing"),
            )
            for case, achieved, whole in counted
            if achieved < whole
        ),
        done=done,
        of=of,
    )


def _entered_rate(part: EnteredRate, question: Question) -> PartScore:
    entered = question.subject.entered.get(part.code)
    if entered is None:
        return PartScore(part=part, points=None, reason=NOT_ENTERED)
    share = min(entered.value / 100, 1.0)
    return PartScore(
        part=part,
        points=part.points * share,
        reason=Message(f"录入 {entered.value:g}%", f"{entered.value:g}% entered"),
        entered=entered,
    )


def _entered_points(part: EnteredPoints, question: Question) -> PartScore:
    entered = question.subject.entered.get(part.code)
    if entered is None:
        return PartScore(part=part, points=None, reason=NOT_ENTERED)
    return PartScore(
        part=part,
        points=min(entered.value, part.points),
        reason=Message(f"录入 {entered.value:g} 分", f"{entered.value:g} points entered"),
        entered=entered,
    )


def _deducted(part: Part, cases: tuple[CasePoints, ...], start: float | None) -> PartScore:
    """Points after deductions; without a start of its own the part takes from its item."""
    lost = sum(one.points for one in cases)
    points = part.points + lost
    reason = Message(
        f"{len(cases)} 件，共扣 {-lost:g} 分", f"{len(cases)} cases, {-lost:g} points off"
    )
    return PartScore(
        part=part,
        points=points if start is None else max(points, 0.0),
        reason=reason if cases else NOTHING,
        cases=cases,
    )


METHODS: dict[type, Callable[..., PartScore]] = {
    Target: _target,
    Losses: _losses,
    Violations: _violations,
    Delays: _delays,
    Rate: _rate,
    EnteredRate: _entered_rate,
    EnteredPoints: _entered_points,
}
