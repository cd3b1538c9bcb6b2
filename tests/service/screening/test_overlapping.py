"""Work beside the database: in order, side by side, and with errors that reach the caller."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from service.screening.overlapping import overlapped

PATIENCE_S = 30


@pytest.mark.parametrize("threads", [1, 3])
def test_every_item_comes_with_its_result_in_order(threads: int) -> None:
    squares = overlapped(range(7), lambda item: item * item, threads)
    assert list(squares) == [(n, n * n) for n in range(7)]
    assert list(overlapped([], lambda item: item, threads)) == []


def test_the_last_item_may_be_done_before_the_first() -> None:
    done = Event()

    def work(item: int) -> bool:
        if item == 1:
            return done.wait(PATIENCE_S)
        done.set()
        return True

    assert list(overlapped([1, 2], work, threads=2)) == [(1, True), (2, True)]


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


@pytest.mark.parametrize("threads", [1, 3])
def test_one_item_more_than_there_are_threads_waits(threads: int) -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for item in range(10):
            made.append(item)
            yield item

    results = overlapped(items(), lambda item: item, threads)
    for used, (item, _) in enumerate(results, start=1):
        assert item == used - 1
        assert len(made) <= used + threads


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
