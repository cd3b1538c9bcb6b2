"""Golden cases of the assessment's rules: counts in, points out."""

from __future__ import annotations

from typing import Any

import pytest

from service.assessment.cards import Assessed, assess_departments, assess_villages
from service.assessment.facts import AssessedCase, Decision, Subject, Window
from service.assessment.rules import load_assessment_rules
from service.assessment.vetoes import FlagState
from service.cases.statuses import Status
from spatial.words import ChangeGroup
from tests.service.assessment.making import (
    YEAR,
    ZONE,
    at,
    entered,
    facts,
    late,
    put_right,
    subject,
    violation,
)

RULES = load_assessment_rules()
FULL = {
    "farmland_target": entered(4000), "patrol_rate": entered(100), "patrol_records": entered(100),
    "zero_reports": entered(100), "responsibility_letters": entered(100),
    "plot_wardens": entered(100), "ledger_in_time": entered(100), "publicity": entered(100),
}  # fmt: skip


def card(*cases: AssessedCase, window: Window = YEAR, **changes: Any) -> Assessed:
    return assess_villages([subject(*cases, **changes)], window, RULES)[0]


def points(assessed: Assessed) -> dict[str, float | None]:
    return {part.part.code: part.points for one in assessed.items for part in one.parts}


def item(assessed: Assessed, code: str) -> float | None:
    return next(one.points for one in assessed.items if one.item.code == code)


def test_the_weights_are_those_of_the_table() -> None:
    weights = {one.code: one.weight for one in RULES.villages.items}
    assert weights == {"A": 30, "B": 25, "C": 20, "D": 15, "E": 5, "F": 5, "bonus": 5}
    departments = [one.weight for one in RULES.departments.items]
    assert departments == [40, 20, 20, 20]


@pytest.mark.parametrize(
    ("case", "off"),
    [
        (violation(area_mu=0.99), 2),
        (violation(area_mu=1.0), 4),
        (violation(area_mu=4.99), 4),
        (violation(area_mu=5.0), 8),
        (violation(area_mu=0.5, permanent_mu=0.1), 4),
        (violation(area_mu=6, permanent_mu=6), 16),
        (violation("non_grain", area_mu=0.5), 1),
        (violation("non_grain", area_mu=3), 2),
        (violation("non_grain", area_mu=7), 4),
        (violation("non_grain", area_mu=7, permanent_mu=7), 4),
        (violation(area_mu=2, self_reported=True), 1),
        (violation(area_mu=6, permanent_mu=1, self_reported=True), 4),
        (facts(conclusion="pseudo_change", concluded_at=at("2026-05-01")), 0),
        (facts(conclusion="legal", concluded_at=at("2026-05-01")), 0),
        (facts(conclusion="other", concluded_at=at("2026-05-01")), 0),
        (facts(), 0),
    ],
)
def test_new_violations_cost_by_kind_and_size(case: AssessedCase, off: float) -> None:
    assert item(card(case), "B") == 25 - off


def test_no_item_goes_below_zero() -> None:
    many = [violation(area_mu=6, permanent_mu=6) for _ in range(5)]
    assessed = card(*many)
    assert item(assessed, "B") == 0
    assert points(assessed)["permanent_loss"] == 0


@pytest.mark.parametrize(
    ("kept", "target", "expected"),
    [
        (4000, 4000, 15),
        (4100, 4000, 15),
        (3999.99, 4000, 15),
        (3996, 4000, 14),
        (3995, 4000, 14),
        (3992, 4000, 13),
        (3900, 4000, 0),
    ],
)
def test_cropland_below_its_target_costs_a_point_for_every_whole_thousandth(
    kept: float, target: float, expected: float
) -> None:
    assessed = card(entered={"farmland_target": entered(target)}, farmland_mu=kept)
    assert points(assessed)["farmland_target"] == expected


def test_the_target_waits_for_its_entry_and_for_plots() -> None:
    assert points(card())["farmland_target"] is None
    without_plots = card(entered={"farmland_target": entered(4000)}, farmland_mu=None)
    assert points(without_plots)["farmland_target"] is None


def test_permanent_farmland_lost_counts_until_it_is_put_right() -> None:
    lost = violation(permanent_mu=1)
    restored = put_right(permanent_mu=1)
    planted = violation("non_grain", permanent_mu=1)
    assert points(card(lost, restored, planted))["permanent_loss"] == 10


def test_checks_areas_and_write_offs_are_rates_of_their_points() -> None:
    cases = [
        put_right(area_mu=3, rectified_mu=3),
        violation(area_mu=1),
        facts(check_due_at=at("2026-03-01"), checked_in_time=True),
        facts(check_due_at=at("2026-03-02"), checked_in_time=True),
        facts(check_due_at=at("2026-03-03"), checked_in_time=False),
    ]
    found = points(card(*cases))
    assert found["checked_in_time"] == pytest.approx(4)
    assert found["rectified_area"] == pytest.approx(6)
    assert found["written_off"] == pytest.approx(3)


def test_where_nothing_was_due_the_rate_is_full() -> None:
    assert item(card(), "C") == 20


@pytest.mark.parametrize(
    ("days", "off"), [((1,), 0.5), ((5,), 2.5), ((6,), 3), ((40,), 3), ((2, 2), 2), ((0,), 0)]
)
def test_days_overdue_cost_up_to_a_cap_for_every_case(days: tuple[int, ...], off: float) -> None:
    case = facts(delays=tuple(late(one) for one in days))
    assert item(card(case), "C") == 20 - off


def test_delays_of_others_are_not_the_villages() -> None:
    waiting = facts(delays=(late(9, Status.OFFICE_REVIEW), late(9, Status.ENFORCEMENT)))
    assert item(card(waiting), "C") == 20


def test_what_is_not_entered_is_not_guessed() -> None:
    assessed = card()
    assert item(assessed, "D") is None
    assert (assessed.total, assessed.unscored, assessed.band) == (60, 40, None)
    half = card(entered={"patrol_rate": entered(50)})
    assert item(half, "D") == 4
    assert half.unscored == 32


def test_a_whole_card_has_a_band_and_the_bonus_comes_on_top() -> None:
    assessed = card(entered=FULL)
    assert (assessed.total, assessed.unscored) == (100, 0)
    assert assessed.band is not None
    assert assessed.band.code == "excellent"
    assert card(entered=FULL | {"bonus": entered(9)}).total == 105


@pytest.mark.parametrize(
    ("total", "band"),
    [(90, "excellent"), (89.99, "good"), (80, "good"), (70, "qualified"), (69.99, "unqualified")],
)
def test_bands(total: float, band: str) -> None:
    assert RULES.band(total).code == band


def test_more_patrols_than_due_count_as_all() -> None:
    assert points(card(entered={"patrol_rate": entered(130)}))["patrol_rate"] == 8


def test_a_case_counts_in_the_quarter_of_its_conclusion() -> None:
    first = Window(begin=at("2026-01-01"), end=at("2026-04-01"), now=YEAR.now, zone=ZONE)
    second = Window(begin=at("2026-04-01"), end=at("2026-07-01"), now=YEAR.now, zone=ZONE)
    case = violation(on="2026-04-01", area_mu=2)
    assert item(card(case, window=first), "B") == 25
    assert item(card(case, window=second), "B") == 21


def test_violations_by_farmland_rank_the_other_way_round() -> None:
    big = subject(violation(), violation(), code="big", farmland_mu=8000.0)
    small = subject(violation(), code="small", farmland_mu=1000.0)
    cards = {one.subject.code: one for one in assess_villages([big, small], YEAR, RULES)}
    assert (cards["small"].rank, cards["big"].rank) == (1, 2)
    assert cards["big"].index.per_area == pytest.approx(0.25)
    assert cards["small"].index.per_area == pytest.approx(1.0)
    assert (cards["big"].index.rank, cards["small"].index.rank) == (1, 2)


def test_equal_totals_share_a_rank() -> None:
    subjects = [subject(code=code) for code in "ab"] + [subject(violation(), code="c")]
    assert [one.rank for one in assess_villages(subjects, YEAR, RULES)] == [1, 1, 3]


FLAGGED = [
    ("permanent_not_stopped", violation(permanent_mu=1, stopped=False)),
    ("concealment", facts(fraud_suspected_at=at("2026-05-01"))),
    ("gravest", violation(severity=4)),
    ("gravest", violation(criminal=True)),
    ("overdue_or_rebound", violation(delays=(late(61),))),
    ("overdue_or_rebound", violation(rebound=True)),
]


@pytest.mark.parametrize(("flag", "case"), FLAGGED)
def test_grounds_are_flagged_and_decide_nothing_by_themselves(
    flag: str, case: AssessedCase
) -> None:
    assessed = card(case, entered=FULL)
    assert [one.code for one in assessed.flags] == [flag]
    assert assessed.flags[0].state is FlagState.PENDING
    assert assessed.band is not None
    assert assessed.band.code != "unqualified"


@pytest.mark.parametrize(
    "case",
    [
        violation(permanent_mu=1, stopped=True),
        violation(permanent_mu=1, stopped=False, change_group=ChangeGroup.ORCHARD),
        violation(severity=3),
        facts(severity=4, conclusion="legal", concluded_at=at("2026-05-01")),
        violation(delays=(late(60),)),
        facts(rebound=True),
    ],
)
def test_what_is_no_ground_is_not_flagged(case: AssessedCase) -> None:
    assert not card(case).flags


def decided(confirmed: bool, *evidence: str) -> Decision:
    return Decision(
        confirmed=confirmed,
        reason="专班会议",
        evidence=frozenset(evidence),
        by="leader",
        at=at("2026-11-20"),
    )


def test_what_the_leader_confirms_forces_the_lowest_band() -> None:
    case = violation(severity=4)
    decision = {"gravest": decided(True, f"case:{case.id}")}
    assessed = card(case, entered=FULL, decisions=decision)
    assert assessed.band is not None
    assert assessed.band.code == "unqualified"
    # Even while points are missing.
    assert card(case, decisions=decision).band is not None


def test_a_dismissal_holds_for_what_was_known_then() -> None:
    known, new = violation(severity=4), violation(severity=4)
    decision = {"gravest": decided(False, f"case:{known.id}")}
    assert card(known, decisions=decision).flags[0].state is FlagState.DISMISSED
    assert card(known, new, decisions=decision).flags[0].state is FlagState.PENDING


def test_a_conclusion_overturned_takes_its_confirmed_flag_along() -> None:
    overturned = facts(conclusion="legal", concluded_at=at("2026-05-01"), severity=4)
    decision = {"gravest": decided(True, f"case:{overturned.id}")}
    assessed = card(overturned, entered=FULL, decisions=decision)
    assert not assessed.flags
    assert item(assessed, "B") == 25


def test_a_confirmed_concealment_doubles_what_the_case_costs() -> None:
    case = violation(area_mu=2, fraud_suspected_at=at("2026-05-01"))
    decision = {"concealment": decided(True, f"case:{case.id}")}
    assert item(card(case), "B") == 21
    assert item(card(case, decisions=decision), "B") == 17


def test_the_share_of_illegal_cropland_is_told_and_never_decides() -> None:
    assert not card(illegal_share=0.149).flags
    decision = {"illegal_share": decided(True, "share")}
    assessed = card(illegal_share=0.15, entered=FULL, decisions=decision)
    assert assessed.flags[0].veto.advisory
    assert assessed.band is not None
    assert assessed.band.code == "excellent"


def test_a_department_is_scored_by_ending_delays_review_and_inspections() -> None:
    cases = [
        facts(closed_at=at("2026-05-01"), status=Status.CLOSED_NO_VIOLATION),
        facts(closed_at=at("2026-05-01"), status=Status.CLOSED_NO_VIOLATION,
              delays=(late(2, Status.OFFICE_REVIEW),)),
        facts(delays=(late(3, Status.VILLAGE_CHECK),)),
        violation(returned=True),
        violation(reopened=True),
    ]  # fmt: skip
    department: Subject = subject(*cases, entered={"inspections": entered(15)})
    assessed = assess_departments([department], YEAR, RULES)[0]
    assert points(assessed) == {
        "closed_in_time": pytest.approx(20),
        "overdue": pytest.approx(19),
        "not_returned": pytest.approx(5),
        "not_reopened": pytest.approx(5),
        "inspections": 15,
    }
    assert assessed.total == 64
