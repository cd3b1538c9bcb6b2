"""Work beside the database: in order, side by side, and with errors that reach the caller."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from service.screening.overlapping import overlapped

PATIENCE_S = 30


def test_every_item_comes_with_its_result_in_order() -> None:
    assert list(overlapped(range(7), lambda item: item * item)) == [(n, n * n) for n in range(7)]
    assert list(overlapped([], lambda item: item)) == []


def test_the_next_item_is_made_while_the_first_is_worked_on() -> None:
    made = Event()

    def items() -> Iterator[int]:
        yield 1
        made.set()
        yield 2

    assert list(overlapped(items(), lambda _: made.wait(PATIENCE_S))) == [(1, True), (2, True)]


def test_a_result_is_used_while_the_next_item_is_worked_on() -> None:
    used = Event()
    results = []
    for item, in_time in overlapped([1, 2], lambda item: item == 1 or used.wait(PATIENCE_S)):
        used.set()
        results.append((item, in_time))
    assert results == [(1, True), (2, True)]


def test_no_more_than_two_items_wait() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for item in range(10):
            made.append(item)
            yield item

    for used, (item, _) in enumerate(overlapped(items(), lambda item: item), start=1):
        assert item == used - 1
        assert len(made) <= used + 1


def test_an_error_in_the_work_reaches_the_caller_after_the_results_before_it() -> None:
    seen = []
    with pytest.raises(ZeroDivisionError):
        for item, _ in overlapped([2, 1, 0, 5], lambda item: 1 / item):
            seen.append(item)
    assert seen == [2, 1]


def test_an_error_of_the_caller_ends_the_work() -> None:
    worked: list[int] = []
    parts = overlapped(range(100), worked.append)
    next(parts)
    parts.close()
    assert len(worked) <= 2
