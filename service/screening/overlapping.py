"""Work that needs no database, done while the database works on what comes before and after it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def overlapped(
    items: Iterable[Item], work: Callable[[Item], Result], threads: int = 1
) -> Iterator[tuple[Item, Result]]:
    """Every item with what ``work`` makes of it, in order.

    The work is done on ``threads`` of its own. Meanwhile the caller's thread makes the next item
    and uses the last result, so that items and results may come from and go to one connection. One
    item more than there are threads is waited for at most. An error in the work is raised here.
    """
    waiting: deque[tuple[Item, Future[Result]]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="overlapped") as pool:
        try:
            for item in items:
                waiting.append((item, pool.submit(work, item)))
                if len(waiting) > threads:
                    first, result = waiting.popleft()
                    yield first, result.result()
            for last, result in waiting:
                yield last, result.result()
        finally:
            for _, result in waiting:
                result.cancel()
