"""What an office is told anew, and what are only other digits of the same answer."""

from __future__ import annotations

from typing import Any

import pytest

from service.findings.judgements import says_the_same

JUDGED: dict[str, Any] = {
    "rule": 10,
    "countable": True,
    "rectify_until": None,
    "areas": {"suspect": 905.157, "exempt": 0},
    "exemptions": [{"zone_id": 3, "area": 12.5}],
}


@pytest.mark.parametrize(
    "other",
    [
        JUDGED,
        JUDGED | {"areas": {"suspect": 905.157 + 4e-4, "exempt": 0.0}},
        JUDGED | {"exemptions": ({"zone_id": 3, "area": 12.5 - 1e-7},)},
    ],
)
def test_last_digits_are_no_other_answer(other: dict[str, Any]) -> None:
    assert says_the_same(JUDGED, other)
    assert says_the_same(other, JUDGED)


@pytest.mark.parametrize(
    "other",
    [
        JUDGED | {"rule": 11},
        JUDGED | {"countable": False},
        JUDGED | {"rectify_until": 0.0},
        JUDGED | {"areas": {"suspect": 905.17, "exempt": 0}},
        JUDGED | {"areas": {"suspect": 905.157}},
        JUDGED | {"exemptions": []},
        JUDGED | {"exemptions": [{"zone_id": 4, "area": 12.5}]},
    ],
)
def test_another_answer_is_told(other: dict[str, Any]) -> None:
    assert not says_the_same(JUDGED, other)
    assert not says_the_same(other, JUDGED)
