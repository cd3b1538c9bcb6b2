"""Which sightings are of one place."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from service.cases.raising.sameness import (
    Thresholds,
    places,
    same_ground_as_earlier,
    same_ground_pairs,
)
from service.cases.raising.sightings import Sighting, deciding
from tests.service.cases.sighting_maker import OTHER_VILLAGE, rectangle, sighting

LIMITS = Thresholds()
EARLY, LATE = date(2026, 1, 4), date(2026, 4, 2)


def groups(sightings: list[Sighting], limits: Thresholds = LIMITS) -> set[frozenset[str]]:
    return {
        frozenset(sightings[position].patch_no for position in place)
        for place in places(sightings, [], limits)
    }


def test_half_the_common_ground_makes_one_place() -> None:
    # Two grounds of 30 units that share 20 of 40: exactly one half of the union.
    first = sighting("a", rectangle(0, 0, 30, 10), after=EARLY)
    assert groups([first, sighting("b", rectangle(10, 0, 40, 10), after=LATE)]) == {
        frozenset({"a", "b"})
    }
    assert groups([first, sighting("b", rectangle(11, 0, 41, 10), after=LATE)]) == {
        frozenset({"a"}),
        frozenset({"b"}),
    }


def test_covering_four_fifths_of_the_earlier_ground_makes_one_place() -> None:
    small = sighting("small", rectangle(0, 0, 10, 10), after=EARLY)
    large = sighting("large", rectangle(2, 0, 60, 10), after=LATE)
    assert groups([small, large]) == {frozenset({"small", "large"})}


def test_lying_within_a_larger_earlier_ground_is_not_enough() -> None:
    small = sighting("small", rectangle(0, 0, 10, 10), after=LATE)
    large = sighting("large", rectangle(2, 0, 60, 10), after=EARLY)
    assert len(groups([small, large])) == 2


def test_which_one_is_earlier_follows_from_the_images_not_from_the_order() -> None:
    small = sighting("small", rectangle(0, 0, 10, 10), after=EARLY)
    large = sighting("large", rectangle(2, 0, 60, 10), after=LATE)
    assert groups([large, small]) == groups([small, large])
    assert same_ground_pairs([large, small], LIMITS) == [(0, 1)]


def test_the_same_ground_in_another_village_is_another_place() -> None:
    ground = rectangle(0, 0, 10, 10)
    assert len(groups([sighting("a", ground), sighting("b", ground, village=OTHER_VILLAGE)])) == 2


def test_a_chain_is_one_place_in_every_order() -> None:
    chain = [
        sighting("a", rectangle(0, 0, 30, 10)),
        sighting("b", rectangle(10, 0, 40, 10)),
        sighting("c", rectangle(20, 0, 50, 10)),
    ]
    assert len(groups([chain[0], chain[2]])) == 2
    for order in itertools.permutations(chain):
        assert groups(list(order)) == {frozenset({"a", "b", "c"})}


def test_thresholds_are_settings() -> None:
    sightings = [
        sighting("a", rectangle(0, 0, 30, 10), after=EARLY),
        sighting("b", rectangle(10, 0, 40, 10), after=LATE),
    ]
    assert len(groups(sightings, Thresholds(iou=0.51, cover=0.8))) == 2
    assert len(groups(sightings, Thresholds(iou=0.51, cover=0.6))) == 1


def test_neighbours_that_only_share_a_border_are_two_places() -> None:
    sightings = [sighting("a", rectangle(0, 0, 10, 10)), sighting("b", rectangle(10, 0, 20, 10))]
    assert len(groups(sightings)) == 2


def test_new_ground_is_compared_with_what_was_known_whatever_the_dates() -> None:
    known = sighting("known", rectangle(0, 0, 10, 10), after=LATE)
    new = sighting("new", rectangle(2, 0, 60, 10), after=EARLY)
    assert same_ground_as_earlier([new], [known], LIMITS) == [(0, 0)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"severity": 3, "after": EARLY}, {"severity": 2, "after": LATE}),
        ({"severity": 2, "after": LATE}, {"severity": 2, "after": EARLY}),
        ({"severity": 2, "after": EARLY}, {"severity": 2, "after": None}),
    ],
)
def test_the_gravest_and_then_the_latest_sighting_decides(
    one: dict[str, object], other: dict[str, object]
) -> None:
    ground = rectangle(0, 0, 10, 10)
    winner, loser = sighting("a", ground, **one), sighting("b", ground, **other)  # type: ignore[arg-type]
    assert deciding([winner, loser]) is deciding([loser, winner]) is winner


def test_equal_sightings_are_decided_by_the_number_of_the_patch() -> None:
    ground = rectangle(0, 0, 10, 10)
    first, second = sighting("TB-1", ground), sighting("TB-2", ground)
    assert deciding([first, second]) is deciding([second, first]) is second
