"""Readings shared by callers: few, never older than the question, whatever happens to one."""

from __future__ import annotations

import asyncio

import pytest

from service.features.shared_reading import SharedReading


class Counter:
    """A database that counts how often it was read, and answers when told to."""

    def __init__(self) -> None:
        self.value = 0
        self.readings = 0
        self.fails = False
        self.answering = asyncio.Event()
        self.answering.set()

    async def read(self) -> int:
        self.readings += 1
        found, fails = self.value, self.fails
        await self.answering.wait()
        if fails:
            raise OSError("away")
        return found


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_callers_at_one_moment_share_one_reading() -> None:
    async def story() -> None:
        counter = Counter()
        shared = SharedReading(counter.read)
        assert await asyncio.gather(*(shared() for _ in range(4))) == [0, 0, 0, 0]
        assert counter.readings == 1

    asyncio.run(story())


def test_who_asks_while_a_reading_is_under_way_is_answered_by_the_next() -> None:
    async def story() -> None:
        counter = Counter()
        shared = SharedReading(counter.read)
        counter.answering.clear()
        early = asyncio.create_task(shared())
        await settle()
        counter.value = 1
        late = [asyncio.create_task(shared()) for _ in range(3)]
        await settle()
        assert counter.readings == 1
        counter.answering.set()
        assert await early == 0
        assert await asyncio.gather(*late) == [1, 1, 1]
        assert counter.readings == 2

    asyncio.run(story())


def test_a_reading_that_fails_fails_for_those_who_waited_and_nobody_else() -> None:
    async def story() -> None:
        counter = Counter()
        shared = SharedReading(counter.read)
        counter.fails = True
        counter.answering.clear()
        failing = asyncio.create_task(shared())
        await settle()
        later = asyncio.create_task(shared())
        await settle()
        counter.fails = False
        counter.answering.set()
        with pytest.raises(OSError):
            await failing
        assert await later == 0

    asyncio.run(story())


def test_a_caller_who_goes_away_takes_no_answer_from_the_others() -> None:
    async def story() -> None:
        counter = Counter()
        shared = SharedReading(counter.read)
        counter.answering.clear()
        leaving, staying = asyncio.create_task(shared()), asyncio.create_task(shared())
        await settle()
        leaving.cancel()
        await settle()
        counter.answering.set()
        assert await staying == 0

    asyncio.run(story())
