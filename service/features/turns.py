"""Turns at a pool of connections, so that queries that take long leave some to everybody else."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from service.errors import Unavailable
from service.settings import FeatureSettings
from spatial.messages import Message

Value = TypeVar("Value")

BUSY = Message(
    "正在运行的复杂查询过多，请 {seconds} 秒后再试，或简化过滤条件。",
    "Too many costly queries are running; try again in {seconds} s, or with a simpler filter.",
)


class LongTurns:
    """Lets readings that may take long hold a part of the connections only.

    What a filter costs shows when it runs. Each begins at once; one that is not done within
    ``settings.patience`` goes on while few such run, else it gives its connection back and begins
    again when one of them ends. At least one connection is never theirs, where there are several.
    """

    def __init__(self, settings: FeatureSettings) -> None:
        self._patience = settings.patience
        self._wait = settings.seconds / 2
        self._held = asyncio.Semaphore(max(1, settings.connections - 1))
        self._long = asyncio.Semaphore(max(1, settings.connections // 2))

    async def take(self, read: Callable[[], Awaitable[Value]]) -> Value:
        """What ``read`` reads; it holds one connection, and may be called a second time.

        Raises:
            Unavailable: when others that take long leave it no turn, with when to come back.
        """
        async with self._turn(self._held):
            reading = asyncio.ensure_future(read())
            try:
                await asyncio.wait({reading}, timeout=self._patience)
                if reading.done():
                    return await reading
                if not self._long.locked():
                    async with self._long:
                        return await reading
            finally:
                # The connection is free only when the server has ended the query.
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
        async with self._turn(self._long), self._turn(self._held):
            return await read()

    @asynccontextmanager
    async def _turn(self, turns: asyncio.Semaphore) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._wait):
                await turns.acquire()
        except TimeoutError as error:
            seconds = math.ceil(self._wait)
            raise Unavailable(
                BUSY.format(seconds=seconds), code="busy", retry_after=seconds
            ) from error
        try:
            yield
        finally:
            turns.release()
