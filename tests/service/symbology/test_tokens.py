"""The shared palette names every word and repeats no colour within a theme."""

from __future__ import annotations

import re

import pytest

from service.cases.statuses import Status
from service.symbology import symbols
from spatial.words import Category, LabelledEnum, Protection, ZoneKind

THEMES: dict[str, type[LabelledEnum]] = {
    "category": Category,
    "protection": Protection,
    "zone": ZoneKind,
    "status": Status,
}


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_labels_exactly_the_words_of_its_enumeration(theme: str) -> None:
    assert {symbol.value: symbol.label for symbol in symbols(theme)} == {
        word.value: word.label for word in THEMES[theme]
    }


def test_severity_runs_from_nought_to_four() -> None:
    assert [symbol.value for symbol in symbols("severity")] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("theme", [*THEMES, "severity"])
def test_colours_of_a_theme_are_distinct(theme: str) -> None:
    colours = [symbol.colour for symbol in symbols(theme)]
    assert len(set(colours)) == len(colours)
    assert all(re.fullmatch(r"#[0-9A-F]{6}", colour) for colour in colours)
