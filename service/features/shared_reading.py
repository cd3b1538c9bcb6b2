"""One reading of the database for all who asked before it began."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class SharedReading(Generic[Value]):
    """Answers many callers of one event loop with few readings, and never with an old one.

    Whoever asks is answered by a reading that begins after that moment, just as if the caller had
    read alone: what was committed before the question is in the answer. While a reading is under
    way, all who ask wait for the one that follows it, and share that.
    """

    def __init__(self, read: Callable[[], Awaitable[Value]]) -> None:
        """``read`` reads once."""
        self._read = read
        self._running: asyncio.Task[Value] | None = None
        self._following: asyncio.Task[Value] | None = None

    async def __call__(self) -> Value:
        """The value as it is now; whatever ``read`` raises reaches everybody who waits."""
        if self._following is None:
            self._following = asyncio.create_task(self._after(self._running))
        # A caller who goes away must not take the answer from the others.
        return await asyncio.shield(self._following)

    async def _after(self, earlier: asyncio.Task[Value] | None) -> Value:
        if earlier is not None:
            await asyncio.wait((earlier,))
        self._running, self._following = self._following, None
        return await self._read()
