"""Work that must be done once in the database before some answers can be given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sqlalchemy.orm import Session

from service.database import Database


class Preparations:
    """Does each piece of work in a transaction of its own, once, while others who need it wait.

    What was done is remembered for the life of the process; the work itself must look whether
    another process has done it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._done: set[object] = set()
        self._lock = asyncio.Lock()

    async def ensure(self, name: object, work: Callable[[Session], None]) -> None:
        """Return once the work of that name is done and committed."""
        if name in self._done:
            return
        async with self._lock:
            if name not in self._done:
                await asyncio.to_thread(self._carry_out, work)
                self._done.add(name)

    def _carry_out(self, work: Callable[[Session], None]) -> None:
        with self._database.transaction() as session:
            work(session)
