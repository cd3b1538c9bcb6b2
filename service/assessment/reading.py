"""The cards of a year or quarter, for whoever may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service import clock
from service.accounts.permissions import (
    Action,
    assessed_department,
    assessed_village,
    require,
)
from service.accounts.roles import SYSTEM, Principal
from service.assessment.cards import Assessed, assess_departments, assess_villages
from service.assessment.entries import SubjectKind, decisions_of, entries_of
from service.assessment.facts import AssessedCase, Subject, Window
from service.assessment.queries import cases_of, farmland_by_village, village_names
from service.assessment.rules import AssessmentRules, load_assessment_rules
from service.assessment.vetoes import Flag
from service.cases.figures.summaries import village_figures
from service.cases.filters import CaseFilters
from service.cases.periods import Period
from service.settings import Settings
from spatial.words import Department


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The cards that somebody may see, the best first. ``of``: how many were ranked."""

    period: Period
    rules: AssessmentRules
    cards: Sequence[Assessed]
    of: int


def period_of_year(year: int, quarter: int | None) -> Period:
    """A year, or one of its quarters (1 to 4)."""
    return Period(year, 1, 12) if quarter is None else Period(year, 3 * quarter - 2, 3)


def village_assessment(
    session: Session, principal: Principal, settings: Settings, year: int, quarter: int | None
) -> Assessment:
    """The cards of the villages that the principal may see; ranks are among all villages.

    Raises:
        NotAllowed: when the permission table does not let the principal read assessments.
    """
    require(principal, Action.READ_ASSESSMENT)
    rules = load_assessment_rules()
    period = period_of_year(year, quarter)
    window = _window(period, settings)
    farmland = farmland_by_village(session)
    shares = _illegal_shares(session, window)
    entered = entries_of(session, SubjectKind.VILLAGE, year, quarter)
    decisions = decisions_of(session, year)
    by_village: dict[str, list[AssessedCase]] = {}
    for case in cases_of(session, window):
        by_village.setdefault(case.village, []).append(case)
    subjects = [
        Subject(
            code=code,
            name=name,
            cases=by_village.get(code, ()),
            entered=entered.get(code, {}),
            decisions=decisions.get(code, {}),
            farmland_mu=None if farmland is None else farmland.get(code, 0.0),
            illegal_share=shares.get(code),
        )
        for code, name in village_names(session, window).items()
    ]
    cards = assess_villages(subjects, window, rules)
    seen = [card for card in cards if assessed_village(principal, card.subject.code)]
    return Assessment(period=period, rules=rules, cards=seen, of=len(cards))


def department_assessment(
    session: Session, principal: Principal, settings: Settings, year: int, quarter: int | None
) -> Assessment:
    """The cards of the departments that the principal may see; ranks are among all of them.

    Raises:
        NotAllowed: when the permission table does not let the principal read assessments.
    """
    require(principal, Action.READ_ASSESSMENT)
    rules = load_assessment_rules()
    period = period_of_year(year, quarter)
    window = _window(period, settings)
    entered = entries_of(session, SubjectKind.DEPARTMENT, year, quarter)
    by_department: dict[str, list[AssessedCase]] = {}
    for case in cases_of(session, window):
        by_department.setdefault(case.department, []).append(case)
    subjects = [
        Subject(
            code=department.value,
            name=department.label.zh,
            cases=by_department.get(department.value, ()),
            entered=entered.get(department.value, {}),
            decisions={},
        )
        for department in rules.departments.codes
    ]
    cards = assess_departments(subjects, window, rules)
    seen = [card for card in cards if assessed_department(principal, Department(card.subject.code))]
    return Assessment(period=period, rules=rules, cards=seen, of=len(cards))


def flag_of(
    session: Session, principal: Principal, settings: Settings, year: int, village: str, code: str
) -> Flag | None:
    """What is flagged of a village in a year; None when nothing of that kind is."""
    assessment = village_assessment(session, principal, settings, year, None)
    cards = (card for card in assessment.cards if card.subject.code == village)
    return next((flag for card in cards for flag in card.flags if flag.code == code), None)


def _window(period: Period, settings: Settings) -> Window:
    begin, end = period.bounds(settings.zone)
    return Window(begin=begin, end=end, now=clock.now(), zone=settings.zone)


def _illegal_shares(session: Session, window: Window) -> dict[str, float | None]:
    """违法占用耕地比例 as the figures of villages tell it, of the cases raised in the window."""
    raised = CaseFilters(raised=(window.begin, window.end))
    items, _ = village_figures(session, SYSTEM, raised)
    return {item["code"]: item["rates"]["illegal_cropland"]["rate"] for item in items}
